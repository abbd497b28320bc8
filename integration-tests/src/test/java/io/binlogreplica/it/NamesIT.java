package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.ComparisonResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Databases, tables, columns, indexes and constraints with names of every kind that a server takes, and a table with a thousand columns:
 * copied, streamed and altered.
 */
class NamesIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final List<String> DATABASES = List.of("replica", "odd.db `ü");

    /** Also names of columns. */
    private static final List<String> NAMES = List.of(
            "d.o.t",
            "a space",
            " before",
            "it's \"quoted\"",
            "back`tick",
            "``",
            "back\\slash",
            "sl/ash",
            "select",
            "Ünïcode 表 ☃",
            "per%cent",
            "do$$ar #{x} ${y}",
            "-- no comment",
            "/* nor this */",
            "se;mi,colon",
            "(brackets)[]{}",
            "new\nline\ttab",
            "1234",
            "binlog_position");

    private static final String CHILD = Identifier.quote("child of `a`.b");

    private static final int WIDE = 1_000;

    private static Pipeline pipeline;
    private static int round;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.replica().execute("GRANT ALL ON *.* TO " + Pipeline.USER + "@'%'");
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"ordered, block", "ordered, envelope", "table, envelope"})
    void whatHasAnOddNameArrives(String layout, String format) throws Exception {
        String name = "names" + ++round;
        boolean ordered = layout.equals("ordered");
        for (String database : DATABASES) {
            pipeline.primary().execute("DROP DATABASE IF EXISTS " + Identifier.quote(database));
            pipeline.replica().execute("DROP DATABASE IF EXISTS " + Identifier.quote(database));
            pipeline.primary().execute("CREATE DATABASE " + Identifier.quote(database) + " CHARACTER SET utf8mb4");
        }
        pipeline.replica().execute("DROP DATABASE IF EXISTS binlog_replica");
        inEachDatabase(pipeline.primary(), NamesIT::createTables);
        inEachDatabase(pipeline.primary(), NamesIT::change);
        if (ordered) {
            // topics of single tables are in no order, which cascades need
            inEachDatabase(pipeline.primary(), NamesIT::createChild);
        }
        ConnectorFile source = pipeline.sourceConnector()
                .named(name + "-source")
                .with(Map.of(
                        "topic.prefix", name,
                        "topic.layout", layout,
                        "record.format", format,
                        "database.include.list", "replica,odd\\.db `.",
                        "database.server.id", Integer.toString(54_200 + round)));
        ConnectorFile sink = pipeline.sinkConnector().named(name + "-sink");
        sink = ordered
                ? sink.with(Map.of("topics", name + ".changes"))
                : sink.without("topics")
                        .with(Map.of(
                                "topics.regex",
                                name + "\\..*",
                                "topic.layout",
                                "table",
                                "topic.layout.accepted",
                                "no_key,cascades,unique_keys",
                                "consumer.override.metadata.max.age.ms",
                                "500"));
        if (!ordered) {
            // records of one table do not tell all that its definition says
            for (String database : DATABASES) {
                pipeline.replica().execute("CREATE DATABASE " + Identifier.quote(database) + " CHARACTER SET utf8mb4");
            }
            inEachDatabase(pipeline.replica(), NamesIT::createTables);
        }
        pipeline.run(source);
        pipeline.run(sink);
        awaitIdentical();
        inEachDatabase(pipeline.primary(), NamesIT::change);
        awaitIdentical();
        if (ordered) {
            inEachDatabase(pipeline.primary(), NamesIT::alter);
            inEachDatabase(pipeline.primary(), NamesIT::change);
            awaitIdentical();
        }
        pipeline.worker().rest().delete(source.name());
        pipeline.worker().rest().delete(sink.name());
    }

    /** The server has them in lower case, and logs statements as they were written. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#anyIsMySql",
            disabledReason = "MySQL takes the setting only when its data directory is made")
    void whateverLettersStatementsHave(@TempDir Path directory) throws Exception {
        try (Pipeline folding = EndToEnd.pipeline(directory)
                .primaryOptions("--lower-case-table-names=1")
                .replicaOptions("--lower-case-table-names=1")
                .start()) {
            folding.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.Orders (id INT PRIMARY KEY, v INT)",
                            "CREATE TABLE replica.Emptied (id INT PRIMARY KEY)",
                            "INSERT INTO replica.orders VALUES (1, 1)",
                            "INSERT INTO replica.EMPTIED VALUES (1)");
            folding.runConnectors();
            folding.awaitCaughtUp(LIMIT);
            folding.primary()
                    .execute(
                            "TRUNCATE TABLE Replica.Emptied",
                            "ALTER TABLE replica.ORDERS ADD COLUMN more INT DEFAULT 5",
                            "INSERT INTO replica.Orders VALUES (2, 2, 2)",
                            "CREATE TABLE replica.Made (id INT PRIMARY KEY)",
                            "INSERT INTO replica.made VALUES (1)",
                            "RENAME TABLE replica.MADE TO replica.Named");
            EndToEnd.assertIdentical(folding);
            assertThat(Replicas.rows(folding.replica(), "SELECT COUNT(*) FROM replica.emptied"))
                    .containsExactly("0");
            assertThat(
                            Replicas.rows(
                                    folding.replica(),
                                    "SELECT table_name FROM binlog_replica.replica_table_state WHERE state = 'LIVE' ORDER BY 1"))
                    .containsExactly("caught_up", "emptied", "named", "orders");
        }
    }

    /** Where the primary has two tables, such a replica has one. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#replicaIsMySql",
            disabledReason = "MySQL takes the setting only when its data directory is made")
    void aTableWhoseNameTheReplicaTakesForAnotherIsLeftAlone(@TempDir Path directory) throws Exception {
        try (Pipeline folding = EndToEnd.pipeline(directory)
                .replicaOptions("--lower-case-table-names=1")
                .start()) {
            folding.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.twin (id INT PRIMARY KEY)",
                            "CREATE TABLE replica.Twin (id INT PRIMARY KEY)",
                            "INSERT INTO replica.twin VALUES (1)",
                            "INSERT INTO replica.Twin VALUES (2)");
            folding.runConnectors();
            var replicas = new Replicas(folding);
            replicas.awaitApplied();
            replicas.awaitState("twin", "LIVE");
            replicas.awaitState("Twin", "DEGRADED");
            String states = "SELECT table_name, state FROM binlog_replica.replica_table_state"
                    + " WHERE table_name IN ('twin', 'Twin', 'Made') ORDER BY 1";
            folding.primary()
                    .execute(
                            "INSERT INTO replica.twin VALUES (3)",
                            "ALTER TABLE replica.Twin ADD COLUMN more INT",
                            "TRUNCATE TABLE replica.Twin",
                            "DROP TABLE replica.Twin",
                            "CREATE TABLE replica.Made (id INT PRIMARY KEY)");
            replicas.awaitApplied();
            assertThat(Replicas.rows(folding.replica(), "SELECT * FROM replica.twin ORDER BY id"))
                    .containsExactly("1", "3");
            assertThat(Replicas.rows(folding.replica(), "SHOW TABLES FROM replica LIKE 'made'"))
                    .isEmpty();
            assertThat(Replicas.rows(folding.replica(), states)).containsExactly("Made DEGRADED", "twin LIVE");
        }
    }

    /** What Kafka does not take in a topic's name becomes an underscore: two tables must not end up in one topic. */
    @Test
    void tablesThatWouldShareATopicAreNamed() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE shared",
                        "CREATE TABLE shared.`a space` (id INT PRIMARY KEY)",
                        "CREATE TABLE shared.a_space (id INT PRIMARY KEY)",
                        "INSERT INTO shared.`a space` VALUES (1)",
                        "INSERT INTO shared.a_space VALUES (2)");
        ConnectorFile source = pipeline.sourceConnector()
                .named("shared")
                .with(Map.of(
                        "topic.prefix", "shared",
                        "topic.layout", "table",
                        "record.format", "envelope",
                        "database.include.list", "shared",
                        "database.server.id", "54299"));
        pipeline.create(source);
        pipeline.worker()
                .rest()
                .waitUntil(
                        "shared", "refusing", status -> status.toString().contains("would both have the topic"), LIMIT);
        assertThat(pipeline.worker().rest().status("shared").toString())
                .contains("shared.a space", "shared.a_space", "shared.shared.a_space", "rename one");
        pipeline.worker().rest().delete("shared");
    }

    private static void awaitIdentical() {
        var comparison = EndToEnd.comparison(pipeline.primary(), pipeline.replica());
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    for (String database : DATABASES) {
                        ComparisonResult result = comparison.compare(database);
                        assertThat(result.identical()).as(result.toString()).isTrue();
                        assertThat(result.rows()).isGreaterThan(NAMES.size() * 4L);
                    }
                });
    }

    private interface Work {
        void on(Statement statement) throws SQLException;
    }

    private static void inEachDatabase(DatabaseServer server, Work work) throws SQLException {
        for (String database : DATABASES) {
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("USE " + Identifier.quote(database));
                statement.execute("SET NAMES utf8mb4");
                work.on(statement);
            }
        }
    }

    private static void createTables(Statement statement) throws SQLException {
        for (int i = 0; i < NAMES.size(); i++) {
            String key = Identifier.quote(NAMES.get(i));
            String text = Identifier.quote(name(i + 1));
            String columns =
                    key + " INT NOT NULL, " + text + " VARCHAR(50), " + Identifier.quote(name(i + 2)) + " DECIMAL(9,2)";
            statement.execute("CREATE TABLE " + key + " (" + columns + ", PRIMARY KEY (" + key + "), UNIQUE KEY " + key
                    + " (" + text + "))");
            statement.execute("CREATE TABLE " + keyless(i) + " (" + columns + ")");
        }
        statement.execute("CREATE TABLE Twin (id INT PRIMARY KEY, upper INT)");
        statement.execute("CREATE TABLE twin (id INT PRIMARY KEY, lower INT)");
        List<String> types = List.of(
                "INT", "SMALLINT UNSIGNED", "VARCHAR(8)", "DATE", "TINYINT(1)", "CHAR(3)", "FLOAT", "BIT(5)", "YEAR");
        statement.execute(IntStream.range(0, WIDE)
                .mapToObj(i -> "c" + i + " " + types.get(i % types.size()) + (i == 0 ? " PRIMARY KEY" : ""))
                .collect(Collectors.joining(", ", "CREATE TABLE wide (", ") CHARACTER SET latin1")));
    }

    /** No back tick in the names that a foreign key has: MariaDB prints a definition then that it does not take itself. */
    private static void createChild(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE " + CHILD + " (id INT PRIMARY KEY, " + Identifier.quote("to x.y")
                + " INT, CONSTRAINT " + Identifier.quote("fk (x), y's") + " FOREIGN KEY (" + Identifier.quote("to x.y")
                + ") REFERENCES "
                + Identifier.quote("d.o.t") + " (" + Identifier.quote("d.o.t")
                + ") ON DELETE CASCADE ON UPDATE CASCADE)");
        statement.execute("INSERT INTO " + CHILD + " VALUES (1, 2), (2, 3), (3, NULL)");
    }

    /** Rows beyond those of before. */
    private static void change(Statement statement) throws SQLException {
        int from = Integer.parseInt(Replicas.rows(
                        pipeline.primary(),
                        "SELECT COALESCE(MAX(c0), 0) FROM "
                                + Identifier.quote(statement.getConnection().getCatalog()) + ".wide")
                .get(0));
        statement.execute("BEGIN");
        for (int i = 0; i < NAMES.size(); i++) {
            String key = Identifier.quote(NAMES.get(i));
            String number = Identifier.quote(name(i + 2));
            insert(statement, i, from);
            for (String table : List.of(key, keyless(i))) {
                statement.execute("UPDATE " + table + " SET " + number + " = " + number + " + 1 WHERE " + key + " = 1");
                statement.execute("UPDATE " + table + " SET " + key + " = -" + key + " WHERE " + key + " = " + from);
                statement.execute("DELETE FROM " + table + " WHERE " + key + " = " + (from + 1));
            }
        }
        fill(statement, from);
        statement.execute("UPDATE wide SET c999 = 3, c500 = 4 WHERE c0 % 2 = 0");
        statement.execute("COMMIT");
    }

    private static void insert(Statement statement, int i, int from) throws SQLException {
        for (String table : List.of(Identifier.quote(NAMES.get(i)), keyless(i))) {
            for (int id = from + 1; id <= from + 3; id++) {
                statement.execute("INSERT INTO " + table + " (" + Identifier.quote(NAMES.get(i)) + ", "
                        + Identifier.quote(name(i + 2)) + ") VALUES (" + id + ", 1.5)");
            }
        }
    }

    private static void fill(Statement statement, int from) throws SQLException {
        for (int id = from + 1; id <= from + 3; id++) {
            statement.execute("INSERT INTO Twin (id) VALUES (" + id + ")");
            statement.execute("INSERT INTO twin VALUES (" + id + ", 7)");
            statement.execute("INSERT INTO wide (c0, c1, c2, c3, c996) VALUES (" + id + ", 65535, 'text', '2026-11-27',"
                    + " 17)");
        }
    }

    private static void alter(Statement statement) throws SQLException {
        for (int i = 0; i < NAMES.size(); i++) {
            statement.execute("ALTER TABLE " + Identifier.quote(NAMES.get(i)) + " RENAME COLUMN "
                    + Identifier.quote(name(i + 1)) + " TO "
                    + Identifier.quote(name(i + 1) + " too") + ", ADD COLUMN "
                    + Identifier.quote("added, `" + NAMES.get(i))
                    + " INT DEFAULT 7 COMMENT 'it''s \\\\ `new`'");
            statement.execute("RENAME TABLE " + keyless(i) + " TO " + Identifier.quote("moved " + NAMES.get(i)));
            statement.execute("RENAME TABLE " + Identifier.quote("moved " + NAMES.get(i)) + " TO " + keyless(i));
        }
        statement.execute("ALTER TABLE wide ADD COLUMN c1000 INT DEFAULT 5, DROP COLUMN c998");
        statement.execute("ALTER TABLE Twin ADD COLUMN grown INT DEFAULT 1");
        statement.execute("DELETE FROM " + Identifier.quote("d.o.t") + " WHERE " + Identifier.quote("d.o.t") + " = 2");
        statement.execute("INSERT INTO " + CHILD + " VALUES (7, NULL)");
    }

    private static String name(int i) {
        return NAMES.get(i % NAMES.size());
    }

    private static String keyless(int i) {
        return Identifier.quote("no key, " + NAMES.get(i));
    }
}
