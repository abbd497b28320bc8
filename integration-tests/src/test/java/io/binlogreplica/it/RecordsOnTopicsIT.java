package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.binlogreplica.it.Topics.Message;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs find on the topics, in both layouts. */
class RecordsOnTopicsIT {

    private static Pipeline pipeline;
    private static Topics topics;

    @BeforeAll
    static void writeAndCapture(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        topics = new Topics(pipeline);
        pipeline.primary()
                .execute(
                        "SET SESSION sql_mode = ''",
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.item (id INT PRIMARY KEY, name VARCHAR(20), price DECIMAL(8,2),"
                                + " big BIGINT UNSIGNED, made DATE)",
                        "CREATE TABLE replica.note (txt VARCHAR(20))",
                        "INSERT INTO replica.item VALUES (1, 'one', 9.50, 18446744073709551615, '0000-00-00'),"
                                + " (2, 'two', NULL, 0, '2024-02-29')",
                        "INSERT INTO replica.note VALUES ('a'), ('a')");
        pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", "envelope")));
        pipeline.run(pipeline.sinkConnector());
        var table = new HashMap<>(pipeline.sourceConnector().config());
        table.put("topic.prefix", "fanout");
        table.put("topic.layout", "table");
        table.put("record.format", "envelope");
        table.put("database.server.id", "54002");
        pipeline.worker().rest().putConfig("fanout-source", table);
        pipeline.worker().rest().waitUntilRunning("fanout-source", EndToEnd.LIMIT);
        await().atMost(EndToEnd.LIMIT)
                .until(() -> topics.names().containsAll(List.of("fanout.replica.item", "fanout.replica.note")));
        await("both tables are copied")
                .atMost(EndToEnd.LIMIT)
                .until(() -> pipeline.worker().rest().offsets("fanout-source").stream()
                                .filter(offset -> offset.offset() != null
                                        && offset.offset().path("copy").asText().equals("complete"))
                                .count()
                        == 2);
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        pipeline.primary()
                .execute(
                        "START TRANSACTION",
                        "UPDATE replica.item SET name = 'uno' WHERE id = 1",
                        "UPDATE replica.item SET id = 3 WHERE id = 2",
                        "DELETE FROM replica.item WHERE id = 1",
                        "INSERT INTO replica.note VALUES ('b')",
                        "COMMIT",
                        "DELETE FROM replica.note WHERE txt = 'a' LIMIT 1",
                        "TRUNCATE replica.note",
                        "INSERT INTO replica.item VALUES (9, 'end', 0, 0, NULL)");
        EndToEnd.assertIdentical(pipeline);
        await().atMost(EndToEnd.LIMIT)
                .until(() -> topics.read("fanout.replica.item").stream()
                        .anyMatch(m -> m.key() != null && m.key().path("id").asInt() == 9));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void theOrderedTopicHasOnePartitionAndWholeTransactionsInCommitOrder() {
        List<Message> messages = topics.read("primary.changes");
        assertThat(messages).allSatisfy(m -> assertThat(m.partition()).isZero());
        List<JsonNode> transaction = messages.stream()
                .map(Message::value)
                .filter(v -> v.path("transaction").path("total_order").asInt() > 0
                        && v.path("transaction")
                                .path("id")
                                .equals(messages.stream()
                                        .map(Message::value)
                                        .filter(x -> x.path("after")
                                                .path("name")
                                                .asText()
                                                .equals("uno"))
                                        .findFirst()
                                        .orElseThrow()
                                        .path("transaction")
                                        .path("id")))
                .toList();
        assertThat(transaction)
                .extracting(v -> v.path("op").asText() + " "
                        + v.path("source").path("table").asText() + " "
                        + v.path("transaction").path("total_order").asInt() + "/"
                        + v.path("transaction").path("data_collection_order").asInt())
                .containsExactly("u item 1/1", "u item 2/2", "d item 3/3", "c note 4/1");
        assertThat(transaction)
                .extracting(v -> v.path("replica").path("last").asBoolean())
                .containsExactly(false, false, false, true);
        assertThat(transaction.get(1).path("before").path("id").asInt()).isEqualTo(2);
        assertThat(transaction.get(1).path("after").path("id").asInt()).isEqualTo(3);
    }

    @Test
    void theEnvelopeIsDebeziums() {
        JsonNode value = topics.read("fanout.replica.item").stream()
                .map(Message::value)
                .filter(Objects::nonNull)
                .filter(v -> v.path("op").asText().equals("u"))
                .findFirst()
                .orElseThrow();
        assertThat(value.path("before").path("name").asText()).isEqualTo("one");
        assertThat(value.path("after").path("name").asText()).isEqualTo("uno");
        JsonNode source = value.path("source");
        assertThat(source.path("connector").asText()).isEqualTo(Servers.primaryIsMySql() ? "mysql" : "mariadb");
        assertThat(source.path("name").asText()).isEqualTo("fanout");
        assertThat(source.path("snapshot").asText()).isEqualTo("false");
        assertThat(source.path("db").asText()).isEqualTo("replica");
        assertThat(source.path("table").asText()).isEqualTo("item");
        assertThat(source.path("server_id").asLong()).isEqualTo(1);
        assertThat(source.path("gtid").asText()).matches(Servers.gtid());
        assertThat(source.path("file").asText()).matches("binlog\\.\\d+");
        assertThat(source.path("pos").asLong()).isPositive();
        assertThat(source.path("ts_ms").asLong()).isPositive();
        assertThat(value.path("ts_ms").asLong() * 1_000_000)
                .isLessThanOrEqualTo(value.path("ts_ns").asLong());
    }

    @Test
    void copiedRowsAreReadsWithFileAndPosition() {
        List<JsonNode> reads = topics.read("fanout.replica.item").stream()
                .map(Message::value)
                .filter(v -> v != null && v.path("op").asText().equals("r"))
                .toList();
        assertThat(reads).hasSize(2);
        assertThat(reads.get(0).path("after").toString())
                .isEqualTo("{\"id\":1,\"name\":\"one\",\"price\":9.50,\"big\":18446744073709551615,\"made\":null}");
        assertThat(reads.get(0).path("replica").path("after").path("made").asText())
                .isEqualTo("0000-00-00");
        assertThat(reads.get(1).path("after").path("made").asInt()).isEqualTo(19782);
        assertThat(reads.get(0).path("source").path("file").asText()).matches("binlog\\.\\d+");
        assertThat(reads.get(0).path("source").path("pos").asLong()).isPositive();
    }

    @Test
    void aKeyChangeIsADeleteItsTombstoneAndACreateWithDebeziumsHeaders() {
        List<Message> messages = topics.read("fanout.replica.item").stream()
                .filter(m ->
                        m.key().path("id").asInt() == 2 || m.key().path("id").asInt() == 3)
                .toList();
        assertThat(messages)
                .extracting(m -> m.key().path("id").asInt() + " "
                        + (m.value() == null
                                ? "tombstone"
                                : m.value().path("op").asText()))
                .containsExactly("2 r", "2 d", "2 tombstone", "3 c");
        assertThat(messages.get(1).headers().get("__debezium.newkey")).contains("3");
        assertThat(messages.get(3).headers().get("__debezium.oldkey")).contains("2");
    }

    @Test
    void aDeleteIsFollowedByItsTombstone() {
        List<Message> messages = topics.read("fanout.replica.item").stream()
                .filter(m -> m.key().path("id").asInt() == 1)
                .toList();
        assertThat(messages)
                .extracting(m ->
                        m.value() == null ? "tombstone" : m.value().path("op").asText())
                .containsExactly("r", "u", "d", "tombstone");
        assertThat(messages.get(2).value().path("after").isMissingNode()).isTrue();
    }

    @Test
    void aTableWithoutAKeyHasNoKeysAndIsEmptiedBeforeItsCopy() {
        assertThat(topics.read("fanout.replica.note"))
                .allSatisfy(m -> assertThat(m.key()).isNull())
                .extracting(m -> m.value().path("op").asText())
                .containsExactly("t", "r", "r", "c", "d", "t");
    }

    @Test
    void withoutDataOnlyChangesAreOnTheTopics() throws Exception {
        var config = new HashMap<>(pipeline.sourceConnector().config());
        config.put("topic.prefix", "changesonly");
        config.put("topic.layout", "table");
        config.put("record.format", "envelope");
        config.put("snapshot.mode", "no_data");
        config.put("database.server.id", "54003");
        pipeline.worker().rest().putConfig("changesonly-source", config);
        await().atMost(EndToEnd.LIMIT)
                .until(() -> pipeline.worker().rest().offsets("changesonly-source").stream()
                        .anyMatch(offset -> offset.offset() != null));
        pipeline.primary()
                .execute("CREATE TABLE replica.only (id INT PRIMARY KEY)", "INSERT INTO replica.only VALUES (1), (2)");
        pipeline.primary().execute("DELETE FROM replica.only WHERE id = 2");
        await().atMost(EndToEnd.LIMIT).until(() -> topics.names().contains("changesonly.replica.only"));
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(() -> assertThat(topics.read("changesonly.replica.only"))
                        .extracting(message -> message.value() == null
                                ? "tombstone"
                                : message.value().path("op").asText())
                        .containsExactly("c", "c", "d", "tombstone"));
        assertThat(topics.names()).doesNotContain("changesonly.replica.item");

        // a table that was left out is saved so, and is copied whatever the mode
        var rest = pipeline.worker().rest();
        rest.stop("changesonly-source", EndToEnd.LIMIT);
        var json = JsonNodeFactory.instance;
        rest.patchOffsets(
                "changesonly-source",
                List.of(new ConnectorOffset(
                        json.objectNode().put("server", "changesonly").put("table", "replica.item"),
                        json.objectNode().put("copy", "pending").put("rows", 0))));
        rest.resume("changesonly-source");
        await().atMost(EndToEnd.LIMIT).until(() -> topics.names().contains("changesonly.replica.item"));
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(() -> assertThat(topics.read("changesonly.replica.item"))
                        .extracting(message -> message.value().path("op").asText())
                        .contains("r"));
        rest.delete("changesonly-source");
    }

    @Test
    void schemaChangesAreOnTheTopicOfThePrefix() {
        List<JsonNode> changes =
                topics.read("fanout").stream().map(Message::value).toList();
        assertThat(changes).anySatisfy(change -> {
            assertThat(change.path("databaseName").asText()).isEqualTo("replica");
            assertThat(change.path("ddl").asText()).startsWith("CREATE TABLE `item`");
            JsonNode table = change.path("tableChanges").path(0);
            assertThat(table.path("type").asText()).isEqualTo("CREATE");
            assertThat(table.path("id").asText()).isEqualTo("\"replica\".\"item\"");
            assertThat(table.path("table").path("primaryKeyColumnNames").path(0).asText())
                    .isEqualTo("id");
            assertThat(table.path("table")
                            .path("columns")
                            .path(2)
                            .path("typeName")
                            .asText())
                    .isEqualTo("DECIMAL");
        });
    }

    @Test
    void offsetsShowWhereTheStreamAndTheCopiesAre() {
        var offsets = new HashMap<String, JsonNode>();
        pipeline.worker()
                .rest()
                .offsets(Pipeline.SOURCE)
                .forEach(offset -> offsets.put(offset.partition().path("table").asText("stream"), offset.offset()));
        assertThat(offsets).containsKeys("stream", "replica.item", "replica.note", "replica.caught_up");
        assertThat(offsets.get("replica.item").path("copy").asText()).isEqualTo("complete");
        assertThat(offsets.get("replica.item").path("rows").asInt()).isEqualTo(2);
        assertThat(List.of("file", "pos", "gtids", "epoch", "transactions"))
                .allSatisfy(key -> assertThat(offsets.get("stream").has(key)).isTrue());
    }
}
