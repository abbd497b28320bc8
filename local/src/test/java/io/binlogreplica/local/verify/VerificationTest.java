package io.binlogreplica.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.verify.Finding.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On two servers that nobody writes to; with a running replication, see VerifyIT. */
class VerificationTest {

    @TempDir
    static Path directory;

    static DatabaseServer primary;
    static DatabaseServer replica;

    @BeforeAll
    static void start() {
        primary = DatabaseServer.primary(directory.resolve("primary")).start();
        replica = DatabaseServer.replica(directory.resolve("replica")).start();
    }

    @AfterAll
    static void stop() {
        if (primary != null) {
            primary.close();
        }
        if (replica != null) {
            replica.close();
        }
    }

    @BeforeEach
    void create() throws SQLException {
        both("CREATE OR REPLACE DATABASE d CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
    }

    /** Each type as a key; the rows differ far from the beginning, so that literals of all kinds bound chunks. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INT                                      | CAST(seq AS SIGNED) - 6000",
                "BIGINT UNSIGNED                          | 18446744073709551615 - seq",
                "DECIMAL(30,10)                           | seq / 7",
                "DOUBLE                                   | seq * 0.1e-5",
                "FLOAT                                    | seq * 0.5",
                "VARCHAR(40)                              | CONCAT('ké''y\\\\', seq)",
                "VARCHAR(40) CHARACTER SET latin1         | CONCAT('é', seq)",
                "CHAR(40) CHARACTER SET utf16 COLLATE utf16_bin | CONCAT('日', seq)",
                "VARBINARY(40)                            | UNHEX(MD5(seq))",
                "BINARY(16)                               | UNHEX(MD5(seq))",
                "DATE                                     | '1000-01-01' + INTERVAL seq DAY",
                "DATETIME(6)                              | '2024-03-31 02:30:00' + INTERVAL seq MICROSECOND",
                "TIMESTAMP(3)                             | '2024-03-31 02:30:00' + INTERVAL seq SECOND",
                "TIME(6)                                  | SEC_TO_TIME(seq - 6000.5)",
                "BIT(40)                                  | seq",
                "UUID                                     | CONCAT('00000000-0000-4000-8000-', LPAD(HEX(seq), 12,"
                        + " '0'))",
                "INET6                                    | INET6_NTOA(UNHEX(MD5(seq)))"
            })
    void rowsAreFoundByKeysOfAnyType(String type, String expression) throws Exception {
        String columns = "k " + type + ", v VARCHAR(60)";
        both("CREATE TABLE d.t (" + columns + ", PRIMARY KEY (k))");
        both("INSERT INTO d.t SELECT " + expression + ", seq FROM d.seq_1_to_9000");
        assertThat(verify().isEqual()).isTrue();
        replica.execute("UPDATE d.t SET v = CONCAT(v, ' ') WHERE v = '8500'", "DELETE FROM d.t WHERE v = '7500'");
        primary.execute("DELETE FROM d.t WHERE v = '6500'");
        assertThat(table(verify(), "t").findings())
                .extracting(Finding::kind, Finding::columns, Finding::confirmed)
                .containsExactlyInAnyOrder(
                        tuple(Kind.DIFFERENT, List.of("v"), true),
                        tuple(Kind.MISSING, List.of(), true),
                        tuple(Kind.EXTRA, List.of(), true));
    }

    @Test
    void rowsAreNamedByTheirKeys() throws Exception {
        both(
                "CREATE TABLE d.people (country VARCHAR(9), id INT, name TEXT, PRIMARY KEY (country, id))",
                "INSERT INTO d.people SELECT IF(seq % 2, 'no', 'sé'), seq, CONCAT('person ', seq) FROM"
                        + " d.seq_1_to_30000");
        replica.execute(
                "UPDATE d.people SET name = 'Person 17' WHERE id = 17",
                "DELETE FROM d.people WHERE id = 18",
                "INSERT INTO d.people VALUES ('no', 99999, NULL)",
                "UPDATE d.people SET country = 'NO' WHERE id = 19");
        VerifyReport report = verify();
        assertThat(table(report, "people").findings())
                .containsExactlyInAnyOrder(
                        new Finding(Kind.DIFFERENT, "country='no', id=17", List.of("name"), 1, true),
                        new Finding(Kind.MISSING, "country='sé', id=18", List.of(), 1, true),
                        new Finding(Kind.EXTRA, "country='no', id=99999", List.of(), 1, true),
                        new Finding(Kind.MISSING, "country='no', id=19", List.of(), 1, true),
                        new Finding(Kind.EXTRA, "country='NO', id=19", List.of(), 1, true));
        assertThat(report.exitStatus()).isEqualTo(1);
        assertThat(report.json()).contains("\"row\" : \"country='no', id=17\"", "\"columns\" : [ \"name\" ]");
    }

    @Test
    void thousandsOfRowsBetweenTwoKeysAreFoundInParts() throws Exception {
        both(
                "CREATE TABLE d.t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO d.t SELECT seq * 100000, seq FROM d.seq_1_to_3000");
        replica.execute("INSERT INTO d.t SELECT 150000000 + seq, 0 FROM d.seq_1_to_40000");
        TableVerdict verdict = table(verify(), "t");
        assertThat(verdict.findings()).hasSize(100).allMatch(finding -> finding.kind() == Kind.EXTRA);
        assertThat(verdict.complete()).isFalse();
    }

    @Test
    void everyColumnThatDiffersIsNamed() throws Exception {
        both("CREATE TABLE d.small (id INT PRIMARY KEY, f FLOAT, d DOUBLE, z DOUBLE, day DATE, y YEAR, t TIMESTAMP(6),"
                + " u UUID, p POINT, b BIT(9), l VARCHAR(9) CHARACTER SET latin1, g INT AS (id + 1), e ENUM('a','b'),"
                + " s SET('x','y'), x BLOB, c LONGBLOB, n VARCHAR(9), m VARCHAR(9), same LONGTEXT)");
        primary.execute(
                "SET SESSION sql_mode = ''",
                "INSERT INTO d.small (id, f, d, z, day, y, t, u, p, b, l, e, s, x, c, n, m, same) VALUES (1, 16777217,"
                        + " 0.1, 0e0, '2024-00-00', 0, '2024-01-01 00:00:00.000001',"
                        + " '12345678-1234-1234-1234-123456789abc', POINT(1, 2), b'1', 'é', '', 'x', 'a', 'a', NULL, '',"
                        + " 'same')");
        replica.execute(
                "SET SESSION sql_mode = ''",
                "INSERT INTO d.small (id, f, d, z, day, y, t, u, p, b, l, e, s, x, c, n, m, same) VALUES (1, 16777218,"
                        + " 0.10000000000000002, -0e0, '0000-00-00', 1901, '2024-01-01 00:00:00.000002',"
                        + " '12345678-1234-1234-1234-123456789abd', POINT(1, 3), b'0', 'e', 'a', 'x,y', 'a\\0', 'A', '',"
                        + " NULL, 'same')");
        assertThat(table(verify(), "small").findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.columns())
                        // zero below zero is zero
                        .containsExactly("f", "d", "day", "y", "t", "u", "p", "b", "l", "e", "s", "x", "c", "n", "m"));
    }

    @Test
    void valuesThatMoveBetweenNeighboursDiffer() throws Exception {
        both("CREATE TABLE d.t (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9), c INT, e INT)");
        primary.execute("INSERT INTO d.t VALUES (1, 'x,1', 'y', NULL, 5), (2, 'a', 'b', 1, 1), (3, 'b', 'a', 1, 1)");
        replica.execute("INSERT INTO d.t VALUES (1, 'x', '1,y', 5, NULL), (2, 'b', 'a', 1, 1), (3, 'a', 'b', 1, 1)");
        assertThat(table(verify(), "t").findings())
                .extracting(Finding::columns)
                .containsExactlyInAnyOrder(List.of("a", "b", "c", "e"), List.of("a", "b"), List.of("a", "b"));
    }

    /** The bytes of UTF-8 taken for Latin 1, and a column that has another charset though the same characters. */
    @Test
    void aWrongCharsetIsFound() throws Exception {
        both("CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(40))");
        primary.execute("INSERT INTO d.t VALUES (1, 'né à'), (2, 'plain')");
        replica.execute("INSERT INTO d.t VALUES (1, CONVERT(_latin1 x'6ec3a920c3a0' USING utf8mb4)), (2, 'plain')");
        assertThat(table(verify(), "t").findings())
                .containsExactly(new Finding(Kind.DIFFERENT, "id=1", List.of("v"), 1, true));
        replica.execute(
                "UPDATE d.t SET v = 'né à' WHERE id = 1", "ALTER TABLE d.t MODIFY v VARCHAR(40) CHARACTER SET latin1");
        VerifyReport report = verify();
        assertThat(table(report, "t").isEqual()).isTrue();
        assertThat(report.structure()).hasSize(2);
        assertThat(report.exitStatus()).isEqualTo(1);
    }

    @Test
    void rowsOfATableWithoutAKeyAreCounted() throws Exception {
        both(
                "CREATE TABLE d.clicks (page VARCHAR(9), seconds DOUBLE)",
                "INSERT INTO d.clicks VALUES ('a', 0.1), ('a', 0.1), ('a', 0.1), ('b', NULL), ('', NULL), (NULL, NULL)",
                "INSERT INTO d.clicks SELECT 'more', seq FROM d.seq_1_to_5000");
        assertThat(verify().isEqual()).isTrue();
        replica.execute(
                "DELETE FROM d.clicks WHERE page = 'a' LIMIT 2",
                "INSERT INTO d.clicks VALUES ('b', NULL)",
                "UPDATE d.clicks SET page = NULL WHERE page = ''");
        assertThat(table(verify(), "clicks").findings())
                .containsExactlyInAnyOrder(
                        new Finding(Kind.MISSING, "page='a', seconds='0.1'", List.of(), 2, true),
                        new Finding(Kind.EXTRA, "page='b', seconds=NULL", List.of(), 1, true),
                        new Finding(Kind.MISSING, "page='', seconds=NULL", List.of(), 1, true),
                        new Finding(Kind.EXTRA, "page=NULL, seconds=NULL", List.of(), 1, true));
    }

    @Test
    void keysThatTheServersOrderDifferentlyAreComparedByWholeRows() throws Exception {
        primary.execute("CREATE TABLE d.t (k VARCHAR(9) COLLATE utf8mb4_bin, v INT, PRIMARY KEY (k))");
        replica.execute("CREATE TABLE d.t (k VARCHAR(9) COLLATE utf8mb4_general_ci, v INT, PRIMARY KEY (k))");
        both(
                "INSERT INTO d.t VALUES ('B', 1), ('a', 2), ('C', 3)",
                "CREATE TABLE d.p (k TEXT, v INT, PRIMARY KEY (k(3)))",
                "INSERT INTO d.p VALUES ('abcd', 1), ('abd', 2)");
        assertThat(verify().tables()).allMatch(TableVerdict::isEqual);
        replica.execute("UPDATE d.t SET v = 9 WHERE k = 'a'");
        assertThat(table(verify(), "t").findings())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Kind.MISSING, Kind.EXTRA);
    }

    @Test
    void namesOfAnyKindAndManyColumnsAreCompared() throws Exception {
        var columns = new ArrayList<String>();
        for (int i = 0; i < 600; i++) {
            columns.add("c" + i + (i % 6 == 0 ? " TEXT" : " INT"));
        }
        both(
                "CREATE TABLE d.`sel``ect 'x' \"y\" é` (`a``b 'c'` INT PRIMARY KEY, `ö.` TEXT)",
                "INSERT INTO d.`sel``ect 'x' \"y\" é` VALUES (1, 'v')",
                "CREATE TABLE d.wide (id INT PRIMARY KEY, " + String.join(", ", columns) + ") ROW_FORMAT=DYNAMIC",
                "INSERT INTO d.wide (id, c0, c1, c599) VALUES (1, REPEAT('x', 60000), 1, 2)");
        assertThat(verify().isEqual()).isTrue();
        replica.execute(
                "UPDATE d.wide SET c0 = CONCAT(REPEAT('x', 59999), 'y')", "DELETE FROM d.`sel``ect 'x' \"y\" é`");
        VerifyReport report = verify();
        assertThat(table(report, "wide").findings())
                .containsExactly(new Finding(Kind.DIFFERENT, "id=1", List.of("c0"), 1, true));
        assertThat(table(report, "sel`ect 'x' \"y\" é").findings())
                .containsExactly(new Finding(Kind.MISSING, "a`b 'c'=1", List.of(), 1, true));
    }

    @Test
    void valuesLargerThanAPacketAreCompared() throws Exception {
        both(
                "CREATE TABLE d.large (id INT PRIMARY KEY, v LONGBLOB, w MEDIUMTEXT)",
                "INSERT INTO d.large VALUES (1, REPEAT('x', 15000000), REPEAT('y', 15000000)), (2, 'x', 'y')");
        assertThat(verify().isEqual()).isTrue();
        replica.execute("UPDATE d.large SET w = CONCAT(LEFT(w, 14999999), 'z') WHERE id = 1");
        assertThat(table(verify(), "large").findings())
                .containsExactly(new Finding(Kind.DIFFERENT, "id=1", List.of("w"), 1, true));
    }

    @Test
    void tablesOnOneServerOnlyAndTablesLeftOut() throws Exception {
        primary.execute(
                "CREATE TABLE d.here (id INT)", "CREATE TABLE d.skipped (id INT)", "CREATE TABLE d.excluded (id INT)");
        replica.execute("CREATE TABLE d.there (id INT)");
        VerifyReport report = verification(options("d[.](?!skipped).*", null)).run();
        assertThat(report.structure())
                .containsExactly("d.here: only the primary has this table", "d.there: only the replica has this table");
        assertThat(report.tables()).isEmpty();
    }

    /** The connection is lost after some questions; the run that follows goes on behind what was done. */
    @Test
    void anInterruptedVerificationGoesOnWhereItWas() throws Exception {
        both(
                "CREATE TABLE d.a (id INT PRIMARY KEY)",
                "INSERT INTO d.a SELECT seq FROM d.seq_1_to_5000",
                "CREATE TABLE d.b (id INT PRIMARY KEY)",
                "INSERT INTO d.b SELECT seq FROM d.seq_1_to_5000");
        replica.execute("DELETE FROM d.a WHERE id = 3");
        Path file = directory.resolve("progress.json");
        var questions = new AtomicInteger();
        var options = options("d[.].*", file);
        assertThatThrownBy(() -> verification(options)
                        .onProgress((table, done, total) -> {
                            if (table.table().equals("b") && questions.incrementAndGet() == 2) {
                                throw new IllegalStateException("ended");
                            }
                        })
                        .run())
                .hasMessage("ended");
        assertThat(file).exists();
        var seen = new ArrayList<String>();
        VerifyReport report = verification(options)
                .onProgress((table, done, total) -> seen.add(table.table()))
                .run();
        assertThat(seen).containsOnly("b");
        assertThat(table(report, "a").findings())
                .containsExactly(new Finding(Kind.MISSING, "id=3", List.of(), 1, true));
        assertThat(table(report, "b").isEqual()).isTrue();
        assertThat(file).doesNotExist();
        Files.writeString(file, "{\"servers\":\"others\",\"parts\":{},\"done\":{}}");
        assertThatThrownBy(() -> verification(options).run()).hasMessageContaining("other servers");
    }

    @Test
    void aLostConnectionIsOpenedAgain() throws Exception {
        both("CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t SELECT seq FROM d.seq_1_to_20000");
        var killed = new AtomicInteger();
        VerifyReport report = new Verification(primary::connect, replica::connect, "p r", options("d[.].*", null))
                .onProgress((table, done, total) -> {
                    if (done > 0 && killed.getAndIncrement() == 0) {
                        killOthers(replica);
                    }
                })
                .run();
        assertThat(report.isEqual()).isTrue();
        assertThat(killed).hasPositiveValue();
    }

    @Test
    void nothingToCompareIsAnError() {
        assertThatThrownBy(() -> verification(options("nowhere", null)).run()).hasMessageContaining("no table");
    }

    /** Behind rows of a copy there is no GTID, and one says nothing of other domains: the place in the binlog does. */
    @Test
    void theReplicaIsThereWhenItsPlaceIsBehindAllDomains() throws Exception {
        replica.execute(
                "CREATE DATABASE binlog_replica",
                "CREATE TABLE binlog_replica.binlog_position"
                        + " (connector VARCHAR(20), gtid VARCHAR(50), file VARCHAR(50), pos BIGINT)");
        try {
            primary.execute("CREATE TABLE d.t (id INT)");
            String gtid = "'" + one("SELECT @@gtid_binlog_pos") + "', ";
            String before = place();
            primary.execute("SET gtid_domain_id = 1", "INSERT INTO d.t VALUES (1)");
            String behind = place();
            assertThat(isReached("'sink', NULL, NULL, NULL")).isFalse();
            assertThat(isReached("'sink', NULL, " + before)).isFalse();
            assertThat(isReached("'sink', " + gtid + before)).isFalse();
            assertThat(isReached("'sink', " + gtid + "'none.0', 4")).isFalse();
            assertThat(isReached("'sink', NULL, " + behind)).isTrue();
            assertThat(isReached("'sink', " + gtid + behind)).isTrue();
            assertThat(isReached("'sink', NULL, " + before, "'former', NULL, " + behind))
                    .isFalse();
            assertThatThrownBy(() -> isReached("'former', NULL, " + behind))
                    .hasMessageContaining("[former]: say with --sink");
            primary.execute("INSERT INTO d.t VALUES (2)");
            assertThat(isReached("'sink', NULL, " + behind)).isFalse();
            // which of several partitions has the rows is not known
            assertThat(isReached("'sink', NULL, " + behind, "'sink', NULL, " + behind))
                    .isTrue();
        } finally {
            replica.execute("DROP DATABASE binlog_replica");
        }
    }

    private static boolean isReached(String... positions) throws Exception {
        replica.execute(
                "DELETE FROM binlog_replica.binlog_position",
                "INSERT INTO binlog_replica.binlog_position VALUES (" + String.join("), (", positions) + ")");
        try (var asked = new Server("primary", primary::connect);
                var other = new Server("replica", replica::connect)) {
            return new PositionFence(asked, other, "binlog_replica", "sink", Duration.ofMillis(100)).await();
        }
    }

    /** The end of the primary's binlog. */
    private static String place() throws SQLException {
        try (Connection connection = primary.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW MASTER STATUS")) {
            row.next();
            return "'" + row.getString(1) + "', " + row.getLong(2);
        }
    }

    private static String one(String query) throws SQLException {
        try (Connection connection = primary.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void killOthers(DatabaseServer server) {
        try (Connection connection = server.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT ID FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER ="
                                + " 'root'")) {
            while (rows.next()) {
                server.execute("KILL " + rows.getLong(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static VerifyReport verify() throws Exception {
        return verification(options("d[.].*", null)).run();
    }

    private static Verification verification(VerifyOptions options) {
        return new Verification(primary::connect, replica::connect, "primary with replica", options);
    }

    private static VerifyOptions options(String tables, Path progressFile) {
        return new VerifyOptions(
                new TableFilter(
                        List.of(Pattern.compile("d")),
                        List.of(Pattern.compile(tables)),
                        List.of(),
                        List.of(Pattern.compile("d[.]excluded"))),
                "binlog_replica",
                0,
                Duration.ofMillis(20),
                100,
                progressFile);
    }

    private static TableVerdict table(VerifyReport report, String name) {
        return report.tables().stream()
                .filter(table -> table.table().table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void both(String... statements) throws SQLException {
        primary.execute(statements);
        replica.execute(statements);
    }
}
