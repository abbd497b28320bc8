package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** B5 and B6: positions that the primary does not have any more, or never had; and offsets that a user changes. */
class PositionIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Pipeline pipeline;
    private static int written;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).exactlyOnceSource(false).start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.kept (id INT PRIMARY KEY, txt VARCHAR(20))",
                        "CREATE TABLE replica.other (id INT PRIMARY KEY, txt VARCHAR(20))",
                        "INSERT INTO replica.kept SELECT seq, 'row' FROM " + Servers.numbers(1, 1000),
                        "INSERT INTO replica.other SELECT seq, 'row' FROM " + Servers.numbers(1, 1000));
        pipeline.runConnectors();
        EndToEnd.assertIdentical(pipeline);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void aPurgedPositionIsToldWithBothSetsAndWhenNeededCopiesAgain() throws Exception {
        runWithMode("initial");
        stopSource();
        write();
        pipeline.primary().execute("FLUSH BINARY LOGS");
        write();
        // a dump that has just ended keeps its file for a moment
        await().atMost(LIMIT).until(() -> {
            pipeline.primary()
                    .execute("PURGE BINARY LOGS TO '" + binlogs().get(binlogs().size() - 1) + "'");
            return binlogs().size() == 1;
        });
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        assertThat(failure())
                .contains("the binlog that is needed was purged")
                .containsPattern("read GTIDS, purged here GTIDS, executed here GTIDS".replace("GTIDS", Servers.gtids()))
                .contains("snapshot.mode=when_needed");
        int before = allComplete();
        runWithMode("when_needed");
        assertIdenticalOnceCopied(before);
        assertThat(EndToEnd.log(pipeline)).contains("Everything is copied again, since snapshot.mode is when_needed");
    }

    @Test
    void aPositionThatThePrimaryNeverHadIsToldAndWhenNeededCopiesAgain() throws Exception {
        runWithMode("initial");
        stopSource();
        pipeline.primary().execute(Servers.resetBinlogs());
        write();
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        assertThat(failure())
                .contains("the server has not executed all that was read before")
                .containsPattern("read GTIDS, executed here GTIDS".replace("GTIDS", Servers.gtids()));
        int before = allComplete();
        runWithMode("when_needed");
        assertIdenticalOnceCopied(before);
    }

    /** The server may end the dump, or have it wait in the file that was. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBinlogThatIsResetWhileItIsReadHasEverythingCopiedAgain(boolean restarted) throws Exception {
        runWithMode("when_needed");
        write();
        EndToEnd.assertIdentical(pipeline);
        int before = allComplete();
        int lost = EndToEnd.logged(pipeline, "Everything is copied again: ");
        if (restarted) {
            pipeline.primary().kill();
            pipeline.primary().start();
        }
        pipeline.primary().execute(Servers.resetBinlogs(), "INSERT INTO replica.kept VALUES (-1, 'reset')");
        await().atMost(LIMIT).until(() -> EndToEnd.logged(pipeline, "Everything is copied again: ") > lost);
        assertIdenticalOnceCopied(before);
        pipeline.primary().execute("DELETE FROM replica.kept WHERE id = -1");
    }

    @Test
    void alwaysCopiesEverythingAtEachStart() throws Exception {
        int first = allComplete();
        runWithMode("always");
        assertIdenticalOnceCopied(first);
        int before = allComplete();
        stopSource();
        pipeline.replica().execute("DELETE FROM replica.kept WHERE id < 100");
        write();
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        assertIdenticalOnceCopied(before);
    }

    @Test
    void offsetsThatLeadNowhereAreRefusedWithTheReason() throws Exception {
        runWithMode("initial");
        stopSource();
        String stream = "{\"server\":\"primary\"}";
        String table = "{\"server\":\"primary\",\"table\":\"replica.kept\"}";
        String never = Servers.primaryIsMySql() ? "00000000-0000-0000-0000-000000000001:1-9" : "0-1-999999";
        assertRefused("{\"server\":\"other\"}", "{\"gtids\":\"0-1-1\",\"epoch\":1}", "its server must be primary");
        assertRefused("{\"server\":\"primary\",\"topic\":\"x\"}", "null", "is none of this connector");
        assertRefused(
                stream,
                "{\"gtids\":\"0-1\",\"epoch\":1}",
                Servers.primaryIsMySql() ? "not a MySQL GTID set: 0-1" : "not a MariaDB GTID: 0-1");
        assertRefused(stream, "{\"gtids\":\"" + never + "\"}", "epoch is missing");
        assertRefused(stream, "{\"file\":\"binlog\",\"pos\":4,\"epoch\":1}", "no name of a binlog file");
        assertRefused(stream, "{\"gtids\":\"" + never + "\",\"epoch\":1}", "has not executed all that was read before");
        assertRefused(stream, "{\"gtids\":17,\"epoch\":1}", "file and gtids are strings");
        assertRefused(table, "{\"copy\":\"half\"}", "must be pending, requested, running or complete, not half");
        assertRefused(table, "{\"copy\":\"running\",\"key\":\"17\"}", "key must be a JSON array");
        assertRefused("{\"server\":\"primary\",\"table\":\"kept\"}", "null", "must be database.table");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        write();
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void aTableIsCopiedAgainAndTheStreamGoesOnFromAGtidWithoutAFile() throws Exception {
        runWithMode("initial");
        EndToEnd.assertIdentical(pipeline);
        int before = EndToEnd.logged(pipeline, "replica.kept complete");
        int others = EndToEnd.logged(pipeline, "replica.other complete");
        stopSource();
        pipeline.replica().execute("DELETE FROM replica.kept WHERE id < 50");
        ObjectNode saved = pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .filter(offset -> offset.partition().size() == 1)
                .findFirst()
                .orElseThrow()
                .offset();
        ObjectNode gtidsOnly = saved.deepCopy().retain("gtids", "epoch", "transactions");
        pipeline.worker()
                .rest()
                .patchOffsets(
                        Pipeline.SOURCE,
                        List.of(
                                new ConnectorOffset(object("{\"server\":\"primary\"}"), gtidsOnly),
                                new ConnectorOffset(
                                        object("{\"server\":\"primary\",\"table\":\"replica.kept\"}"), null)));
        write();
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        await().atMost(LIMIT).until(() -> EndToEnd.logged(pipeline, "replica.kept complete") > before);
        EndToEnd.assertIdentical(pipeline);
        assertThat(EndToEnd.logged(pipeline, "replica.other complete")).isEqualTo(others);
    }

    private static void assertRefused(String partition, String offset, String reason) throws Exception {
        JsonNode value = JSON.readTree(offset);
        assertThatThrownBy(() -> pipeline.worker()
                        .rest()
                        .patchOffsets(
                                Pipeline.SOURCE,
                                List.of(new ConnectorOffset(
                                        object(partition), value instanceof ObjectNode object ? object : null))))
                .hasMessageContaining(reason);
    }

    private static ObjectNode object(String json) throws Exception {
        return (ObjectNode) JSON.readTree(json);
    }

    private static void runWithMode(String mode) {
        pipeline.run(pipeline.sourceConnector().with(Map.of("snapshot.mode", mode)));
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.worker().rest().waitUntilRunning(Pipeline.SOURCE, LIMIT);
    }

    private static void stopSource() {
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
    }

    private static void write() throws Exception {
        written++;
        pipeline.primary()
                .execute(
                        "UPDATE replica.kept SET txt = 'written " + written + "' WHERE id % 7 = " + written % 7,
                        "INSERT INTO replica.other VALUES (" + (1_000 + written) + ", 'written')");
    }

    private static int allComplete() throws Exception {
        return EndToEnd.logged(pipeline, "all tables complete");
    }

    /** Until a table's copy begins it looks as whole on the replica as it was. */
    private static void assertIdenticalOnceCopied(int before) throws Exception {
        await().atMost(LIMIT).until(() -> allComplete() > before);
        EndToEnd.assertIdentical(pipeline);
    }

    private static String failure() {
        await("the source fails")
                .atMost(LIMIT)
                .until(() -> pipeline.worker().rest().status(Pipeline.SOURCE).hasFailed());
        return pipeline.worker().rest().status(Pipeline.SOURCE).toString();
    }

    private static List<String> binlogs() throws Exception {
        var files = new ArrayList<String>();
        try (var connection = pipeline.primary().connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW BINARY LOGS")) {
            while (rows.next()) {
                files.add(rows.getString(1));
            }
        }
        return files;
    }
}
