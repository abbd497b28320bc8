package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Pkills}: the worker ends a hundred times as by kill -9, at the sink's milestones; a table without any key included. */
@EnabledIfSystemProperty(named = "binlogreplica.kills", matches = "[0-9]+")
class HundredKillsIT {

    private static final List<String> MILESTONES =
            List.of("RECEIVED", "ROWS_APPLIED", "POSITION_WRITTEN", "COMMITTED", "TRANSACTION_EMITTED");

    @Test
    void nothingIsLostAndNothingIsDoubled(@TempDir Path directory) throws Exception {
        int kills = Integer.getInteger("binlogreplica.kills");
        var random = new Random(42);
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                var workload = new Workload(pipeline.primary(), 5)) {
            workload.createSchema();
            workload.load(20_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(300)) {
                pipeline.run(pipeline.sourceConnector());
                pipeline.run(pipeline.sinkConnector().with(Map.of("apply.threads", "3")));
                for (int i = 0; i < kills; i++) {
                    String milestone = MILESTONES.get(i % MILESTONES.size()) + ":" + (1 + random.nextInt(12));
                    pipeline.worker().kill();
                    pipeline.worker().startWith("-Dbinlogreplica.halt=" + milestone);
                    int kill = i;
                    assertThat(pipeline.worker().awaitEnd(Duration.ofMinutes(3)))
                            .as(() -> "kill " + kill + " at " + milestone + "; " + pipeline.statusText())
                            .isTrue();
                }
                pipeline.worker().start();
                writer.stop();
            }
            EndToEnd.assertIdentical(pipeline);
        }
    }
}
