package io.binlogreplica.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectRestException;
import io.binlogreplica.local.ConnectorStatus;
import io.binlogreplica.local.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The two connectors, by way of Connect's REST interface. */
final class Connectors {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Pipeline pipeline;
    private final ConnectRest rest;
    private long checkedNanos = System.nanoTime();

    Connectors(Pipeline pipeline) {
        this.pipeline = pipeline;
        this.rest = pipeline.worker().rest();
    }

    void create() {
        rest.create(pipeline.sourceConnector());
        rest.create(pipeline.sinkConnector());
    }

    void stopSource() {
        rest.stop(Pipeline.SOURCE, STOP_LIMIT);
    }

    void resumeSource() {
        rest.resume(Pipeline.SOURCE);
    }

    /** How many rows the source has copied, of all tables. */
    long copiedRows() {
        return rest.offsets(Pipeline.SOURCE).stream()
                .mapToLong(table -> rowsOf(table.offset()))
                .sum();
    }

    private static long rowsOf(@Nullable ObjectNode offset) {
        return offset != null && offset.has("copy") ? offset.path("rows").asLong() : 0;
    }

    /**
     * Asks Connect now and then, however often it is called.
     *
     * @throws DemoFailedException with the trace of the task that has failed
     */
    void requireNotFailed() {
        if (System.nanoTime() - checkedNanos < CHECK_INTERVAL_NANOS) {
            return;
        }
        checkedNanos = System.nanoTime();
        for (String connector : List.of(Pipeline.SOURCE, Pipeline.SINK)) {
            try {
                ConnectorStatus status = rest.status(connector);
                if (status.hasFailed()) {
                    throw failure(connector, status);
                }
            } catch (ConnectRestException e) {
                if (e.httpStatus() != ConnectRestException.NOT_FOUND) {
                    throw e;
                }
                // a new connector has no status yet
            }
        }
    }

    private DemoFailedException failure(String connector, ConnectorStatus status) {
        return new DemoFailedException("connector " + connector + " has failed.\n" + status + "\nWhat to do: the last"
                + " \"Caused by\" above names the reason. Run the demo again with --keep DIR to keep the servers' data"
                + " and all logs in DIR: the worker's is DIR/worker/worker.log.");
    }
}
