package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorOffset;
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

/** What a running source is asked for by way of the topic of signals, while the primary is written to. */
class SignalsIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;
    private static final String TOPIC = "primary.signals";

    private static Pipeline pipeline;
    private static Workload workload;
    private static BackgroundWriter writer;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).exactlyOnceSource(false).start();
        workload = new Workload(pipeline.primary(), 7);
        workload.createSchema();
        workload.load(20_000, rows -> {});
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.signalled (id INT PRIMARY KEY, part INT, txt VARCHAR(20))",
                        "INSERT INTO replica.signalled SELECT seq, seq % 10, 'primary' FROM "
                                + Servers.numbers(1, 5000),
                        "CREATE TABLE replica.keyless (txt VARCHAR(20))",
                        "INSERT INTO replica.keyless VALUES ('a'), ('a')");
        writer = workload.startWriting(300);
        pipeline.run(pipeline.sourceConnector().with(Map.of("snapshot.chunk.size", "500")));
        pipeline.run(pipeline.sinkConnector());
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        awaitLog("Signals are read from topic primary.signals", 1);
    }

    @AfterAll
    static void stop() throws Exception {
        writer.close();
        workload.close();
        pipeline.close();
    }

    @Test
    void aTableIsCopiedAgainWhileTheStreamGoesOnAndRowsGoneFromThePrimaryVanish() throws Exception {
        onReplica("INSERT INTO replica.signalled VALUES (900000, 1, 'not of the primary')");
        onReplica("UPDATE replica.signalled SET txt = 'spoiled' WHERE part = 3");
        onReplica("UPDATE replica.customers SET name = CONCAT(name, '?') WHERE id % 3 = 0");
        int before = EndToEnd.logged(pipeline, "replica.signalled complete");
        send("""
                {"type":"execute-snapshot","data":
                  {"data-collections":["replica.signalled","replica.cust.*"],"type":"INCREMENTAL"}}""");
        awaitLog("replica.signalled complete", before + 1);
        awaitLog("replica.customers complete", 2);
        assertIdenticalNow();
        assertThat(count("SELECT COUNT(*) FROM replica.signalled WHERE id = 900000"))
                .isZero();
    }

    @Test
    void someRowsAreReadAgainByAConditionAndTheOthersStayAsTheyAre() throws Exception {
        onReplica("UPDATE replica.signalled SET txt = 'spoiled' WHERE part IN (4, 5)");
        onReplica("DELETE FROM replica.signalled WHERE part = 4 AND id < 1000");
        int before = EndToEnd.logged(pipeline, "rows of replica.signalled are read again to the end");
        send("""
                {"type":"execute-snapshot","data":{"data-collections":["replica.signalled"],"type":"incremental",
                  "additional-conditions":[{"data-collection":"replica.signalled","filter":"part = 4"}]}}""");
        awaitLog("rows of replica.signalled are read again to the end", before + 1);
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        assertThat(count("SELECT COUNT(*) FROM replica.signalled WHERE part = 4 AND txt = 'primary'"))
                .isEqualTo(500);
        assertThat(count("SELECT COUNT(*) FROM replica.signalled WHERE part = 5 AND txt = 'spoiled'"))
                .isEqualTo(500);
        onReplica("UPDATE replica.signalled SET txt = 'primary' WHERE part = 5");
        assertIdenticalNow();
    }

    @Test
    void aConditionThatThePrimaryDoesNotTakeEndsTheReadingAndNothingElse() throws Exception {
        send("""
                {"type":"execute-snapshot","data":{"data-collections":["replica.signalled","replica.keyless"],
                  "additional-conditions":[{"data-collection":"replica.signalled","filter":"no_such_column = 4"},
                    {"data-collection":"replica.keyless","filter":"txt = 'a'"}]}}""");
        awaitLog("rows of replica.signalled are not read again: the primary does not take the condition", 1);
        awaitLog("rows of replica.keyless are not read again: the table has no key", 1);
        assertIdenticalNow();
        // this worker saves offsets now and then
        await().atMost(LIMIT).until(() -> !offset("replica.signalled").has("filter"));
    }

    @Test
    void copyingIsPausedOverARestartAndResumedAndATableIsStopped() throws Exception {
        int before = EndToEnd.logged(pipeline, "replica.signalled complete");
        send("{\"type\":\"pause-snapshot\",\"data\":{\"type\":\"incremental\"}}");
        awaitLog("[TRANSFER] paused", 1);
        send("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"replica.signalled\","
                + "\"replica.keyless\"]}}");
        awaitLog("replica.keyless is to be copied again", 1);
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        assertThat(offset("replica.signalled").path("copy").asText()).isEqualTo("requested");
        assertThat(signals().path("paused").asBoolean()).isTrue();
        // arrives while nobody reads
        send("{\"type\":\"stop-snapshot\",\"data\":{\"data-collections\":[\"replica.keyless\"]}}");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        awaitLog("the copy of replica.keyless is stopped", 1);
        assertThat(EndToEnd.logged(pipeline, "replica.signalled complete")).isEqualTo(before);
        int keyless = EndToEnd.logged(pipeline, "replica.keyless complete");
        send("{\"type\":\"resume-snapshot\"}");
        awaitLog("replica.signalled complete", before + 1);
        assertIdenticalNow();
        assertThat(EndToEnd.logged(pipeline, "replica.keyless complete")).isEqualTo(keyless);
        assertThat(EndToEnd.logged(pipeline, "replica.keyless is to be copied again"))
                .as("each signal is carried out once, over a restart too")
                .isEqualTo(1);
    }

    /** As when the key is altered in the middle of a copy, and the task ends before the copy begins anew. */
    @Test
    void aCopyThatWasReadByAnotherKeyBeginsAnew() throws Exception {
        onReplica("UPDATE replica.signalled SET txt = 'spoiled' WHERE id < 100");
        int before = EndToEnd.logged(pipeline, "replica.signalled complete");
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        ConnectorOffset complete = offsets().stream()
                .filter(offset -> offset.partition().path("table").asText().equals("replica.signalled"))
                .findFirst()
                .orElseThrow();
        ObjectNode running = JsonNodeFactory.instance
                .objectNode()
                .put("copy", "running")
                .put("rows", 2500)
                .put("key", "[2500]")
                .put("columns", "00000000");
        pipeline.worker()
                .rest()
                .patchOffsets(Pipeline.SOURCE, List.of(new ConnectorOffset(complete.partition(), running)));
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        awaitLog("replica.signalled has another key than its rows were read by", 1);
        awaitLog("replica.signalled complete", before + 1);
        assertIdenticalNow();
    }

    @Test
    void whatIsNoSignalIsSaidAndPassedOver() throws Exception {
        send("no json");
        awaitLog("is not carried out: it is no JSON", 1);
        send("{\"type\":\"log\",\"data\":{}}");
        awaitLog("is not carried out: its type is log", 1);
        send("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"replica.absent\"]}}");
        awaitLog("replica.absent matches no table that is captured", 1);
        send("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"replica.a\"],\"type\":\"BLOCKING\"}}");
        awaitLog("there is INCREMENTAL only", 1);
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning()).isTrue();
    }

    private static void assertIdenticalNow() throws Exception {
        writer.stop();
        EndToEnd.assertIdentical(pipeline);
        writer = workload.startWriting(300);
    }

    private static void send(String signal) {
        Topics.send(pipeline, TOPIC, "primary", signal);
        Topics.send(
                pipeline,
                TOPIC,
                "somebody else",
                "{\"type\":\"stop-snapshot\",\"data\":{\"data-collections\":[\".*\"]}}");
    }

    private static JsonNode offset(String table) {
        return offsets().stream()
                .filter(offset -> offset.partition().path("table").asText().equals(table))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private static JsonNode signals() {
        return offsets().stream()
                .filter(offset -> offset.partition().has("signals"))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private static List<ConnectorOffset> offsets() {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE);
    }

    private static void onReplica(String sql) throws SQLException {
        pipeline.replica().execute(sql);
    }

    private static long count(String sql) throws SQLException {
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void awaitLog(String text, int times) {
        await("the worker's log says " + times + " times " + text)
                .atMost(LIMIT)
                .until(() -> EndToEnd.logged(pipeline, text) >= times);
    }
}
