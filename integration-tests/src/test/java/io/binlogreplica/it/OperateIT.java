package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
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

        assertThat(run("pause").exitStatus()).isZero();
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(() ->
                        assertThat(run("status").text()).contains("binlog-source: PAUSED", "replica-sink: PAUSED"));
        pipeline.primary().execute("INSERT INTO replica.other VALUES (2)");
        assertThat(run("resume").exitStatus()).isZero();
        EndToEnd.assertIdentical(pipeline);

        pipeline.replica().execute("DELETE FROM replica.other WHERE id = 1");
        assertThat(run("reset").exitStatus()).isEqualTo(2);
        assertThat(run("reset", "--yes").exitStatus()).isZero();
        await().atMost(EndToEnd.LIMIT).untilAsserted(() -> {
            run("status", "--json");
            assertThat(table("replica.other").path("rows_copied").asInt()).isEqualTo(2);
        });
        EndToEnd.assertIdentical(pipeline);
    }

    private record Run(int exitStatus, String text) {}

    private static Run run(String command, String... arguments) throws Exception {
        Path out = directory.resolve("out");
        var all = new ArrayList<>(List.of(command, "--config", config.toString()));
        all.addAll(List.of(arguments));
        Process process = DemoIT.replica(all.toArray(String[]::new))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
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
