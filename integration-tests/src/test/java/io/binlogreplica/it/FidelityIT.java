package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.binlogreplica.it.Topics.Message;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.SchemaRegistry;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every type of column with the values at its edges, copied and streamed, with a key and without, in both layouts and all formats (JSON and
 * Avro), while
 * both servers and the worker are in different time zones. {@code docs/types.md} says what is in the records.
 */
@EnabledIf(
        value = "io.binlogreplica.it.Servers#areOfOneFamily",
        disabledReason = "the families' types are not the same")
class FidelityIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;
    private static final String CONNECT_JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String AVRO = "avro";
    private static final String PROTOBUF = "protobuf";
    private static final String CHANGE_JSON = "io.binlogreplica.record.json.ChangeJsonConverter";

    /** What a statement's session must allow for the values of another age. */
    private static final String SESSION = "SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES'";

    private static final int LENGTH_SHOWN = 120;

    /** Versions that have a page. */
    private static final Set<String> PAGES = Set.of("11.4", "9.7");

    private static final String HEAD = """
        # Types: what is in the records

        Made by `FidelityIT` on %s %s, which copies and streams each of these values to a replica in both layouts and in all formats, and
        compares every row there. Shown are records of `record.format=envelope` in JSON with schemas, where DECIMAL and bytes are Base64.
        `after` is what Debezium's readers expect; where it cannot hold a value, `replica.after` has the exact one.
        """;

    private static SchemaRegistry registry;
    private static Pipeline pipeline;
    private static List<TypeCases> cases;
    private static String version;
    private static int round;

    @BeforeAll
    static void copied(@TempDir Path directory) throws Exception {
        registry = Registries.start(directory);
        pipeline = Registries.withConverters(EndToEnd.pipeline(directory), directory)
                .primaryOptions("--default-time-zone=+05:30")
                .replicaOptions("--default-time-zone=-03:00")
                .workerJvmArguments("-Duser.timezone=America/St_Johns")
                .start();
        // topics of tables name no database, and the sink creates it
        pipeline.replica().execute("GRANT ALL ON *.* TO " + Pipeline.USER + "@'%'");
        version = Replicas.rows(pipeline.primary(), "SELECT REGEXP_SUBSTR(VERSION(), '[0-9]+[.][0-9]+')")
                .get(0);
        cases = TypeCases.of(
                EndToEnd.PROJECT.resolve("integration-tests/src/test/resources/types"),
                pipeline.primary().binaries().kind(),
                Double.parseDouble(version));
        pipeline.primary().execute("CREATE DATABASE " + Workload.DATABASE);
        write("copied");
        registry.awaitReady();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        registry.close();
    }

    @ParameterizedTest(name = "{0} {1} {2} schemas={3}")
    @CsvSource({
        "ordered, envelope, " + CONNECT_JSON + ", true",
        "ordered, envelope, " + CONNECT_JSON + ", false",
        "ordered, envelope, " + CHANGE_JSON + ", false",
        "ordered, block,    " + CHANGE_JSON + ", false",
        "table,   envelope, " + CONNECT_JSON + ", true",
        "table,   envelope, " + CONNECT_JSON + ", false",
        "table,   envelope, " + CHANGE_JSON + ", false",
        "ordered, envelope, " + AVRO + ", true",
        "table,   envelope, " + AVRO + ", true",
        "ordered, envelope, " + PROTOBUF + ", true",
    })
    void everyValueArrives(String layout, String format, String converter, boolean schemas) throws Exception {
        Assumptions.assumeTrue(
                !converter.equals(PROTOBUF) || Registries.confluentsOwn(),
                "Maven Central has no Protobuf converter: -Pconfluent fetches Confluent's");
        String name = "types" + ++round;
        boolean ordered = layout.equals("ordered");
        for (TypeCases family : cases) {
            pipeline.primary()
                    .execute(
                            "DROP TABLE IF EXISTS " + keyed("streamed", family),
                            "DROP TABLE IF EXISTS " + keyless("streamed", family));
        }
        Map<String, String> converters = switch (converter) {
            case AVRO -> Registries.avro(registry, ordered);
            case PROTOBUF -> Registries.protobuf(registry);
            default -> converters(converter, schemas);
        };
        ConnectorFile source = pipeline.sourceConnector()
                .named(name + "-source")
                .with(converters)
                .with(Map.of(
                        "topic.prefix", name,
                        "topic.layout", layout,
                        "record.format", format,
                        "database.server.id", Integer.toString(54_100 + round)));
        ConnectorFile sink = pipeline.sinkConnector().named(name + "-sink").with(converters);
        sink = ordered
                ? sink.with(Map.of("topics", name + ".changes"))
                : sink.without("topics")
                        .with(Map.of(
                                "topics.regex",
                                name + "\\.replica\\..*",
                                "topic.layout",
                                "table",
                                "topic.layout.accepted",
                                "no_key",
                                "consumer.override.metadata.max.age.ms",
                                "1000"));
        try {
            if (!ordered) {
                // records of one table do not tell all that its definition says
                createOnReplica("copied");
            }
            pipeline.run(source);
            pipeline.run(sink);
            awaitIdentical();
            if (!ordered) {
                createOnReplica("streamed");
            }
            write("streamed");
            change("streamed");
            awaitIdentical();
            if (converter.equals(CONNECT_JSON) && schemas && ordered && PAGES.contains(version)) {
                requirePage(new Topics(pipeline).read(name + ".changes"));
            }
        } finally {
            pipeline.worker().rest().delete(source.name());
            pipeline.worker().rest().delete(sink.name());
            await().atMost(LIMIT)
                    .until(() -> pipeline.worker().rest().connectors().isEmpty());
            pipeline.replica().execute("DROP DATABASE IF EXISTS replica", "DROP DATABASE IF EXISTS binlog_replica");
        }
    }

    private static Map<String, String> converters(String converter, boolean schemas) {
        return Map.of(
                "key.converter",
                converter,
                "value.converter",
                converter,
                "key.converter.schemas.enable",
                Boolean.toString(schemas),
                "value.converter.schemas.enable",
                Boolean.toString(schemas));
    }

    private static void createOnReplica(String prefix) throws SQLException {
        pipeline.replica().execute("CREATE DATABASE IF NOT EXISTS replica");
        for (TypeCases family : cases) {
            pipeline.replica()
                    .execute(family.create(keyed(prefix, family), true), family.create(keyless(prefix, family), false));
        }
    }

    /** Makes a table with a key and one without of each family, and fills both. */
    private static void write(String prefix) throws SQLException {
        for (TypeCases family : cases) {
            var statements = new ArrayList<String>();
            statements.add(SESSION);
            statements.add(family.create(keyed(prefix, family), true));
            statements.add(family.create(keyless(prefix, family), false));
            statements.addAll(family.inserts(keyed(prefix, family)));
            statements.addAll(family.inserts(keyless(prefix, family)));
            execute(statements);
        }
    }

    private static String keyed(String prefix, TypeCases family) {
        return "replica." + prefix + "_" + family.name();
    }

    private static String keyless(String prefix, TypeCases family) {
        return keyed(prefix + "_keyless", family);
    }

    /** Rows become before images, and are found by them. */
    private static void change(String prefix) throws SQLException {
        for (TypeCases family : cases) {
            for (String table : List.of(keyed(prefix, family), keyless(prefix, family))) {
                execute(List.of(
                        SESSION,
                        "UPDATE " + table + " SET id = id + 1000 WHERE id % 2 = 1",
                        "DELETE FROM " + table + " WHERE id % 3 = 0"));
            }
        }
    }

    private static void execute(List<String> statements) throws SQLException {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(e.getMessage() + ": " + sql.substring(0, Math.min(300, sql.length())), e);
                }
            }
        }
    }

    private static void awaitIdentical() throws Exception {
        var comparison = new Comparison(pipeline.primary()::connect, pipeline.replica()::connect);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    ComparisonResult result = comparison.compare(Workload.DATABASE);
                    assertThat(result.identical())
                            .as(result.toString()
                                    .substring(
                                            0, Math.min(4_000, result.toString().length())))
                            .isTrue();
                });
    }

    /** {@code -Dupdate.docs=true} writes it anew. */
    private static void requirePage(List<Message> messages) throws Exception {
        String server = pipeline.primary().binaries().kind().toString().toLowerCase(Locale.ROOT);
        Path page = EndToEnd.PROJECT.resolve("docs/types-" + server + ".md");
        var text = new StringBuilder(HEAD.formatted(server, version));
        for (TypeCases family : cases) {
            Map<Integer, JsonNode> copied = rows(messages, "copied_" + family.name(), "r");
            Map<Integer, JsonNode> streamed = rows(messages, "streamed_" + family.name(), "c");
            text.append("\n## ").append(family.title()).append("\n\n");
            text.append(line("Column", "In the record", "Value", "`after`", "`replica.after`"));
            text.append("|---|---|---|---|---|\n");
            for (int i = 0; i < family.columns().size(); i++) {
                TypeCases.Column column = family.columns().get(i);
                String field = "v" + i;
                for (int row = 0; row < column.values().size(); row++) {
                    JsonNode record = copied.get(row);
                    for (String image : List.of("/payload/after/", "/payload/replica/after/")) {
                        assertThat(streamed.get(row).at(image + field))
                                .as(column.definition() + " " + column.values().get(row))
                                .isEqualTo(record.at(image + field));
                    }
                    text.append(line(
                            row == 0 ? code(column.definition()) : "",
                            row == 0 ? schema(record.path("schema"), field) : "",
                            code(column.values().get(row)),
                            code(record.at("/payload/after/" + field).toString()),
                            code(record.at("/payload/replica/after/" + field).toString())));
                }
            }
        }
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(page, text);
        }
        assertThat(page).content().isEqualTo(text.toString());
    }

    /** Records of a table's rows by their ids. */
    private static Map<Integer, JsonNode> rows(List<Message> messages, String table, String op) {
        var rows = new HashMap<Integer, JsonNode>();
        for (Message message : messages) {
            JsonNode payload = message.value().path("payload");
            if (payload.at("/source/table").asText().equals(table)
                    && payload.path("op").asText().equals(op)) {
                rows.put(payload.at("/after/id").asInt(), message.value());
            }
        }
        return rows;
    }

    private static String line(String... cells) {
        return Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The kind of a field of the row, with the name of its meaning. */
    private static String schema(JsonNode envelope, String field) {
        JsonNode schema = field(field(envelope, "after"), field);
        String name = schema.path("name").asText();
        var parameters = new StringJoiner(", ");
        schema.path("parameters").properties().forEach(parameter -> {
            String key = parameter.getKey();
            // what the column's definition says, too
            if (!key.startsWith("__debezium") && !key.startsWith("io.binlogreplica.")) {
                parameters.add(key + "=" + parameter.getValue().asText());
            }
        });
        return schema.path("type").asText()
                + (name.isEmpty() ? "" : " `" + name + "`")
                + (parameters.length() == 0 ? "" : " " + shortened(parameters.toString()));
    }

    private static JsonNode field(JsonNode struct, String name) {
        return StreamSupport.stream(struct.path("fields").spliterator(), false)
                .filter(field -> field.path("field").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`` " + shortened(text).replace("|", "\\|") + " ``";
    }

    private static String shortened(String text) {
        if (text.length() <= LENGTH_SHOWN) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LENGTH_SHOWN - 1)) ? LENGTH_SHOWN - 1 : LENGTH_SHOWN;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}
