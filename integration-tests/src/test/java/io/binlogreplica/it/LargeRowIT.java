package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of 64 MB, copied and streamed; an update has twice as much, before and after. */
@Tag("big")
class LargeRowIT {

    private static final int BYTES = 64 << 20;
    private static final String SETTING = Integer.toString(1 << 29);

    @ParameterizedTest
    @ValueSource(strings = {"block", "envelope"})
    void rowsOf64MegabytesArrive(String format, @TempDir Path directory) throws Exception {
        String packets = "--max-allowed-packet=1G";
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                .primaryOptions(packets, "--innodb-log-file-size=2G")
                .replicaOptions(packets, "--innodb-log-file-size=2G")
                .workerHeapMegabytes(4096)
                .start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.large (id INT PRIMARY KEY, bytes LONGBLOB, txt LONGTEXT, n INT)",
                            "INSERT INTO replica.large VALUES (1, REPEAT(RANDOM_BYTES(1024), " + BYTES / 1024
                                    + "), 'é', 1), (2, 'b', REPEAT('é☃x', " + BYTES / 6 + "), 1)");
            pipeline.run(pipeline.sourceConnector()
                    .with(Map.of(
                            "record.format",
                            format,
                            "producer.override.max.request.size",
                            SETTING,
                            "producer.override.buffer.memory",
                            SETTING,
                            "topic.creation.default.max.message.bytes",
                            SETTING)));
            pipeline.run(pipeline.sinkConnector());
            EndToEnd.assertIdentical(pipeline);
            pipeline.primary()
                    .execute(
                            "INSERT INTO replica.large SELECT id + 10, bytes, txt, n FROM replica.large",
                            "UPDATE replica.large SET n = n + 1 WHERE id IN (1, 12)",
                            "UPDATE replica.large SET bytes = txt, txt = 'short' WHERE id = 2",
                            "DELETE FROM replica.large WHERE id = 11");
            EndToEnd.assertIdentical(pipeline);
            assertThat(pipeline.worker().rest().status(Pipeline.SINK).isRunning())
                    .isTrue();
        }
    }
}
