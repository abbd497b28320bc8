package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic for each table: of this source, and of Debezium's connectors, whose records are written here as these write them. */
class TableLayoutIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.replica().execute("GRANT ALL ON *.* TO " + Pipeline.USER + "@'%'");
        producer = new KafkaProducer<>(
                new HashMap<>(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        pipeline.close();
    }

    @Test
    void severalTasksApplyTopicsOfSeveralPartitionsAndReplayThemFromTheBeginning() throws Exception {
        pipeline.primary()
                .execute(
                        "SET SESSION sql_mode = ''",
                        "CREATE DATABASE replica",
                        "CREATE TABLE replica.items (id INT PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1, price DECIMAL(10,2),"
                                + " made DATE, big BIGINT UNSIGNED)",
                        "CREATE TABLE replica.pairs (a INT, b VARCHAR(10), v INT, PRIMARY KEY (a, b))",
                        "INSERT INTO replica.items SELECT seq, CONCAT('näme', seq), seq / 4, '0000-00-00', 18446744073709551615"
                                + " FROM " + Servers.numbers(1, 500),
                        "INSERT INTO replica.pairs SELECT seq, 'x', seq FROM " + Servers.numbers(1, 500));
        pipeline.run(pipeline.sourceConnector()
                .named("fan-source")
                .with(Map.of(
                        "topic.prefix", "fan",
                        "topic.layout", "table",
                        "record.format", "envelope",
                        "database.server.id", "54009",
                        "topic.creation.default.partitions", "3",
                        "key.converter", "org.apache.kafka.connect.json.JsonConverter",
                        "value.converter", "org.apache.kafka.connect.json.JsonConverter",
                        "topic.creation.default.cleanup.policy", "compact")));
        ConnectorFile sink = sink("fan-sink", "fan\\.replica\\..*", true)
                .with(Map.of(
                        "tasks.max",
                        "3",
                        // so that tasks get and lose partitions while they keep others
                        "consumer.override.partition.assignment.strategy",
                        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"));
        pipeline.run(sink);
        assertSameEventually("items", "pairs");
        pipeline.primary()
                .execute(
                        "UPDATE replica.items SET price = price + 1 WHERE id % 2 = 0",
                        "DELETE FROM replica.items WHERE id % 5 = 0",
                        "UPDATE replica.pairs SET b = 'y', v = -v WHERE a % 3 = 0",
                        "UPDATE replica.pairs SET a = a + 1000 WHERE a % 4 = 0",
                        "INSERT INTO replica.pairs SELECT seq, 'z', 0 FROM " + Servers.numbers(600, 700));
        assertSameEventually("items", "pairs");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT COUNT(*) FROM binlog_replica.binlog_position WHERE topic LIKE 'fan.%'"
                                + " AND next_offset > 0"))
                .containsExactly("6");

        // what is there already is found again, and what is not there any more is removed by tombstones and deletes
        pipeline.worker().rest().stop("fan-sink", LIMIT);
        pipeline.worker().rest().deleteOffsets("fan-sink");
        pipeline.replica().execute("DELETE FROM replica.items WHERE id < 50", "UPDATE replica.pairs SET v = 7");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT DISTINCT next_offset FROM binlog_replica.binlog_position WHERE topic LIKE 'fan.%'"))
                .containsExactly("-1");
        pipeline.worker().rest().resume("fan-sink");
        assertSameEventually("items", "pairs");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT table_name, cause FROM binlog_replica.replica_table_state"
                                + " WHERE connector = 'fan-sink'"))
                .isEmpty();
    }

    @Test
    void recordsOfDebeziumAreAppliedAndTheirTablesCreatedFromColumnTypes() throws Exception {
        String topic = "dbz.shop.things";
        send(topic, debeziumKey(1), debezium("c", null, row(1, "one", 20000)));
        send(topic, debeziumKey(2), debezium("r", null, row(2, "two", 20001)));
        send(topic, debeziumKey(3), debezium("c", null, row(3, "three", 20002)));
        send(topic, debeziumKey(2), debezium("u", row(2, "two", 20001), row(2, "zwei", 20001)));
        send(topic, debeziumKey(3), debezium("d", row(3, "three", 20002), null));
        send(topic, debeziumKey(3), null);
        pipeline.run(sink("dbz-sink", "dbz\\.shop\\..*", true));
        awaitRows("SELECT id, name, made FROM shop.things ORDER BY id", "1 one 2024-10-04", "2 zwei 2024-10-05");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT COLUMN_NAME, COLUMN_TYPE, COLUMN_KEY FROM information_schema.COLUMNS WHERE"
                                + " TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'things' ORDER BY ORDINAL_POSITION"))
                .containsExactly(
                        Servers.replicaIsMySql() ? "id int PRI" : "id int(11) PRI", "name varchar(40) ", "made date ");
        // compaction has left nothing but the tombstone
        send(topic, debeziumKey(1), null);
        awaitRows("SELECT id FROM shop.things", "2");
    }

    @Test
    void recordsWithoutSchemasGetTheirTypesFromTheReplicasTable() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE DATABASE plain",
                        "CREATE TABLE plain.t (id INT PRIMARY KEY, d DECIMAL(6,2), made DATE, extra INT NULL)",
                        "INSERT INTO plain.t VALUES (9, 1, '2000-01-01', 5)");
        String topic = "dbz.plain.t";
        // compaction has left nothing of it but the tombstone, and no row has told the table yet
        pipeline.replica().execute("INSERT INTO plain.t VALUES (8, 1, '2000-01-01', 5)");
        send(topic, "{\"id\":8}", null);
        send(topic, "{\"id\":1}", plain("c", "null", "{\"id\":1,\"d\":\"MDk=\",\"made\":20000}"));
        send(
                topic,
                "{\"id\":9}",
                plain("u", "{\"id\":9,\"d\":\"ZA==\",\"made\":10957}", "{\"id\":9,\"d\":null,\"made\":20001}"));
        pipeline.run(sink("plain-sink", "dbz\\.plain\\..*", false));
        awaitRows(
                "SELECT id, d, made, extra FROM plain.t ORDER BY id",
                "1 123.45 2024-10-04 null",
                "9 null 2024-10-05 5");
    }

    @Test
    void whatTopicsOfSingleTablesCannotGiveIsRefusedUnlessAccepted() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE DATABASE limits",
                        "CREATE TABLE limits.uniq (id INT PRIMARY KEY, name VARCHAR(40), made DATE, UNIQUE n (name))",
                        "CREATE TABLE limits.parent (id INT PRIMARY KEY, name VARCHAR(40), made DATE)",
                        "CREATE TABLE limits.child (id INT PRIMARY KEY, name VARCHAR(40), made DATE, parent INT, FOREIGN KEY"
                                + " (parent) REFERENCES parent (id) ON DELETE CASCADE)",
                        "CREATE TABLE limits.keyless (id INT, name VARCHAR(40), made DATE)");
        for (String table : List.of("uniq", "parent", "keyless", "child")) {
            send("dbz.limits." + table, debeziumKey(1), in("limits", table, debezium("c", null, row(1, "one", 1))));
        }
        pipeline.replica()
                .execute(
                        "CREATE TABLE limits.emptied (id INT PRIMARY KEY, name VARCHAR(40), made DATE)",
                        "INSERT INTO limits.emptied VALUES (7, 'before', NULL)",
                        "CREATE TABLE limits.narrow (id INT, name VARCHAR(40) PRIMARY KEY, made DATE)");
        send("dbz.limits.narrow", debeziumKey(1), in("limits", "narrow", debezium("c", null, row(1, "one", 1))));
        send("dbz.limits.emptied", null, in("limits", "emptied", debezium("t", null, null)));
        send("dbz.limits.emptied", debeziumKey(1), in("limits", "emptied", debezium("c", null, row(1, "one", 1))));
        ConnectorFile sink = sink("limits-sink", "dbz\\.limits\\..*", true);
        pipeline.run(sink);
        awaitRows(
                "SELECT table_name, state FROM binlog_replica.replica_table_state WHERE connector = 'limits-sink'"
                        + " ORDER BY 1",
                "child DEGRADED",
                "emptied DEGRADED",
                "keyless DEGRADED",
                "narrow DEGRADED",
                "parent DEGRADED",
                "uniq DEGRADED");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT cause FROM binlog_replica.replica_table_state WHERE connector = 'limits-sink'"
                                + " ORDER BY table_name"))
                .satisfiesExactly(
                        child -> assertThat(child).contains("changes of limits.parent cascade to it"),
                        emptied -> assertThat(emptied)
                                .contains("it was truncated")
                                .contains("truncate in topic.layout.accepted"),
                        keyless -> assertThat(keyless).contains("it has no key").contains("no_key"),
                        narrow -> assertThat(narrow).contains("its key is [name] where the primary's is [id]"),
                        parent -> assertThat(parent)
                                .contains("foreign keys cascade from it")
                                .contains("cascades"),
                        uniq -> assertThat(uniq)
                                .contains("unique indexes beside its key (n)")
                                .contains("unique_keys"));
        assertThat(Replicas.rows(pipeline.replica(), "SELECT * FROM limits.uniq"))
                .isEmpty();
        assertThat(Replicas.rows(pipeline.replica(), "SELECT id FROM limits.emptied"))
                .containsExactly("7");

        pipeline.worker().rest().stop("limits-sink", LIMIT);
        pipeline.replica().execute("TRUNCATE limits.emptied");
        ObjectNode partition = new ObjectMapper().createObjectNode();
        partition.put("kafka_topic", "dbz.limits.uniq").put("kafka_partition", 0);
        pipeline.worker().rest().patchOffsets("limits-sink", List.of(new ConnectorOffset(partition, null)));
        awaitRows(
                "SELECT COUNT(*) FROM binlog_replica.replica_table_state WHERE connector = 'limits-sink'",
                // not all topics come once more
                "6");
        pipeline.worker().rest().deleteOffsets("limits-sink");
        pipeline.create(sink.with(Map.of("topic.layout.accepted", "unique_keys,cascades,no_key,truncate")));
        pipeline.worker().rest().resume("limits-sink");
        for (String table : List.of("uniq", "parent", "keyless", "child", "emptied")) {
            awaitRows("SELECT id, name FROM limits." + table, "1 one");
        }
    }

    /** K2: records' keys differ in each byte, and may come in any order. */
    @Test
    void keysInOtherLettersAreOtherRows() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE DATABASE letters",
                        "CREATE TABLE letters.t (k VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, n INT)");
        for (String table : List.of("t", "made")) {
            String topic = "dbz.letters." + table;
            send(topic, named("k", "a"), letters(table, "c", null, "a"));
            send(topic, named("k", "A"), letters(table, "c", null, "A"));
            if (table.equals("t")) {
                // from another partition, which is read later
                send(topic, named("k", "a"), letters(table, "d", "a", null));
                send(topic, named("k", "a"), null);
            }
        }
        pipeline.run(sink("letters-sink", "dbz\\.letters\\..*", true));
        awaitRows("SELECT k FROM letters.t", "A");
        awaitRows("SELECT k FROM letters.made ORDER BY k", "A", "a");
        pipeline.worker().rest().delete("letters-sink");
    }

    private static String named(String column, String value) {
        return """
            {"schema":{"type":"struct","fields":[{"type":"string","optional":false,"field":"%s"}],"optional":false,
             "name":"dbz.Key"},"payload":{"%1$s":"%s"}}""".formatted(column, value);
    }

    private static String letters(String table, String op, String before, String after) {
        String columns = """
            [{"type":"string","optional":false,"field":"k","parameters":{"__debezium.source.column.type":"VARCHAR",
              "__debezium.source.column.length":"9","__debezium.source.column.name":"k"}}]""";
        return in(
                "letters",
                table,
                debezium(
                        op,
                        before == null ? null : "{\"k\":\"" + before + "\"}",
                        after == null ? null : "{\"k\":\"" + after + "\"}",
                        columns));
    }

    /** Statements are in no order to the topics of single tables: to empty or drop tables there would lose rows. */
    @Test
    void changesOfTablesAsAWholeAreRefused() throws Exception {
        pipeline.replica().execute("CREATE DATABASE kept", "CREATE TABLE kept.t (id INT PRIMARY KEY)");
        send(
                "dbz.kept.statements",
                "{\"databaseName\":\"kept\"}",
                "{\"source\":" + source("kept", "t") + ",\"ts_ms\":1,\"databaseName\":\"kept\",\"schemaName\":null,"
                        + "\"ddl\":\"DROP TABLE kept.t\",\"tableChanges\":[]}");
        pipeline.create(sink("kept-sink", "dbz\\.kept\\..*", false));
        awaitFailure("kept-sink", "leave it out of topics, or of topics.regex");
        pipeline.worker().rest().delete("kept-sink");
        assertThat(Replicas.rows(pipeline.replica(), "SHOW TABLES FROM kept")).containsExactly("t");
    }

    /** A topic that is not compacted has each record, unless it was removed. */
    @Test
    void recordsThatAreRemovedWhileTheSinkRunsAreMissed() throws Exception {
        pipeline.replica().execute("CREATE DATABASE removed", "CREATE TABLE removed.t (id INT PRIMARY KEY)");
        String topic = "dbz.removed.t";
        send(topic, "{\"id\":1}", removed(1));
        pipeline.run(sink("removed-sink", "dbz\\.removed\\..*", false));
        awaitRows("SELECT id FROM removed.t", "1");
        pipeline.worker().rest().pause("removed-sink", LIMIT);
        for (int id = 2; id <= 6; id++) {
            send(topic, "{\"id\":" + id + "}", removed(id));
        }
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(4)))
                    .all()
                    .get();
        }
        pipeline.worker().rest().resume("removed-sink");
        // the consumer may have had the next record when it was paused
        awaitRows("SELECT id FROM removed.t WHERE id > 2 ORDER BY id", "5", "6");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT state, cause FROM binlog_replica.replica_table_state WHERE connector = 'removed-sink'"))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row).containsPattern("DAMAGED records [12] to 3 of the topic were removed"));
        pipeline.worker().rest().delete("removed-sink");
    }

    private static String removed(int id) {
        return "{\"before\":null,\"after\":{\"id\":%d},\"source\":%s,\"transaction\":null,\"op\":\"c\",\"ts_ms\":1}"
                .formatted(id, source("removed", "t"));
    }

    /** K19: names that differ in nothing that a topic's name can have. */
    @Test
    void twoTablesOnOneTopicAreRefusedOnEitherSide() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE collide",
                        "CREATE TABLE collide.`a$b` (id INT PRIMARY KEY)",
                        "CREATE TABLE collide.a_b (id INT PRIMARY KEY)",
                        "INSERT INTO collide.`a$b` VALUES (1)",
                        "INSERT INTO collide.a_b VALUES (2)");
        pipeline.create(pipeline.sourceConnector()
                .named("collide-source")
                .with(Map.of(
                        "topic.prefix", "collide",
                        "topic.layout", "table",
                        "record.format", "envelope",
                        "database.server.id", "54011",
                        "database.include.list", "collide")));
        awaitFailure("collide-source", "would both have the topic collide.collide.a_b");
        pipeline.worker().rest().delete("collide-source");

        String topic = "dbz.collide.a_b";
        send(topic, "{\"id\":1}", row("a$b"));
        send(topic, "{\"id\":2}", row("a_b"));
        pipeline.replica()
                .execute(
                        "CREATE DATABASE collide",
                        "CREATE TABLE collide.`a$b` (id INT PRIMARY KEY)",
                        "CREATE TABLE collide.a_b (id INT PRIMARY KEY)");
        pipeline.create(sink("collide-sink", "dbz\\.collide\\..*", false));
        awaitFailure("collide-sink", "the topic has rows of table collide.a$b and of table collide.a_b");
        pipeline.worker().rest().delete("collide-sink");
    }

    private static String row(String table) {
        return "{\"before\":null,\"after\":{\"id\":1},\"source\":%s,\"transaction\":null,\"op\":\"c\",\"ts_ms\":1}"
                .formatted(source("collide", table));
    }

    private static void awaitFailure(String connector, String message) {
        await(connector + " stops")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() ->
                        pipeline.worker().rest().status(connector).toString().contains(message));
    }

    private static ConnectorFile sink(String name, String topics, boolean schemas) {
        return pipeline.sinkConnector()
                .named(name)
                .without("topics")
                .with(Map.of(
                        "topics.regex", topics,
                        "topic.layout", "table",
                        "consumer.override.metadata.max.age.ms", "1000",
                        "key.converter", "org.apache.kafka.connect.json.JsonConverter",
                        "value.converter", "org.apache.kafka.connect.json.JsonConverter",
                        "key.converter.schemas.enable", Boolean.toString(schemas),
                        "value.converter.schemas.enable", Boolean.toString(schemas)));
    }

    private static void send(String topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        topic,
                        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                        value == null ? null : value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    private static void awaitRows(String query, String... rows) {
        await(query)
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(Replicas.rows(pipeline.replica(), query)).containsExactly(rows));
    }

    private static void assertSameEventually(String... tables) {
        for (String table : tables) {
            String query = "SELECT * FROM replica." + table + " ORDER BY 1, 2";
            await(table + " is the same")
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(Replicas.rows(pipeline.replica(), query))
                            .isNotEmpty()
                            .isEqualTo(Replicas.rows(pipeline.primary(), query)));
        }
    }

    // As Debezium 3 writes them with column.propagate.source.type and JSON with schemas

    private static String debeziumKey(int id) {
        return """
            {"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":false,
             "name":"dbz.shop.things.Key"},"payload":{"id":%d}}""".formatted(id);
    }

    private static String row(int id, String name, int days) {
        return "{\"id\":%d,\"name\":\"%s\",\"made\":%d}".formatted(id, name, days);
    }

    private static String in(String database, String table, String value) {
        return value.replace("things", table).replace("\"shop\"", "\"" + database + "\"");
    }

    private static String debezium(String op, String before, String after) {
        return debezium(op, before, after, """
            [{"type":"int32","optional":false,"field":"id","parameters":{"__debezium.source.column.type":"INT"}},
             {"type":"string","optional":true,"field":"name","parameters":{"__debezium.source.column.type":"VARCHAR",
              "__debezium.source.column.length":"40","__debezium.source.column.name":"name"}},
             {"type":"int32","optional":true,"name":"io.debezium.time.Date","version":1,"field":"made",
              "parameters":{"__debezium.source.column.type":"DATE"}}]""");
    }

    private static String debezium(String op, String before, String after, String columns) {
        return """
            {"schema":{"type":"struct","fields":[
              {"type":"struct","fields":%1$s,"optional":true,"name":"dbz.shop.things.Value","field":"before"},
              {"type":"struct","fields":%1$s,"optional":true,"name":"dbz.shop.things.Value","field":"after"},
              {"type":"struct","fields":[
                {"type":"string","optional":false,"field":"version"},{"type":"string","optional":false,"field":"connector"},
                {"type":"string","optional":false,"field":"name"},{"type":"int64","optional":false,"field":"ts_ms"},
                {"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,
                 "parameters":{"allowed":"true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"},
                 "default":"false","field":"snapshot"},
                {"type":"string","optional":false,"field":"db"},{"type":"string","optional":true,"field":"sequence"},
                {"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"},
                {"type":"string","optional":true,"field":"table"},{"type":"int64","optional":false,"field":"server_id"},
                {"type":"string","optional":true,"field":"gtid"},{"type":"string","optional":false,"field":"file"},
                {"type":"int64","optional":false,"field":"pos"},{"type":"int32","optional":false,"field":"row"},
                {"type":"int64","optional":true,"field":"thread"},{"type":"string","optional":true,"field":"query"}],
               "optional":false,"name":"io.debezium.connector.mysql.Source","version":1,"field":"source"},
              {"type":"struct","fields":[{"type":"string","optional":false,"field":"id"},
                {"type":"int64","optional":false,"field":"total_order"},
                {"type":"int64","optional":false,"field":"data_collection_order"}],
               "optional":true,"name":"event.block","version":1,"field":"transaction"},
              {"type":"string","optional":false,"field":"op"},{"type":"int64","optional":true,"field":"ts_ms"},
              {"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"}],
              "optional":false,"name":"dbz.shop.things.Envelope","version":2},
             "payload":{"before":%2$s,"after":%3$s,"source":%4$s,"transaction":null,"op":"%5$s","ts_ms":1,"ts_us":1000,
              "ts_ns":1000000}}""".formatted(columns, before, after, source("shop", "things"), op);
    }

    private static String plain(String op, String before, String after) {
        return "{\"before\":%s,\"after\":%s,\"source\":%s,\"transaction\":null,\"op\":\"%s\",\"ts_ms\":1}"
                .formatted(before, after, source("plain", "t"), op);
    }

    private static String source(String database, String table) {
        return """
            {"version":"3.6.0.Final","connector":"mysql","name":"dbz","ts_ms":1700000000000,"snapshot":"false","db":"%s",
             "sequence":null,"ts_us":1700000000000000,"ts_ns":1700000000000000000,"table":"%s","server_id":223344,
             "gtid":null,"file":"mysql-bin.000003","pos":197,"row":0,"thread":7,"query":null}""".formatted(database, table);
    }
}
