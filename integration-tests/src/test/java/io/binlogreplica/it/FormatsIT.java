package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.ConnectorStatus;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.SchemaRegistry;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The settings of {@code config/formats}, as they are there but for addresses. For Avro and Protobuf with a schema registry that takes
 * nothing but versions which are BACKWARD compatible: Apicurio's converter, and Confluent's.
 */
class FormatsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static SchemaRegistry registry;
    private static Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        registry = Registries.start(directory);
        pipeline = Registries.withConverters(EndToEnd.pipeline(directory), directory)
                .start();
        pipeline.replica().execute("GRANT ALL ON *.* TO " + Pipeline.USER + "@'%'");
        registry.awaitReady();
        registry.setCompatibility("BACKWARD");
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        registry.close();
    }

    /** Each reads what the other has written, and what it has written itself. */
    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({
        "avro-apicurio,         avro-apicurio",
        "avro-confluent,        avro-confluent",
        "avro-apicurio-tables,  avro-confluent-tables",
        "avro-confluent-tables, avro-apicurio-tables",
    })
    void schemasEvolveWhileTheReplicaFollows(String written, String read) throws Exception {
        Assumptions.assumeTrue(
                !Registries.confluentsOwn() || written.contains("confluent"), "Apicurio's converter was not fetched");
        boolean ordered = !written.endsWith("-tables");
        String orders =
                ordered ? written.replace('-', '_') + ".replica.orders.Envelope" : written + ".replica.orders-value";
        ConnectorFile source = source(written);
        ConnectorFile sink = sink(Registries.confluentsOwn() ? written : read, written);
        try {
            create(ordered);
            pipeline.run(source);
            pipeline.run(sink);
            writeAndCompare(1);
            assertThat(versions(written))
                    .isEqualTo(
                            ordered
                                    ? Map.of(
                                            "log.Envelope", 1,
                                            "orders.Key", 1,
                                            "orders.Envelope", 1,
                                            "odd_table_1.Key", 1,
                                            "odd_table_1.Envelope", 1)
                                    : Map.of(
                                            "orders-key", 1,
                                            "orders-value", 1,
                                            "odd-table_1-key", 1,
                                            "odd-table_1-value", 1));

            alter(ordered, "ADD added INT NOT NULL DEFAULT 5, ADD note VARCHAR(20)");
            writeAndCompare(2);
            alter(
                    ordered,
                    "MODIFY qty BIGINT, MODIFY name VARCHAR(40), MODIFY price DECIMAL(9,2), MODIFY ratio DOUBLE, MODIFY state"
                            + " ENUM('a','b','c')");
            writeAndCompare(3);
            alter(ordered, "DROP gone, CHANGE note remark TEXT, MODIFY name VARCHAR(40) NOT NULL");
            writeAndCompare(4);
            pipeline.worker().rest().restart(source.name());
            writeAndCompare(5);
            assertThat(registry.versions(orders)).hasSize(4);

            // numbers do not become texts in Avro: the registry is in the way, until somebody allows it
            alter(ordered, "MODIFY qty VARCHAR(30)");
            write(6);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(status()).containsPattern("(?i)incompatible|rule ?violation"));
            assertThat(registry.versions(orders)).hasSize(4);
            registry.setCompatibility("NONE");
            pipeline.worker().rest().restartFailed(source.name());
            writeAndCompare(7);
            assertThat(registry.versions(orders)).hasSize(5);
        } finally {
            registry.setCompatibility("BACKWARD");
            end(source, sink);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "json-schemaless"})
    void jsonArrives(String format) throws Exception {
        ConnectorFile source = source(format);
        ConnectorFile sink = sink(format, format);
        try {
            create(true);
            pipeline.run(source);
            pipeline.run(sink);
            writeAndCompare(1);
            alter(true, "ADD added INT NOT NULL DEFAULT 5");
            writeAndCompare(2);
        } finally {
            end(source, sink);
        }
    }

    /** Protobuf has one type for many of the columns', and numbers fields by their place; the registry takes columns at the end only. */
    @Test
    void protobufSchemasEvolveWhileTheReplicaFollows() throws Exception {
        Assumptions.assumeTrue(
                Registries.confluentsOwn(), "Maven Central has no Protobuf converter: -Pconfluent fetches Confluent's");
        String orders = "protobuf.changes-protobuf.replica.orders.Envelope";
        ConnectorFile source = source("protobuf");
        ConnectorFile sink = sink("protobuf", "protobuf");
        try {
            create(true);
            pipeline.run(source);
            pipeline.run(sink);
            writeAndCompare(1);
            assertThat(versions("protobuf"))
                    .isEqualTo(Map.of(
                            "log.Envelope", 1,
                            "orders.Key", 1,
                            "orders.Envelope", 1,
                            "odd_table_1.Key", 1,
                            "odd_table_1.Envelope", 1));

            alter(true, "ADD added INT NOT NULL DEFAULT 5, ADD note VARCHAR(20)");
            writeAndCompare(2);
            assertThat(registry.versions(orders)).hasSize(2);
            // nothing that Protobuf knows of: milliseconds become microseconds in the same int64
            alter(true, "MODIFY made DATETIME(6), MODIFY name VARCHAR(40), MODIFY state ENUM('b','a','c')");
            writeAndCompare(3);
            assertThat(registry.versions(orders)).hasSize(2);

            alter(true, "MODIFY qty BIGINT");
            write(4);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(status()).containsPattern("(?i)incompatible|rule ?violation"));
            assertThat(registry.versions(orders)).hasSize(2);
            registry.setCompatibility("NONE");
            pipeline.worker().rest().restartFailed(source.name());
            writeAndCompare(5);
            alter(
                    true,
                    "DROP gone, CHANGE note remark TEXT, MODIFY price DECIMAL(9,2), MODIFY ratio DOUBLE, MODIFY name"
                            + " VARCHAR(40) NOT NULL");
            writeAndCompare(6);
            pipeline.worker().rest().restart(source.name());
            writeAndCompare(7);
            alter(true, "MODIFY qty VARCHAR(30)");
            writeAndCompare(8);
            assertThat(registry.versions(orders)).hasSize(5);
        } finally {
            registry.setCompatibility("BACKWARD");
            end(source, sink);
        }
    }

    /** In every build, while the scenario above runs with {@code -Pconfluent} only. */
    @ParameterizedTest
    @ValueSource(strings = {"source", "sink"})
    void protobufHasTheSettingsOfAvroAndTwoOfItsOwn(String side) {
        var settings = new HashMap<>(
                ConnectorFile.read(example("avro-confluent-" + side)).config());
        settings.replaceAll((setting, value) -> value.replace("avro.AvroConverter", "protobuf.ProtobufConverter")
                .replace("subject.RecordName", "subject.TopicRecordName"));
        settings.put("key.converter.optional.for.nullables", "true");
        settings.put("value.converter.optional.for.nullables", "true");
        assertThat(ConnectorFile.read(example("protobuf-" + side)).config()).isEqualTo(settings);
    }

    private static Path example(String name) {
        return EndToEnd.PROJECT.resolve("config/formats/" + name + ".json");
    }

    private static void end(ConnectorFile source, ConnectorFile sink) throws SQLException {
        pipeline.worker().rest().delete(source.name());
        pipeline.worker().rest().delete(sink.name());
        await().atMost(LIMIT).until(() -> pipeline.worker().rest().connectors().isEmpty());
        pipeline.primary().execute("DROP DATABASE replica");
        pipeline.replica().execute("DROP DATABASE IF EXISTS replica", "DROP DATABASE IF EXISTS binlog_replica");
    }

    /** With names that are none in Avro, and with two columns of a type that is a record there. */
    private static void create(boolean ordered) throws SQLException {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica",
                        "CREATE TABLE replica.orders (id INT PRIMARY KEY, qty INT, name VARCHAR(10), price"
                                + " DECIMAL(5,2), ratio FLOAT, state ENUM('a','b'), place POINT, area GEOMETRY, made DATETIME(3), gone INT NOT NULL)",
                        "CREATE TABLE replica.`odd-table 1` (`the id` INT PRIMARY KEY, `1st.price $` DECIMAL(5,2) NOT NULL)");
        if (ordered) {
            pipeline.primary().execute("CREATE TABLE replica.log (line VARCHAR(20) NOT NULL)");
        }
        for (int i = 100; i < 110; i++) {
            insert(i);
        }
    }

    private static void insert(int id) throws SQLException {
        boolean gone = !Replicas.rows(pipeline.primary(), "SHOW COLUMNS FROM replica.orders LIKE 'gone'")
                .isEmpty();
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.orders (id, qty, name, price, ratio, state, place, area, made"
                                + (gone ? ", gone" : "")
                                + ") VALUES (" + id + ", " + -id
                                + ", 'name', 1.25, 0.1, 'b', ST_GeomFromText('POINT(1 2)'),"
                                + " ST_GeomFromText('LINESTRING(0 0, 1 1)'), "
                                + (id % 2 == 0 ? "'2024-02-29 23:59:59.123'" : "NULL") + (gone ? ", 7" : "") + ")",
                        "INSERT INTO replica.`odd-table 1` VALUES (" + id + ", 1.10)");
    }

    private static void write(int round) throws SQLException {
        insert(round);
        pipeline.primary()
                .execute(
                        "UPDATE replica.orders SET price = price + 1 WHERE id < " + (100 + round),
                        "UPDATE replica.`odd-table 1` SET `the id` = `the id` + 1000 WHERE `the id` = " + (100 + round),
                        "DELETE FROM replica.`odd-table 1` WHERE `the id` = " + (109 - round));
        if (!Replicas.rows(pipeline.primary(), "SHOW TABLES FROM replica LIKE 'log'")
                .isEmpty()) {
            pipeline.primary().execute("INSERT INTO replica.log VALUES ('round " + round + "')");
        }
    }

    private static void writeAndCompare(int round) throws Exception {
        write(round);
        var comparison =
                EndToEnd.comparison(pipeline.primary(), pipeline.replica()).valuesOnly();
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    String status = status();
                    var result = comparison.compare(Workload.DATABASE);
                    assertThat(result.identical())
                            .as(result + "; " + status + new Replicas(pipeline).states("orders"))
                            .isTrue();
                });
    }

    /** Of both connectors. A source that has lost its Kafka transaction, as on a machine with too much to do, is restarted. */
    private static String status() {
        var text = new StringJoiner("; ");
        for (String connector : pipeline.worker().rest().connectors()) {
            ConnectorStatus status = pipeline.worker().rest().status(connector);
            if (status.hasLostKafkaTransaction()) {
                pipeline.worker().rest().restartFailed(connector);
            }
            text.add(status.toString());
        }
        return text.toString();
    }

    /** Topics of single tables bring no DDL. */
    private static void alter(boolean ordered, String how) throws SQLException {
        if (!ordered) {
            pipeline.replica().execute("ALTER TABLE replica.orders " + how);
        }
        pipeline.primary().execute("ALTER TABLE replica.orders " + how);
    }

    /** How many versions the subjects of tables have. */
    private static Map<String, Integer> versions(String prefix) {
        String beginning = "(" + prefix + "[.]changes-)?(" + prefix + "|" + prefix.replace('-', '_') + ")[.]replica[.]";
        return registry.subjects().stream()
                .filter(subject -> subject.matches(beginning + ".*"))
                .collect(Collectors.toMap(
                        subject -> subject.replaceFirst(beginning, ""),
                        subject -> registry.versions(subject).size()));
    }

    private static ConnectorFile source(String example) {
        return Registries.with(registry, pipeline.sourceConnector("config/formats/" + example + "-source.json"))
                .with(Map.of("topic.prefix", example));
    }

    private static ConnectorFile sink(String example, String prefix) {
        ConnectorFile file =
                Registries.with(registry, pipeline.sinkConnector("config/formats/" + example + "-sink.json"));
        return file.config().containsKey("topics")
                ? file.with(Map.of("topics", prefix + ".changes"))
                : file.with(Map.of(
                        "topics.regex", prefix + "\\.replica\\..*", "consumer.override.metadata.max.age.ms", "1000"));
    }
}
