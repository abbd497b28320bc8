package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's way from a table that differs to one that is whole, by {@code ./replica} alone. */
class OperateIT {

    private static final Map<String, String> NO_PRIMARY = Map.of("REPLICA_SOURCE_DATABASE_PORT", "1");
    private static final Map<String, String> NO_SERVERS =
            Map.of("REPLICA_SOURCE_DATABASE_PORT", "1", "REPLICA_SINK_DATABASE_PORT", "1");

    @TempDir
    static Path directory;

    private static Pipeline pipeline;
    private static Path config;

    @BeforeAll
    static void start() throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        config = Files.writeString(directory.resolve("operate.properties"), """
            rest.port=%d
            source.database.hostname=127.0.0.1
            source.database.port=%d
            source.database.user=%s
            source.database.password=%s
            sink.database.hostname=127.0.0.1
            sink.database.port=%d
            sink.database.user=%3$s
            sink.database.password=%4$s
            """.formatted(
                        pipeline.worker().rest().address().getPort(),
                        pipeline.primary().port(),
                        Pipeline.USER,
                        Pipeline.PASSWORD,
                        pipeline.replica().port()));
    }

    @AfterAll
    static void stop() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void aTableThatDiffersIsSeenCopiedAnewAndWhole() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.parent (id INT PRIMARY KEY, v INT)",
                        "CREATE TABLE replica.child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES"
                                + " replica.parent (id) ON DELETE CASCADE)",
                        "CREATE TABLE replica.other (id INT PRIMARY KEY)",
                        "INSERT INTO replica.parent VALUES (1, 1), (2, 2)",
                        "INSERT INTO replica.child VALUES (1, 1), (2, 1), (3, 2)",
                        "INSERT INTO replica.other VALUES (1)");
        assertThat(run("status", "--json").exitStatus()).isEqualTo(1);
        assertThat(json().at("/connectors/0/state").asText()).isEqualTo("MISSING");

        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        await().atMost(EndToEnd.LIMIT).untilAsserted(() -> {
            assertThat(run("status", "--json").exitStatus()).isZero();
            assertThat(table("replica.child").path("rows_copied").asInt()).isEqualTo(3);
            assertThat(table("replica.child").path("copy_complete").asBoolean()).isTrue();
        });
        whatACommandDoesNotAskNeedNotBeThere();

        pipeline.replica().execute("ALTER TABLE replica.parent ADD CONSTRAINT small CHECK (v < 100)");
        pipeline.primary().execute("INSERT INTO replica.parent VALUES (3, 1000)");
        await().atMost(EndToEnd.LIMIT).untilAsserted(() -> {
            Run status = run("status");
            assertThat(status.text())
                    .contains("replica.parent", "DAMAGED", "small", "./replica resync")
                    .doesNotContain(Pipeline.PASSWORD);
            assertThat(status.exitStatus()).isEqualTo(1);
        });

        pipeline.replica().execute("ALTER TABLE replica.parent DROP CONSTRAINT small");
        assertThat(run("resync", "replica.nowhere").text()).contains("no table replica.nowhere");
        Run resync = run("resync", "replica.parent");
        assertThat(resync.text()).contains("foreign keys join", "replica.child").doesNotContain("replica.other");
        assertThat(resync.exitStatus()).isZero();
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(() -> assertThat(run("status").exitStatus()).isZero());
        EndToEnd.assertIdentical(pipeline);

        pipeline.create(pipeline.sourceConnector()
                .named("fan-source")
                .with(Map.of(
                        "topic.prefix", "fan",
                        "topic.layout", "table",
                        "record.format", "envelope",
                        "database.server.id", "54009")));
        assertThat(run("resync", "--source", "fan-source", "replica.other").text())
                .contains("fan-source has topic.layout=table", "DELETE /connectors/replica-sink/offsets");
        pipeline.worker().rest().delete("fan-source");
        copiesThatWouldNotBeMadeAreRefused();

        assertThat(run(NO_SERVERS, "pause").exitStatus()).isZero();
        await().atMost(EndToEnd.LIMIT).untilAsserted(() -> {
            Run status = run("status");
            assertThat(status.text()).contains("binlog-source: PAUSED", "replica-sink: PAUSED");
            assertThat(status.exitStatus()).isEqualTo(1);
        });
        Run paused = run("resync", "replica.other");
        assertThat(paused.text()).contains("Copied anew: [replica.other]", "after ./replica resume");
        assertThat(paused.exitStatus()).isZero();
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(() -> assertThat(run("status").text()).contains("binlog-source: PAUSED"));
        pipeline.primary().execute("INSERT INTO replica.other VALUES (2)");
        assertThat(run(NO_SERVERS, "resume").exitStatus()).isZero();
        awaitCopyOfOther("id = 2");
        EndToEnd.assertIdentical(pipeline);

        pipeline.replica().execute("DELETE FROM replica.other WHERE id = 1");
        assertThat(run("reset").exitStatus()).isEqualTo(2);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        Run reset = run(NO_SERVERS, "reset", "--yes");
        assertThat(reset.text()).contains("after ./replica resume");
        assertThat(reset.exitStatus()).isZero();
        Run stopped = run("status");
        assertThat(stopped.text()).contains("binlog-source: STOPPED");
        assertThat(stopped.exitStatus()).isEqualTo(1);
        assertThat(run("resume").exitStatus()).isZero();
        whatIsVerifiedBehindACopyIsJudgedByItsPlace();
        await().atMost(EndToEnd.LIMIT).untilAsserted(() -> {
            run("status", "--json");
            assertThat(table("replica.other").path("rows_copied").asInt()).isEqualTo(2);
        });
        EndToEnd.assertIdentical(pipeline);
    }

    private static void whatACommandDoesNotAskNeedNotBeThere() throws Exception {
        assertThat(run(NO_PRIMARY, "status").exitStatus()).isZero();
        Run status = run(NO_SERVERS, "status");
        assertThat(status.text())
                .contains("binlog-source: RUNNING", "replica-sink: RUNNING", "cannot connect to the replica");
        assertThat(status.exitStatus()).isEqualTo(1);
        Run resync = run(NO_PRIMARY, "resync", "replica.other");
        assertThat(resync.text()).contains("cannot connect to the primary");
        assertThat(resync.exitStatus()).isEqualTo(1);
        assertThat(run("status", "--connect", "http://127.0.0.1:1").exitStatus())
                .isEqualTo(2);
    }

    private static void copiesThatWouldNotBeMadeAreRefused() throws Exception {
        ConnectorFile other = pipeline.sourceConnector()
                .named("other-source")
                .with(Map.of("topic.prefix", "other", "database.server.id", "54010"));
        for (String mode : List.of("always", "no_data")) {
            pipeline.create(other.with(Map.of("snapshot.mode", mode)));
            Run resync = run("resync", "--source", "other-source", "replica.other");
            assertThat(resync.text()).contains("other-source has snapshot.mode=" + mode, "execute-snapshot");
            assertThat(resync.exitStatus()).isEqualTo(1);
        }
        Run reset = run("reset", "--yes", "--source", "other-source");
        assertThat(reset.text()).contains("other-source has snapshot.mode=no_data", "when_needed or initial");
        assertThat(reset.exitStatus()).isEqualTo(1);
        pipeline.worker().rest().delete("other-source");
    }

    /** Rows of a copy have no GTID, so on MySQL nothing is certain until a change follows. */
    private static void whatIsVerifiedBehindACopyIsJudgedByItsPlace() throws Exception {
        awaitCopyOfOther("id = 1 AND gtid IS NULL AND file IS NOT NULL");
        pipeline.replica().execute("DELETE FROM replica.other WHERE id = 1");
        Run different = run("verify", "--tables", "replica[.]other", "--settle-seconds", "1");
        assertThat(different.exitStatus()).as(different.text()).isEqualTo(Servers.primaryIsMySql() ? 3 : 1);
        pipeline.replica().execute("INSERT INTO replica.other VALUES (1)");

        pipeline.worker().rest().pause(Pipeline.SINK, EndToEnd.LIMIT);
        try {
            pipeline.primary().execute("INSERT INTO replica.other VALUES (3)");
            Run underWay = run("verify", "--tables", "replica[.]other", "--settle-seconds", "1");
            assertThat(underWay.exitStatus()).as(underWay.text()).isEqualTo(3);
        } finally {
            pipeline.worker().rest().resume(Pipeline.SINK);
        }
    }

    /** Until the table is whole and has a row that it has from its copy only. */
    private static void awaitCopyOfOther(String condition) {
        await().atMost(EndToEnd.LIMIT).ignoreExceptions().until(() -> {
            try (Connection connection = pipeline.replica().connect();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT 1 FROM replica.other"
                            + " JOIN binlog_replica.replica_table_state ON table_name = 'other'"
                            + " JOIN binlog_replica.binlog_position WHERE state = 'LIVE' AND " + condition)) {
                return row.next();
            }
        });
    }

    private record Run(int exitStatus, String text) {}

    private static Run run(String command, String... arguments) throws Exception {
        return run(Map.of(), command, arguments);
    }

    private static Run run(Map<String, String> environment, String command, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        var all = new ArrayList<>(List.of(command, "--config", config.toString()));
        all.addAll(List.of(arguments));
        ProcessBuilder builder = DemoIT.replica(all.toArray(String[]::new));
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(out));
    }

    private static JsonNode json() throws Exception {
        return new ObjectMapper().readTree(directory.resolve("out").toFile());
    }

    private static JsonNode table(String name) throws Exception {
        return StreamSupport.stream(json().path("tables").spliterator(), false)
                .filter(table -> table.path("table").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
