package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectWorker;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker freezes within a transaction on the replica, its successor goes on, and then it wakes up. */
class ZombieSinkIT {

    /** By the replica, by Kafka, or by Connect: whichever comes first. */
    private static final Pattern NOTICED = Pattern.compile("another task writes primary\\.changes-0|was killed"
            + "|connection was lost|partitions as lost|is not aware of this member|Stopping task replica-sink-0");

    @ParameterizedTest
    @ValueSource(strings = {"ROWS_APPLIED:40", "RECEIVED:60"})
    void aSinkTaskThatWakesUpAfterItsSuccessorHasGoneOnIsFenced(String milestone, @TempDir Path directory)
            throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                var workload = new Workload(pipeline.primary(), 4)) {
            workload.createSchema();
            workload.load(5_000, rows -> {});
            pipeline.worker().stop();
            pipeline.worker().startWith("-Dbinlogreplica.freeze=" + milestone);
            long zombie = pipeline.worker().pid();
            pipeline.create(pipeline.sourceConnector());
            pipeline.create(pipeline.sinkConnector().with(Map.of("apply.threads", "2")));
            try (BackgroundWriter writer = workload.startWriting(500)) {
                await("the first worker freezes").atMost(EndToEnd.LIMIT).until(() -> EndToEnd.isStopped(zombie));
                // more than its connection to the primary takes: MariaDB has the successor wait until that connection
                // has ended
                pipeline.primary()
                        .execute(
                                "CREATE TABLE replica.much (id INT PRIMARY KEY, txt MEDIUMTEXT)",
                                "INSERT INTO replica.much SELECT seq, REPEAT('much', 25000) FROM "
                                        + Servers.numbers(1, 500));

                try (ConnectWorker successor = pipeline.anotherWorker("successor")) {
                    successor.rest().waitUntilRunning(Pipeline.SINK, EndToEnd.LIMIT);
                    pipeline.awaitCaughtUp(EndToEnd.LIMIT, successor);

                    int before = EndToEnd.log(pipeline).length();
                    EndToEnd.signal("CONT", zombie);
                    await("the zombie notices")
                            .atMost(EndToEnd.LIMIT)
                            .untilAsserted(
                                    () -> assertThat(EndToEnd.log(pipeline).substring(before))
                                            .containsPattern(NOTICED));
                    writer.stop();
                    pipeline.worker().kill();
                    EndToEnd.assertIdentical(pipeline, successor);
                }
            }
            assertThat(Files.readString(directory.resolve("successor").resolve("worker.log")))
                    .contains("taken over with epoch 2");
        }
    }
}
