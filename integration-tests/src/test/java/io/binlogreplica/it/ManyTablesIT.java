package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 10,000 small tables, most of them empty, in a worker with a small heap. */
@Tag("big")
class ManyTablesIT {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int TABLES = Integer.getInteger("tables", 10_000);

    @Test
    void tenThousandTablesAreCopiedAndKnownAgainAfterARestart(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                .primaryOptions("--innodb-flush-log-at-trx-commit=0", "--table-open-cache=400")
                .workerHeapMegabytes(256)
                .start()) {
            createTables(pipeline);
            pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", "envelope")));
            String complete =
                    "all tables complete: " + TABLES + " of " + TABLES + " tables, " + TABLES / 10 * 3 + " rows";
            await().atMost(LIMIT).until(() -> EndToEnd.log(pipeline).contains(complete));

            pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
            pipeline.primary().execute("INSERT INTO replica.t7 (id, name) VALUES (100, 'while stopped')");
            pipeline.worker().rest().resume(Pipeline.SOURCE);
            var topics = new Topics(pipeline);
            await().atMost(LIMIT)
                    .until(() -> topics.read(Pipeline.CHANGES_TOPIC).stream()
                            .anyMatch(message -> message.value()
                                    .path("after")
                                    .path("name")
                                    .asText()
                                    .equals("while stopped")));
            assertThat(EndToEnd.log(pipeline)).containsPattern("Resuming to read .*, " + TABLES + " tables");
            assertThat(EndToEnd.log(pipeline).split("started, about", -1)).hasSize(TABLES + 1);
        }
    }

    private static void createTables(Pipeline pipeline) throws Exception {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE replica CHARACTER SET utf8mb4");
            for (int i = 0; i < TABLES; i++) {
                statement.execute("CREATE TABLE replica.t" + i
                        + " (id INT PRIMARY KEY, name VARCHAR(40), made DATETIME, KEY (name))");
                if (i % 10 == 0) {
                    statement.execute(
                            "INSERT INTO replica.t" + i + " VALUES (1, 'a', NULL), (2, 'b', NOW()), (3, '', NULL)");
                }
            }
        }
    }
}
