package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.binlogreplica.it.Topics.Message;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a primary is captured: databases, tables, columns, keys; in copied rows and in streamed ones alike. */
class FiltersIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static Topics topics;

    @BeforeAll
    static void writeAndCapture(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions(
                        Servers.primaryIsMySql() ? new String[] {"--innodb-native-foreign-keys=ON"} : new String[0])
                .start();
        topics = new Topics(pipeline);
        pipeline.primary()
                .execute(
                        "CREATE DATABASE shop",
                        "CREATE DATABASE shop_archive",
                        "CREATE TABLE shop.person (id INT PRIMARY KEY, name VARCHAR(20), secret VARCHAR(20), age INT)",
                        "CREATE TABLE shop.note (no INT, line INT, txt VARCHAR(20))",
                        "CREATE TABLE shop.draft (id INT PRIMARY KEY)",
                        "CREATE TABLE shop_archive.person (id INT PRIMARY KEY)",
                        "CREATE TABLE shop.parent (id INT PRIMARY KEY)",
                        "CREATE TABLE shop.child (id INT PRIMARY KEY, parent INT,"
                                + " CONSTRAINT child_of_parent FOREIGN KEY (parent) REFERENCES shop.parent (id)"
                                + " ON DELETE CASCADE)",
                        "INSERT INTO shop.person VALUES (1, 'copied', 'hidden', 30)",
                        "INSERT INTO shop.note VALUES (7, 1, 'copied')",
                        "INSERT INTO shop.draft VALUES (1)",
                        "INSERT INTO shop_archive.person VALUES (1)");
        pipeline.worker().rest().putConfig(Pipeline.SOURCE, config(Map.of()));
        pipeline.worker().rest().waitUntilRunning(Pipeline.SOURCE, LIMIT);
        await().atMost(LIMIT)
                .until(() -> topics.names().containsAll(Set.of("primary.shop.person", "primary.shop.note")));
        if (!Servers.primaryIsMySql()) {
            pipeline.primary()
                    .execute(
                            "SET SESSION server_id = 77",
                            "INSERT INTO shop.person VALUES (77, 'of server 77', 'hidden', 1)",
                            "CREATE TABLE shop.of_server (id INT PRIMARY KEY)",
                            "INSERT INTO shop.of_server VALUES (1)",
                            "SET SESSION server_id = 1",
                            "SET SESSION gtid_domain_id = 5",
                            "INSERT INTO shop.person VALUES (5, 'of domain 5', 'hidden', 1)");
        }
        pipeline.primary()
                .execute(
                        "INSERT INTO shop.person VALUES (2, 'streamed', 'hidden', 40)",
                        "UPDATE shop.person SET secret = 'hidden still', age = 41 WHERE id = 2",
                        "INSERT INTO shop.note VALUES (7, 2, 'streamed')",
                        "DELETE FROM shop.note WHERE line = 1",
                        "INSERT INTO shop.draft VALUES (2)",
                        "INSERT INTO shop_archive.person VALUES (2)",
                        "DELETE FROM shop.person WHERE id = 1");
        await().atMost(LIMIT)
                .until(() -> values("primary.shop.person").stream()
                        .anyMatch(value -> value.path("op").asText().equals("d")));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    private static Map<String, String> config(Map<String, String> changes) {
        var config = new HashMap<>(pipeline.sourceConnector().config());
        config.put("topic.layout", "table");
        config.put("record.format", "envelope");
        config.put("database.include.list", "shop.*");
        config.put("database.exclude.list", "shop_archive");
        config.put("table.exclude.list", "shop\\.dra.*");
        config.put("column.exclude.list", "shop\\.person\\.(secret|age)");
        config.put("message.key.columns", "shop\\.no.*:no,line");
        config.put("tombstones.on.delete", "false");
        config.put("heartbeat.interval.ms", "200");
        config.put("origin.server.id.exclude.list", "76,77");
        if (!Servers.primaryIsMySql()) {
            config.put("origin.gtid.domain.exclude.list", "5");
        }
        config.putAll(changes);
        return config;
    }

    @Test
    void columnsAreLeftOutOfCopiedAndStreamedRows() {
        List<JsonNode> values = values("primary.shop.person");
        assertThat(values)
                .extracting(value -> value.path("op").asText() + value.path("before") + value.path("after"))
                .containsExactly(
                        "r{\"id\":1,\"name\":\"copied\"}",
                        "c{\"id\":2,\"name\":\"streamed\"}",
                        "u{\"id\":2,\"name\":\"streamed\"}{\"id\":2,\"name\":\"streamed\"}",
                        "d{\"id\":1,\"name\":\"copied\"}");
        assertThat(topics.read("primary.shop.person").toString()).doesNotContain("hidden");
    }

    @Test
    void otherKeysThanTheTablesOwn() {
        assertThat(topics.read("primary.shop.note"))
                .extracting(message -> String.valueOf(message.key()))
                .containsExactly("{\"no\":7,\"line\":1}", "{\"no\":7,\"line\":2}", "{\"no\":7,\"line\":1}");
    }

    /** B20 */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#primaryIsMySql",
            disabledReason = "a session of MySQL cannot have another server's id")
    void whatCameFromAnotherServerOrDomainDoesNotGoBack() {
        assertThat(values("primary.shop.person"))
                .extracting(value -> value.path("after").path("id").asInt())
                .doesNotContain(77, 5);
        assertThat(topics.names()).doesNotContain("primary.shop.of_server");
        assertThat(topics.read("primary").toString()).doesNotContain("of_server");
    }

    @Test
    void noTombstoneFollowsADelete() {
        assertThat(topics.read("primary.shop.person"))
                .extracting(Message::value)
                .doesNotContainNull();
    }

    @Test
    void whatIsExcludedHasNoTopic() {
        assertThat(topics.names()).doesNotContain("primary.shop.draft", "primary.shop_archive.person");
    }

    @Test
    void aPositionThatOnlyOthersMoveIsSavedByHeartbeats() throws Exception {
        String before = gtids();
        pipeline.primary().execute("INSERT INTO shop.draft VALUES (100), (101)");
        await().atMost(LIMIT).until(() -> !gtids().equals(before));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "column.exclude.list|shop\\.person\\.id|column id is part of the key",
                "message.key.columns|shop\\.note:nothing|has no column nothing",
                "message.key.columns|shop.note|must be database.table:column",
                "origin.server.id.exclude.list|a|must be a number",
                "topic.layout|ordered|is for topic.layout=table only"
            })
    void whatWouldLoseDataIsRefused(String setting, String value, String reason) {
        assertRefused(setting, value, reason);
    }

    /** MySQL 9.7 logs what cascades, unless InnoDB does it, as in all versions before. */
    @Test
    void aParentWhoseChangesCascadeIsNotLeftOut() {
        assertRefused(
                "table.exclude.list", "shop\\.parent", "leaves out shop.parent, whose changes cascade to shop.child");
    }

    private static void assertRefused(String setting, String value, String reason) {
        Map<String, String> settings = config(Map.of(setting, value, "name", Pipeline.SOURCE));
        String at = setting.equals("topic.layout") ? "message.key.columns" : setting;
        assertThat(pipeline.worker().rest().validate(settings.get("connector.class"), settings))
                .containsOnlyKeys(at)
                .extractingByKey(at)
                .asString()
                .contains(reason);
    }

    private static List<JsonNode> values(String topic) {
        return topics.read(topic).stream().map(Message::value).toList();
    }

    private static String gtids() {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .filter(offset -> offset.partition().size() == 1 && offset.offset() != null)
                .map(offset -> offset.offset().path("gtids").asText())
                .findFirst()
                .orElse("");
    }
}
