package io.binlogreplica.benchmarks;

import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How far a pipeline's connectors are. */
final class Connectors {

    private Connectors() {}

    /** Something that becomes true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Duration limit, Condition condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not done within " + limit.toMinutes() + " min");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** How many tables the source has copied as a whole. */
    static long copied(Pipeline pipeline) {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .map(ConnectorOffset::offset)
                .filter(offset -> offset != null && offset.path("copy").asText().equals("complete"))
                .count();
    }

    /** The GTIDs behind what the source has sent. */
    static String read(Pipeline pipeline) {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .map(ConnectorOffset::offset)
                .filter(offset -> offset != null && offset.has("gtids"))
                .map(offset -> offset.path("gtids").asText())
                .findFirst()
                .orElse("");
    }
}
