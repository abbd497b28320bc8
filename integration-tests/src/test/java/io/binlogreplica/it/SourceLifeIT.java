package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is paused, stopped, in another's way, or whose primary is silent. */
class SourceLifeIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static int written;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.life (id INT PRIMARY KEY, txt VARCHAR(20))",
                        "INSERT INTO replica.life VALUES (0, 'begin')");
        pipeline.runConnectors();
        EndToEnd.assertIdentical(pipeline);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void aPausedSourceGoesOnWhereItWas() throws Exception {
        pipeline.worker().rest().pause(Pipeline.SOURCE, LIMIT);
        write();
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        write();
        EndToEnd.assertIdentical(pipeline);
    }

    /** B11: a server gives up a connection that does not take more after net_write_timeout; not this one. */
    @Test
    void aSourceThatTakesNothingForLongKeepsItsConnection() throws Exception {
        pipeline.primary().execute("SET GLOBAL net_write_timeout = 1");
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        await().atMost(LIMIT).until(() -> connections() == 0);
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        String reader = reader();
        pipeline.worker().rest().pause(Pipeline.SOURCE, LIMIT);
        pipeline.primary()
                .execute(
                        "SET GLOBAL net_write_timeout = DEFAULT",
                        "CREATE TABLE replica.much (id INT PRIMARY KEY, txt MEDIUMTEXT)",
                        "INSERT INTO replica.much SELECT seq, REPEAT('much', 25000) FROM " + Servers.numbers(1, 500));
        String writing = Servers.primaryIsMySql() ? "Sending to client" : "Writing to net";
        await("it is full")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(readerState()).contains(writing));
        await().during(Duration.ofSeconds(4))
                .atMost(LIMIT)
                .until(() -> readerState().contains(writing) && reader().equals(reader));
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
        assertThat(reader()).isEqualTo(reader);
    }

    @Test
    void aStoppedSourceHasNoConnectionAndGoesOnWhereItWas() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        await().atMost(LIMIT).until(() -> connections() == 0);
        write();
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
    }

    /** The host is there, and TCP acknowledges, but nobody answers. */
    @Test
    void aPrimaryThatFallsSilentIsNoticedAndReadOnWhenItIsBack() throws Exception {
        int before = EndToEnd.logged(pipeline, "[RETRY] reading the binlog of");
        signal("STOP");
        try {
            await().atMost(LIMIT).until(() -> EndToEnd.logged(pipeline, "[RETRY] reading the binlog of") > before);
        } finally {
            signal("CONT");
        }
        write();
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void anotherReaderWithTheSameServerIdIsSuspected() throws Exception {
        var twin = new HashMap<>(pipeline.sourceConnector().config());
        twin.put("topic.prefix", "twin");
        pipeline.worker().rest().putConfig("twin-source", twin);
        try {
            await().atMost(LIMIT)
                    .until(() ->
                            EndToEnd.logged(pipeline, "another replica or connector has the same database.server.id")
                                    > 0);
        } finally {
            pipeline.worker().rest().delete("twin-source");
        }
        write();
        EndToEnd.assertIdentical(pipeline);
    }

    private static void write() throws Exception {
        written++;
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.life VALUES (" + written + ", 'written')",
                        "UPDATE replica.life SET txt = 'again " + written + "' WHERE id = 0");
    }

    private static void signal(String name) throws Exception {
        Process kill = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(pipeline.primary().pid()))
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private static long connections() throws Exception {
        try (var connection = pipeline.primary().connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '" + Pipeline.USER + "'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String reader() throws Exception {
        return asked("SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'");
    }

    private static String readerState() throws Exception {
        return asked("SELECT STATE FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'");
    }

    private static String asked(String query) throws Exception {
        return String.join(" ", Replicas.rows(pipeline.primary(), query));
    }
}
