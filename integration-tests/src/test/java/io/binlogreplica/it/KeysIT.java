package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies go on behind a key of any type, in any collation, of up to 16 columns: with chunks of three rows, each key is once the last
 * of a chunk or next to it. K2 to K7, K10, K11.
 */
class KeysIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Columns and key of a table, and an expression for the values of row {@code seq}. */
    private static final Map<String, String[]> TABLES = new LinkedHashMap<>();

    private static Pipeline pipeline;

    private static void table(String name, String columns, String values) {
        TABLES.put(name, new String[] {columns, values});
    }

    private static void text(String name, String type) {
        table(
                name,
                "k " + type + " NOT NULL PRIMARY KEY, v INT",
                "CONCAT(ELT(1 + seq % 11, 'a', 'B', 'ä', 'ß', 'ss', 'Z', 'é', 'e', '~', '', ' '), seq DIV 2,"
                        + " IF(seq % 2, 'x', 'Y')), seq");
    }

    @BeforeAll
    static void copy(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions("--sql-mode=", "--default-time-zone=-05:00")
                .start();
        defineTables();
        createTables(pipeline.primary());
        pipeline.run(pipeline.sourceConnector().with(Map.of("snapshot.chunk.size", "3", "snapshot.max.threads", "4")));
        pipeline.run(pipeline.sinkConnector());
        pipeline.awaitCaughtUp(LIMIT);
    }

    private static void defineTables() {
        table("u64", "k BIGINT UNSIGNED PRIMARY KEY, v INT", "CAST(9223372036854775800 AS UNSIGNED) + seq, seq");
        table("negative", "k BIGINT PRIMARY KEY, v INT", "-9223372036854775808 + seq * 1000, seq");
        table(
                "deci",
                "k DECIMAL(65,30) PRIMARY KEY, v INT",
                "(seq - 20) * 12345678901234567890.000000000000000000000000000001, seq");
        table("vbin", "k VARBINARY(20) PRIMARY KEY, v INT", "CONCAT(CHAR(seq % 5), CHAR(0), CHAR(255 - seq)), seq");
        table("bin", "k BINARY(4) PRIMARY KEY, v INT", "CHAR(seq), seq");
        table("bits", "k BIT(40) PRIMARY KEY, v INT", "seq * 27487790694, seq");
        table(
                "dt",
                "k DATETIME(6) PRIMARY KEY, v INT",
                "'2024-03-31 01:59:59.999999' + INTERVAL seq * 500001 MICROSECOND, seq");
        table(
                "ts",
                "k TIMESTAMP(6) PRIMARY KEY, v INT",
                "'2024-10-27 00:30:00' + INTERVAL seq * 500001 MICROSECOND, seq");
        table("da", "k DATE PRIMARY KEY, v INT", "IF(seq = 1, '0000-00-00', '2024-02-27' + INTERVAL seq DAY), seq");
        table("ti", "k TIME(3) PRIMARY KEY, v INT", "SEC_TO_TIME((seq - 20) * 100000.001), seq");
        table("yr", "k YEAR PRIMARY KEY, v INT", "IF(seq = 1, 0, 1900 + seq), seq");
        table("fl", "k FLOAT PRIMARY KEY, v INT", "(seq - 20) / 10, seq");
        table("dbl", "k DOUBLE PRIMARY KEY, v INT", "(seq - 20) / 3, seq");
        table("en", "k ENUM('z','a','m') NOT NULL, n INT, PRIMARY KEY (k, n)", "1 + seq % 3, seq");
        table("se", "k SET('z','a','m','q') NOT NULL, n INT, PRIMARY KEY (k, n)", "seq % 16, seq");
        if (!Servers.anyIsMySql()) {
            table("uid", "k UUID PRIMARY KEY, v INT", "UUID(), seq");
            table("ip6", "k INET6 PRIMARY KEY, v INT", "CONCAT('2001:db8::', HEX(seq * 37)), seq");
            table("ip4", "k INET4 PRIMARY KEY, v INT", "CONCAT('10.', 255 - seq, '.0.', seq), seq");
        }
        text("latin1", "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci");
        text("swedish", "CHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci");
        text("uca", "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE " + Servers.latestCollation());
        Servers.unpaddedCollation()
                .ifPresent(collation -> text("nopad", "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE " + collation));
        text("danish", "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_danish_ci");
        text("ucs2", "VARCHAR(20) CHARACTER SET ucs2 COLLATE ucs2_general_ci");
        text("u16le", "VARCHAR(20) CHARACTER SET utf16le");
        text("u32", "VARCHAR(20) CHARACTER SET utf32 COLLATE utf32_unicode_ci");
        text("mb3", "VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci");
        table(
                "gbk",
                "k VARCHAR(20) CHARACTER SET gbk PRIMARY KEY, v INT",
                "CONCAT(ELT(1 + seq % 3, '中', '文', '啊'), seq), seq");
        table(
                "cyrillic",
                "k VARCHAR(20) CHARACTER SET cp1251 PRIMARY KEY, v INT",
                "CONCAT(ELT(1 + seq % 3, 'ж', 'Ж', 'я'), seq DIV 3), seq");
        table(
                "prefix",
                "k TEXT NOT NULL, v INT, PRIMARY KEY (k(8))",
                "CONCAT(LPAD(seq, 8, '0'), REPEAT('x', seq)), seq");
        table("descending", "k INT, v INT, PRIMARY KEY (k DESC)", "seq, seq");
        table(
                "mixed",
                "a INT UNSIGNED, b VARCHAR(10) COLLATE utf8mb4_general_ci, c DATETIME(6), d ENUM('y','x'), v INT,"
                        + " PRIMARY KEY (b, a, d, c)",
                "seq % 2, ELT(1 + seq % 3, 'a', 'A ', 'b'), '2024-01-01' + INTERVAL seq DIV 4 MICROSECOND, 1 + seq % 2, seq");
        table(
                "sixteen",
                IntStream.range(0, 16).mapToObj(i -> "c" + i + " INT").collect(Collectors.joining(", "))
                        + ", PRIMARY KEY ("
                        + IntStream.range(0, 16).mapToObj(i -> "c" + i).collect(Collectors.joining(", ")) + ")",
                IntStream.range(0, 16).mapToObj(i -> "seq >> " + i % 6 + " & 1").collect(Collectors.joining(", ")));
        table("uniq", "n INT, a INT, k INT NOT NULL, UNIQUE KEY a_nullable (a), UNIQUE KEY k_fit (k)", "1, NULL, seq");
        table("one", "k INT PRIMARY KEY", "1");
        table("empty_keyed", "k INT PRIMARY KEY", "1");
        table("empty_keyless", "k INT", "1");
    }

    private static void createTables(DatabaseServer server) throws Exception {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE replica CHARACTER SET utf8mb4");
            statement.execute("USE replica");
            statement.execute("SET NAMES utf8mb4");
            for (Map.Entry<String, String[]> table : TABLES.entrySet()) {
                statement.execute("CREATE TABLE " + table.getKey() + " (" + table.getValue()[0] + ")");
                int rows = table.getKey().contains("empty") ? 0 : table.getKey().equals("one") ? 1 : 40;
                if (rows > 0) {
                    statement.execute("INSERT IGNORE INTO " + table.getKey() + " SELECT " + table.getValue()[1]
                            + " FROM " + Servers.numbers(1, rows));
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void everyRowIsCopiedOnceAndEqual() throws Exception {
        EndToEnd.assertIdentical(pipeline);
        for (String table : TABLES.keySet()) {
            assertThat(copied(table)).as("rows that were read of " + table).isEqualTo(rows(table));
        }
        assertThat(rows("fl")).isEqualTo(40);
        assertThat(rows("uca")).isGreaterThan(30);
    }

    @Test
    void rowsAreFoundByTheirBits() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.found (k BIT(40), one BIT(1), v INT, PRIMARY KEY (k, one))",
                        "INSERT INTO replica.found SELECT seq * 27487790694, seq % 2, seq FROM "
                                + Servers.numbers(1, 40),
                        "UPDATE replica.found SET v = -v WHERE v % 3 = 0",
                        "UPDATE replica.found SET k = k + 1 WHERE v % 7 = 0",
                        "DELETE FROM replica.found WHERE v % 5 = 0");
        EndToEnd.assertIdentical(pipeline);
        assertThat(rows("found")).isEqualTo(32);
    }

    @Test
    void aTableThatIsDroppedOrHasAnotherKeyInTheMiddleOfItsCopyEndsOrBeginsAnew() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.altered (a INT PRIMARY KEY, b INT NOT NULL)",
                        "INSERT INTO replica.altered SELECT seq, 5000 - seq FROM " + Servers.numbers(1, 4000),
                        "CREATE TABLE replica.dropped (a INT PRIMARY KEY)",
                        "INSERT INTO replica.dropped SELECT seq FROM " + Servers.numbers(1, 4000));
        pipeline.awaitCaughtUp(LIMIT);
        copyAgain("replica.altered", "replica.dropped");
        await().atMost(LIMIT).until(() -> EndToEnd.log(pipeline).contains("replica.altered started, about"));
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.altered DROP PRIMARY KEY, ADD PRIMARY KEY (b), ADD COLUMN c INT DEFAULT 7",
                        "DROP TABLE replica.dropped");
        await().atMost(LIMIT).until(() -> EndToEnd.log(pipeline).contains("replica.altered complete, 4000 rows"));
        EndToEnd.assertIdentical(pipeline);
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning()).isTrue();
    }

    private static void copyAgain(String... tables) {
        Topics.send(
                pipeline,
                "primary.signals",
                "primary",
                "{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"" + String.join("\",\"", tables)
                        + "\"]}}");
    }

    private static long copied(String table) {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .filter(offset ->
                        offset.partition().path("table").asText().equals("replica." + table) && offset.offset() != null)
                .mapToLong(offset -> offset.offset().path("rows").asLong())
                .sum();
    }

    private static long rows(String table) throws Exception {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM replica." + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
