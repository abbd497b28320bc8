package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * K15: {@code binlog_row_metadata=NO_LOG}, MariaDB's default: the binlog has neither names nor signs nor charsets of columns. MySQL's,
 * {@code MINIMAL}, lacks the names.
 */
class UnnamedColumnsIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static Workload workload;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions("--binlog-row-metadata=" + (Servers.primaryIsMySql() ? "MINIMAL" : "NO_LOG"))
                .start();
        workload = new Workload(pipeline.primary(), 7);
        workload.createSchema();
        workload.load(2_000, rows -> {});
        pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", "envelope")));
        pipeline.run(pipeline.sinkConnector());
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() throws Exception {
        workload.close();
        pipeline.close();
    }

    /** Every type, streamed. */
    @Test
    void valuesOfEveryTypeAndChangesOfDefinitions() throws Exception {
        try (BackgroundWriter writer = workload.startWriting(300)) {
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);
            writer.stop();
        }
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.changing (id INT UNSIGNED PRIMARY KEY, a INT, b INT)"
                                + " CHARACTER SET latin1",
                        "INSERT INTO replica.changing VALUES (4294967295, 1, -1)",
                        "ALTER TABLE replica.changing RENAME COLUMN a TO c, RENAME COLUMN b TO a",
                        "INSERT INTO replica.changing (id, c, a) VALUES (2, 2, -2)",
                        "ALTER TABLE replica.changing ADD d ENUM('x','y') FIRST, DROP c",
                        "INSERT INTO replica.changing VALUES ('y', 3, -3)",
                        "CREATE TABLE replica.selected (PRIMARY KEY (id)) AS SELECT id, a FROM replica.changing",
                        "UPDATE replica.selected SET a = 0");
        awaitAllLive();
        EndToEnd.assertIdentical(pipeline);
    }

    /** No row under a wrong name, however many changes of definitions lie ahead; tables without such are not concerned. */
    @Test
    void definitionsChangedWhileTheSourceIsStopped() throws Exception {
        for (String table : List.of("steady", "swapped", "readded", "renamed", "gone")) {
            pipeline.primary()
                    .execute(
                            "CREATE TABLE replica." + table + " (id INT PRIMARY KEY, positive INT, negative INT)",
                            "INSERT INTO replica." + table + " VALUES (1, 1, -1)");
        }
        awaitAllLive();
        EndToEnd.assertIdentical(pipeline);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        insert(2, "steady", "swapped", "readded", "renamed", "gone");
        pipeline.primary()
                .execute(
                        "FLUSH BINARY LOGS",
                        "ALTER TABLE replica.swapped RENAME COLUMN positive TO negative, RENAME COLUMN negative TO positive",
                        "UPDATE replica.swapped SET positive = -positive, negative = -negative",
                        "ALTER TABLE replica.readded DROP positive",
                        "ALTER TABLE replica.readded ADD positive INT NOT NULL DEFAULT 9",
                        "RENAME TABLE replica.renamed TO replica.renamed_away",
                        "CREATE TABLE replica.renamed (id INT PRIMARY KEY, negative INT, positive INT)",
                        "DROP TABLE replica.gone");
        insert(3, "steady", "swapped", "readded", "renamed", "renamed_away");
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.swapped RENAME COLUMN positive TO negative, RENAME COLUMN negative TO positive",
                        "UPDATE replica.swapped SET positive = -positive, negative = -negative");
        insert(4, "steady", "swapped", "readded", "renamed", "renamed_away");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        awaitAllLive();
        insert(5, "steady", "swapped", "readded", "renamed", "renamed_away");
        awaitAllLive();
        EndToEnd.assertIdentical(pipeline);

        assertThat(new Topics(pipeline)
                        .read(Pipeline.CHANGES_TOPIC).stream()
                                .map(Topics.Message::value)
                                .filter(value -> value.path("op").asText().equals("c")
                                        && value.path("after").has("positive")))
                .isNotEmpty()
                .allSatisfy(
                        value -> assertThat(value.path("after").path("positive").asInt())
                                .as(value.toString())
                                .isPositive());
        String log = EndToEnd.log(pipeline);
        assertThat(log)
                .containsPattern("changes of replica\\.swapped are left out from .* \\(binlog\\.\\d+:\\d+\\) on,.*"
                        + "the binlog does not name the columns of table replica\\.swapped")
                .doesNotContain("changes of replica.steady are left out");
    }

    private static void insert(int id, String... tables) throws SQLException {
        for (String table : tables) {
            pipeline.primary()
                    .execute("INSERT INTO replica." + table + " (id, positive, negative) VALUES (" + id + ", " + id
                            + ", -" + id + ")");
        }
    }

    /** All that was written is applied, and no table waits for its copy. */
    private static void awaitAllLive() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE IF NOT EXISTS replica.mark (id INT PRIMARY KEY AUTO_INCREMENT)",
                        "INSERT INTO replica.mark () VALUES ()");
        await().atMost(LIMIT)
                .until(() -> text(pipeline.primary().connect(), "SELECT MAX(id) FROM replica.mark")
                        .equals(text(pipeline.replica().connect(), "SELECT MAX(id) FROM replica.mark")));
        await().atMost(LIMIT)
                .until(() -> text(
                                pipeline.replica().connect(),
                                "SELECT GROUP_CONCAT(DISTINCT state) FROM binlog_replica.replica_table_state")
                        .equals("LIVE"));
    }

    private static String text(Connection opened, String query) {
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            return e.getMessage();
        }
    }
}
