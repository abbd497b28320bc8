package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** B16: one transaction of more than a gigabyte passes through a worker whose heap is a quarter of that. */
@Tag("big")
class LargeTransactionIT {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final int ROWS = 1_200_000;

    @Test
    void aTransactionOfAGigabyteInAQuarterOfThatHeap(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline =
                EndToEnd.pipeline(directory).workerHeapMegabytes(256).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.large (id INT PRIMARY KEY, v VARCHAR(1000)) CHARACTER SET latin1");
            pipeline.runConnectors();
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);

            pipeline.primary()
                    .execute("INSERT INTO replica.large SELECT seq, REPEAT(SHA2(seq, 512), 7) FROM replica.seq_1_to_"
                            + ROWS);

            await().atMost(LIMIT).pollInterval(Duration.ofSeconds(2)).until(() -> ROWS == rows(pipeline));
            EndToEnd.assertIdentical(pipeline);
            assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning())
                    .isTrue();
        }
    }

    private static long rows(Pipeline pipeline) throws Exception {
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).hasFailed()).isFalse();
        assertThat(pipeline.worker().rest().status(Pipeline.SINK).hasFailed()).isFalse();
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM replica.large")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
