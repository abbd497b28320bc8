package io.binlogreplica.it;

import static io.binlogreplica.it.WrittenTopic.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What breaks other ways of applying a binlog, by the letters of the list of hazards. All of it piles up while the sink is stopped, so
 * that as much as can be is grouped and written side by side.
 */
class HazardsIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static Replicas replicas;

    /**
     * One hazard.
     *
     * @param tables which it is about; each is compared in the end
     * @param before runs before the tables are copied
     * @param after runs while the sink is stopped
     */
    private record Hazard(String name, List<String> tables, List<String> before, List<String> after) {

        static Hazard of(String name, String... tables) {
            return new Hazard(name, List.of(tables), List.of(), List.of());
        }

        Hazard before(String... statements) {
            return new Hazard(name, tables, List.of(statements), after);
        }

        Hazard after(String... statements) {
            return new Hazard(name, tables, before, List.of(statements));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Hazard> hazards() {
        // MariaDB 11.8 keeps no zero below zero
        String zero = Servers.areOfOneFamily() ? "-0e0" : "0e0";
        var hazards = new ArrayList<>(List.of(
                Hazard.of("F1 cascades that the binlog does not show", "f1_top", "f1_middle", "f1_leaf")
                        .before(
                                "CREATE TABLE f1_top (id INT PRIMARY KEY, v INT)",
                                "CREATE TABLE f1_middle (id INT PRIMARY KEY, top INT, FOREIGN KEY (top) REFERENCES f1_top (id)"
                                        + " ON DELETE CASCADE ON UPDATE CASCADE)",
                                "CREATE TABLE f1_leaf (id INT PRIMARY KEY, middle INT NULL, FOREIGN KEY (middle) REFERENCES"
                                        + " f1_middle (id) ON DELETE SET NULL)",
                                "INSERT INTO f1_top VALUES (1, 0), (2, 0), (3, 0)",
                                "INSERT INTO f1_middle VALUES (11, 1), (12, 1), (21, 2), (31, 3)",
                                "INSERT INTO f1_leaf VALUES (111, 11), (121, 12), (211, 21), (311, 31)")
                        .after(
                                "DELETE FROM f1_top WHERE id = 1",
                                "UPDATE f1_top SET id = 20 WHERE id = 2",
                                "INSERT INTO f1_middle VALUES (22, 20)",
                                "UPDATE f1_leaf SET middle = 22 WHERE id = 111",
                                "DELETE FROM f1_middle WHERE id = 31",
                                "INSERT INTO f1_middle VALUES (31, 3)",
                                "UPDATE f1_leaf SET middle = 31 WHERE id = 121"),
                Hazard.of("F4 a session without checks leaves orphans", "f4_parent", "f4_child")
                        .before(
                                "CREATE TABLE f4_parent (id INT PRIMARY KEY)",
                                "CREATE TABLE f4_child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES f4_parent"
                                        + " (id) ON DELETE CASCADE)",
                                "INSERT INTO f4_parent VALUES (1), (2)",
                                "INSERT INTO f4_child VALUES (11, 1), (21, 2)")
                        .after(
                                "SET foreign_key_checks = 0",
                                "INSERT INTO f4_child VALUES (91, 9)",
                                "DELETE FROM f4_parent WHERE id = 1",
                                "SET foreign_key_checks = 1",
                                "DELETE FROM f4_parent WHERE id = 2"),
                Hazard.of("F5 parents and children in one transaction", "f5_parent", "f5_child")
                        .before(
                                "CREATE TABLE f5_parent (id INT PRIMARY KEY)",
                                "CREATE TABLE f5_child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES f5_parent"
                                        + " (id))")
                        .after(
                                "START TRANSACTION",
                                "INSERT INTO f5_parent VALUES (1)",
                                "INSERT INTO f5_child VALUES (1, 1)",
                                "INSERT INTO f5_parent VALUES (2)",
                                "INSERT INTO f5_child VALUES (2, 2)",
                                "DELETE FROM f5_child WHERE id = 1",
                                "DELETE FROM f5_parent WHERE id = 1",
                                "INSERT INTO f5_parent VALUES (1)",
                                "UPDATE f5_child SET parent = 1 WHERE id = 2",
                                "DELETE FROM f5_parent WHERE id = 2",
                                "COMMIT"),
                Hazard.of("F6 self-references and cycles", "f6_self", "f6_a", "f6_b")
                        .before(
                                "CREATE TABLE f6_self (id INT PRIMARY KEY, boss INT NULL, FOREIGN KEY (boss) REFERENCES f6_self"
                                        + " (id) ON DELETE CASCADE)",
                                "CREATE TABLE f6_a (id INT PRIMARY KEY, b INT NULL)",
                                "CREATE TABLE f6_b (id INT PRIMARY KEY, a INT NULL, FOREIGN KEY (a) REFERENCES f6_a (id) ON"
                                        + " DELETE SET NULL)",
                                "ALTER TABLE f6_a ADD FOREIGN KEY (b) REFERENCES f6_b (id) ON DELETE CASCADE",
                                "INSERT INTO f6_self VALUES (1, NULL), (2, 1), (3, 2), (4, 4)")
                        .after(
                                "INSERT INTO f6_self VALUES (5, 3), (6, 5), (7, 7)",
                                "UPDATE f6_self SET boss = 6 WHERE id = 4",
                                "DELETE FROM f6_self WHERE id = 5",
                                "START TRANSACTION",
                                "INSERT INTO f6_a VALUES (1, NULL), (2, NULL)",
                                "INSERT INTO f6_b VALUES (1, 1), (2, 2)",
                                "UPDATE f6_a SET b = 1 WHERE id = 1",
                                "UPDATE f6_a SET b = 1 WHERE id = 2",
                                "DELETE FROM f6_b WHERE id = 1",
                                "COMMIT"),
                Hazard.of("U1 and U2 upserts and REPLACE through a secondary unique key", "u1")
                        .before(
                                "CREATE TABLE u1 (id INT AUTO_INCREMENT PRIMARY KEY, u INT UNIQUE, v INT)",
                                "INSERT INTO u1 VALUES (1, 10, 0), (2, 20, 0), (3, 30, 0)")
                        .after(
                                "INSERT INTO u1 VALUES (4, 10, 1) ON DUPLICATE KEY UPDATE v = v + 1",
                                "REPLACE INTO u1 VALUES (5, 20, 2)",
                                "REPLACE INTO u1 VALUES (1, 30, 3)",
                                "INSERT IGNORE INTO u1 VALUES (6, 20, 4)",
                                "DELETE FROM u1 WHERE id = 5",
                                "INSERT INTO u1 VALUES (2, 20, 5)"),
                Hazard.of("U3 a unique value goes from row to row", "u3")
                        .before(
                                "CREATE TABLE u3 (id INT PRIMARY KEY, u INT NULL, w VARCHAR(10) NULL, UNIQUE (u), UNIQUE (w, u))",
                                "INSERT INTO u3 VALUES (1, 5, 'a'), (2, NULL, 'a'), (3, NULL, 'a')")
                        .after(
                                "DELETE FROM u3 WHERE id = 1",
                                "INSERT INTO u3 VALUES (4, 5, 'a')",
                                "UPDATE u3 SET u = NULL WHERE id = 4",
                                "UPDATE u3 SET u = 5 WHERE id = 2",
                                "UPDATE u3 SET u = 6 WHERE id = 2",
                                "INSERT INTO u3 VALUES (1, 5, NULL)",
                                "UPDATE u3 SET id = id + 100 WHERE id IN (2, 3)"),
                Hazard.of("U4 unique values change places in one transaction", "u4")
                        .before(
                                "CREATE TABLE u4 (id INT PRIMARY KEY, u INT UNIQUE)",
                                "INSERT INTO u4 VALUES (1, 1), (2, 2), (3, 3)")
                        .after(
                                "START TRANSACTION",
                                "UPDATE u4 SET u = -1 WHERE id = 1",
                                "UPDATE u4 SET u = 1 WHERE id = 2",
                                "UPDATE u4 SET u = 2 WHERE id = 3",
                                "UPDATE u4 SET u = 3 WHERE id = 1",
                                "COMMIT",
                                "UPDATE u4 SET u = u + 1 ORDER BY u DESC",
                                "UPDATE u4 SET u = u - 1 ORDER BY u"),
                Hazard.of("U5 keys move along", "u5")
                        .before(
                                "CREATE TABLE u5 (id INT PRIMARY KEY, v INT)",
                                "INSERT INTO u5 VALUES (1, 1), (2, 2), (3, 3)")
                        .after(
                                "UPDATE u5 SET id = id + 1 ORDER BY id DESC",
                                "UPDATE u5 SET v = v * 10 WHERE id = 2",
                                "INSERT INTO u5 VALUES (1, 0)",
                                "UPDATE u5 SET id = id - 1 ORDER BY id",
                                "UPDATE u5 SET id = 9 WHERE id = 0",
                                "UPDATE u5 SET v = v + 1"),
                Hazard.of("U6 many rows in one statement, deleted and made again", "u6")
                        .before("CREATE TABLE u6 (id INT PRIMARY KEY, u INT UNIQUE)")
                        .after(
                                "INSERT INTO u6 SELECT seq, seq FROM " + Servers.numbers(1, 3000),
                                "DELETE FROM u6 WHERE id > 1500",
                                "INSERT INTO u6 SELECT seq, 4501 - seq FROM " + Servers.numbers(1501, 3000),
                                "UPDATE u6 SET u = -u"),
                Hazard.of("K1 no key at all", "k1")
                        .before(
                                "CREATE TABLE k1 (a INT NULL, b VARCHAR(9) NULL)",
                                "INSERT INTO k1 VALUES (1, 'x'), (1, 'x'), (1, 'x'), (NULL, NULL), (NULL, NULL)")
                        .after(
                                "DELETE FROM k1 WHERE a = 1 LIMIT 1",
                                "UPDATE k1 SET b = 'X' WHERE a = 1 LIMIT 1",
                                "INSERT INTO k1 VALUES (1, 'x'), (1, 'x ')",
                                "DELETE FROM k1 WHERE a IS NULL LIMIT 1",
                                "UPDATE k1 SET a = 2"),
                Hazard.of("K2 keys that differ in case only are the same", "k2")
                        .before(
                                "CREATE TABLE k2 (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, v INT)",
                                "INSERT INTO k2 VALUES ('anna', 1), ('Bert', 2)")
                        .after(
                                "DELETE FROM k2 WHERE k = 'ANNA'",
                                "INSERT INTO k2 VALUES ('ANNA', 3)",
                                "UPDATE k2 SET k = 'Anna' WHERE k = 'anna'",
                                "UPDATE k2 SET k = 'BERT', v = 4 WHERE k = 'bert'",
                                "UPDATE k2 SET v = v + 1 WHERE k = 'bErT'"),
                Hazard.of("K3 accents, sharp s, width", "k3")
                        .before(
                                "CREATE TABLE k3 (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "
                                        + Servers.latestCollation() + " PRIMARY KEY,"
                                        + " u VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci UNIQUE)",
                                "INSERT INTO k3 VALUES ('straße', 'é'), ('café', 'ﬁ')")
                        .after(
                                "DELETE FROM k3 WHERE k = 'strasse'",
                                "INSERT INTO k3 VALUES ('STRASSE', 'E')",
                                "DELETE FROM k3 WHERE k = 'CAFE'",
                                "INSERT INTO k3 VALUES ('cafe', 'fi')",
                                "UPDATE k3 SET u = 'ẞ' WHERE k = 'cafe'",
                                "UPDATE k3 SET u = 'fi' WHERE k = 'strasse'",
                                "UPDATE k3 SET u = 'É' WHERE k = 'cafe'"),
                Hazard.of("K4 trailing spaces do not count", "k4_pad")
                        .before(
                                "CREATE TABLE k4_pad (k VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY, v INT)",
                                "INSERT INTO k4_pad VALUES ('a', 1)")
                        .after(
                                "DELETE FROM k4_pad WHERE k = 'a  '",
                                "INSERT INTO k4_pad VALUES ('a ', 2)",
                                "UPDATE k4_pad SET v = 3 WHERE k = 'a'"),
                Hazard.of("K5 BINARY keys that end in zeros", "k5")
                        .before(
                                "CREATE TABLE k5 (k BINARY(4) PRIMARY KEY, u BINARY(3) UNIQUE, v INT)",
                                "INSERT INTO k5 VALUES (x'01000000', x'0100', 1), (x'00000000', x'', 2), (x'01020304', x'010203', 3)")
                        .after(
                                "UPDATE k5 SET v = 10 WHERE k = x'01000000'",
                                "DELETE FROM k5 WHERE k = x'00000000'",
                                "INSERT INTO k5 VALUES (x'00', x'00', 4)",
                                "UPDATE k5 SET k = x'0200' WHERE v = 3"),
                Hazard.of("K6 CHAR with spaces at its end", "k6")
                        .before(
                                "CREATE TABLE k6 (k CHAR(5) PRIMARY KEY, v CHAR(5), w VARCHAR(5))",
                                "INSERT INTO k6 VALUES ('a ', 'b  ', 'c  ')")
                        .after(
                                "UPDATE k6 SET v = ' x ', w = ' y ' WHERE k = 'a'",
                                "INSERT INTO k6 VALUES (' a', '', ' ')"),
                Hazard.of("K7 floats as keys, zero below zero", "k7", "k7_keyless")
                        .before(
                                "CREATE TABLE k7 (k DOUBLE PRIMARY KEY, f FLOAT UNIQUE, v INT)",
                                "CREATE TABLE k7_keyless (f FLOAT, d DOUBLE)",
                                "INSERT INTO k7 VALUES (0.1, 0.1, 1), (" + zero + ", 3.4e38, 2), (1e-300, 1.17e-38, 3)",
                                "INSERT INTO k7_keyless VALUES (0.1, 0.1), (16777217, 1e308), (" + zero + ", " + zero
                                        + ")")
                        .after(
                                "UPDATE k7 SET v = 10 WHERE k = 0.1",
                                "DELETE FROM k7 WHERE k = 0",
                                "INSERT INTO k7 VALUES (0, " + zero + ", 4)",
                                "UPDATE k7 SET f = 0.3 WHERE k = 1e-300",
                                "UPDATE k7_keyless SET d = 2 WHERE f < 1 AND f > 0",
                                "DELETE FROM k7_keyless WHERE f > 1",
                                "UPDATE k7_keyless SET d = 3 WHERE f = 0"),
                Hazard.of("K8 ENUM's error value, SET", "k8")
                        .before(
                                "CREATE TABLE k8 (e ENUM('a', 'b', 'x,y', 'it''s') PRIMARY KEY, s SET('p', 'q'))",
                                "SET sql_mode = ''",
                                "INSERT INTO k8 VALUES ('a', 'p,q'), ('nothing', ''), ('x,y', 'q')",
                                "SET sql_mode = DEFAULT")
                        .after(
                                "UPDATE k8 SET s = 'q' WHERE e = ''",
                                "DELETE FROM k8 WHERE e = 'a'",
                                "INSERT INTO k8 VALUES ('it''s', 'p')"),
                Hazard.of("K9 JSON", "k9")
                        .before(
                                "CREATE TABLE k9 (id INT PRIMARY KEY, j JSON)",
                                "INSERT INTO k9 VALUES (1, '{\"b\": 1.0, \"a\": 1, \"b\": "
                                        + (Servers.anyIsMySql() ? "1e300" : "1e400")
                                        + "}'), (2, '\"\\\\u00e9\"'), (3, NULL)")
                        .after(
                                "UPDATE k9 SET j = JSON_SET(j, '$.c', 18446744073709551615) WHERE id = 1",
                                "UPDATE k9 SET j = '[]' WHERE id = 3"),
                Hazard.of("K10 values at the limits", "k10")
                        .before(
                                "CREATE TABLE k10 (k BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(65,30), b BIT(64), y YEAR, t TIME(6), i"
                                        + " BIGINT)",
                                "INSERT INTO k10 VALUES (18446744073709551615, 99999999999999999999999999999999999.999999999999999999999999999999,"
                                        + " b'1111111111111111111111111111111111111111111111111111111111111111', 0, '-838:59:59"
                                        + (Servers.anyIsMySql() ? "" : ".999999") + "',"
                                        + " -9223372036854775808)",
                                "INSERT INTO k10 VALUES (9223372036854775808, -0.000000000000000000000000000001, 0, 2155, '838:59:59', 0)")
                        .after(
                                "UPDATE k10 SET i = 1 WHERE k = 18446744073709551615",
                                "UPDATE k10 SET k = 0, d = 0 WHERE k = 9223372036854775808"),
                Hazard.of("K11 charsets side by side", "k11")
                        .before(
                                "CREATE TABLE k11 (k VARCHAR(10) CHARACTER SET gbk PRIMARY KEY, l VARCHAR(10) CHARACTER SET latin1,"
                                        + " c VARCHAR(10) CHARACTER SET cp1251, u VARCHAR(10) CHARACTER SET utf16, w VARCHAR(10)"
                                        + " CHARACTER SET swe7)",
                                "INSERT INTO k11 VALUES ('中文', 'é€', 'Жук', '\uD83D\uDE00', 'ab')",
                                "INSERT INTO k11 (k, l) VALUES ('b', CONVERT(x'8190' USING latin1))")
                        .after(
                                "UPDATE k11 SET l = 'ü' WHERE k = '中文'",
                                "UPDATE k11 SET k = '文', c = 'Щ' WHERE k = '中文'",
                                "DELETE FROM k11 WHERE k = 'b'"),
                Hazard.of("K12 shapes with their reference systems", "k12")
                        .before(
                                "CREATE TABLE k12 (id INT PRIMARY KEY, p POINT, g GEOMETRY)",
                                "INSERT INTO k12 VALUES (1, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(0 0, 1 1)'))")
                        .after("UPDATE k12 SET p = ST_GeomFromText('POINT(2 1)', 3857), g = NULL WHERE id = 1"),
                Hazard.of("K13 and K14 generated and invisible columns", "k13", "k13_parent", "k13_child")
                        .before(
                                "CREATE TABLE k13 (id INT PRIMARY KEY, a VARCHAR(20), lower_a VARCHAR(20) AS (LOWER(a)) STORED"
                                        + " UNIQUE, n INT, twice INT AS (n * 2) VIRTUAL, hidden INT INVISIBLE DEFAULT 3)",
                                "INSERT INTO k13 (id, a, n) VALUES (1, 'One', 1), (2, 'TWO', 2)",
                                "CREATE TABLE k13_parent (id INT PRIMARY KEY, a INT, s INT AS (a * 2) STORED, UNIQUE (s))",
                                "CREATE TABLE k13_child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES"
                                        + " k13_parent (s) ON DELETE CASCADE)",
                                "INSERT INTO k13_parent (id, a) VALUES (1, 1), (2, 2), (3, 3)",
                                "INSERT INTO k13_child VALUES (1, 2), (2, 4), (3, 6)")
                        .after(
                                "UPDATE k13 SET a = 'x' WHERE id = 1",
                                "UPDATE k13 SET a = 'ONE', hidden = 5 WHERE id = 2",
                                "INSERT INTO k13 (id, a, n, hidden) VALUES (3, 'two', 3, 9)",
                                "DELETE FROM k13 WHERE id = 1",
                                "INSERT INTO k13 (id, a, n) VALUES (4, 'X', 4)",
                                "DELETE FROM k13_parent WHERE id = 1",
                                "INSERT INTO k13_parent (id, a) VALUES (4, 1)",
                                "INSERT INTO k13_child VALUES (4, 2)",
                                "UPDATE k13_child SET parent = 2 WHERE id = 2",
                                "DELETE FROM k13_parent WHERE id = 2",
                                "INSERT INTO k13_parent (id, a) VALUES (5, 2)",
                                "UPDATE k13_child SET parent = 4 WHERE id = 3",
                                "DELETE FROM k13_parent WHERE id = 5"),
                Hazard.of("F5 and K13 foreign keys of generated columns", "k13_to", "k13_from")
                        .before(
                                "CREATE TABLE k13_to (id INT PRIMARY KEY)",
                                "CREATE TABLE k13_from (id INT PRIMARY KEY, a INT, s INT AS (a * 2) STORED, FOREIGN KEY (s)"
                                        + " REFERENCES k13_to (id))",
                                "INSERT INTO k13_to VALUES (2)",
                                "INSERT INTO k13_from (id, a) VALUES (1, 1)")
                        .after(
                                "INSERT INTO k13_from (id, a) VALUES (2, 1)",
                                "INSERT INTO k13_to VALUES (4)",
                                "INSERT INTO k13_from (id, a) VALUES (3, 2)",
                                "UPDATE k13_from SET a = 1 WHERE id = 3",
                                "DELETE FROM k13_to WHERE id = 4",
                                "INSERT INTO k13_to VALUES (6)",
                                "UPDATE k13_from SET a = 3 WHERE id = 2"),
                Hazard.of("K18 unique prefixes", "k18")
                        .before(
                                "CREATE TABLE k18 (id INT PRIMARY KEY, t TEXT, b BLOB, UNIQUE (t(3)), UNIQUE (b(2)))",
                                "INSERT INTO k18 VALUES (1, 'abcdef', x'010203'), (2, 'xyz', x'0201')")
                        .after(
                                "DELETE FROM k18 WHERE id = 1",
                                "INSERT INTO k18 VALUES (3, 'ABCxxx', x'010299')",
                                "UPDATE k18 SET t = 'abd', b = x'03' WHERE id = 3",
                                "UPDATE k18 SET t = 'abcd', b = x'0102' WHERE id = 2"),
                Hazard.of("K19 names", "select", "a.b", "tick`s", "täble", "Twin", "twin")
                        .before(
                                "CREATE TABLE `select` (`key` INT PRIMARY KEY, `from` INT, `a.b` INT, `c``d` INT, `ö` INT)",
                                "CREATE TABLE `a.b` (id INT PRIMARY KEY)",
                                "CREATE TABLE `tick``s` (id INT PRIMARY KEY)",
                                "CREATE TABLE `täble` (id INT PRIMARY KEY)",
                                "CREATE TABLE Twin (id INT PRIMARY KEY)",
                                "CREATE TABLE twin (id INT PRIMARY KEY)",
                                "INSERT INTO `select` VALUES (1, 2, 3, 4, 5)")
                        .after(
                                "UPDATE `select` SET `from` = 9, `c``d` = 8 WHERE `key` = 1",
                                "INSERT INTO `a.b` VALUES (1)",
                                "INSERT INTO `tick``s` VALUES (2)",
                                "INSERT INTO `täble` VALUES (3)",
                                "INSERT INTO Twin VALUES (4)",
                                "INSERT INTO twin VALUES (5)"),
                Hazard.of("T1 and T2 times of any session zone, zero and partial dates", "t1")
                        .before(
                                "SET sql_mode = 'ALLOW_INVALID_DATES'",
                                "SET time_zone = '+05:30'",
                                "CREATE TABLE t1 (id INT PRIMARY KEY, ts TIMESTAMP(6) NULL, dt DATETIME, d DATE)",
                                "INSERT INTO t1 VALUES (1, '2024-10-27 01:30:00', '2024-03-31 02:30:00', '0000-00-00')",
                                "SET time_zone = DEFAULT")
                        .after(
                                "SET sql_mode = 'ALLOW_INVALID_DATES'",
                                "SET time_zone = '-08:00'",
                                "UPDATE t1 SET ts = '2024-10-27 02:30:00.123456', d = '2024-02-31' WHERE id = 1",
                                "INSERT INTO t1 VALUES (2, '1970-01-01 00:00:01', '0000-00-00', '2020-00-10'), (3, NULL,"
                                        + " '9999-12-31 23:59:59', '0001-01-01')",
                                "SET time_zone = DEFAULT",
                                "SET sql_mode = DEFAULT"),
                Hazard.of("T4 quotes and backslashes, whatever the mode", "t4")
                        .before("CREATE TABLE t4 (id INT PRIMARY KEY, v VARCHAR(50))")
                        .after(
                                "INSERT INTO t4 VALUES (1, '\\\\ \\' \" ` \\0 %_')",
                                "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
                                "INSERT INTO \"t4\" VALUES (2, 'a\\b')",
                                "SET sql_mode = DEFAULT"),
                Hazard.of("T5 zero in an AUTO_INCREMENT column", "t5")
                        .before(
                                "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
                                "CREATE TABLE t5 (id INT AUTO_INCREMENT PRIMARY KEY, v INT)",
                                "INSERT INTO t5 VALUES (0, 1), (5, 2)",
                                "SET sql_mode = DEFAULT")
                        .after(
                                "UPDATE t5 SET v = 3 WHERE id = 0",
                                "INSERT INTO t5 (v) VALUES (4)",
                                "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
                                "UPDATE t5 SET id = 0 WHERE id = -1",
                                "DELETE FROM t5 WHERE id = 0",
                                "INSERT INTO t5 VALUES (0, 9)",
                                "SET sql_mode = DEFAULT"),
                Hazard.of("T10 updates that change nothing the replica can see", "t10")
                        .before(
                                "CREATE TABLE t10 (id INT PRIMARY KEY, v VARCHAR(9) COLLATE utf8mb4_general_ci, n INT)",
                                "INSERT INTO t10 VALUES (1, 'a', 1), (2, 'b', 2)")
                        .after(
                                "UPDATE t10 SET n = 5",
                                "UPDATE t10 SET n = 1 WHERE id = 1",
                                "UPDATE t10 SET n = 2 WHERE id = 2",
                                "UPDATE t10 SET v = 'A' WHERE id = 1")));
        Servers.unpaddedCollation()
                .ifPresent(collation -> hazards.add(Hazard.of("K4 trailing spaces count", "k4_nopad")
                        .before(
                                "CREATE TABLE k4_nopad (k VARCHAR(9) CHARACTER SET utf8mb4 COLLATE " + collation
                                        + " PRIMARY KEY, v INT)",
                                "INSERT INTO k4_nopad VALUES ('a', 1), ('a ', 2)")
                        .after(
                                "UPDATE k4_nopad SET v = 3 WHERE k = 'a '",
                                "DELETE FROM k4_nopad WHERE k = 'a'",
                                "INSERT INTO k4_nopad VALUES ('a  ', 4)")));
        if (!Servers.anyIsMySql()) {
            hazards.add(Hazard.of("U3 unique values at times that do not overlap", "u3_rooms", "u3_prices")
                    .before(
                            "CREATE TABLE u3_rooms (id INT PRIMARY KEY, room INT, s DATE, e DATE, PERIOD FOR p (s, e),"
                                    + " UNIQUE (room, p WITHOUT OVERLAPS))",
                            "CREATE TABLE u3_prices (id INT, price INT, s DATE, e DATE, PERIOD FOR p (s, e),"
                                    + " PRIMARY KEY (id, p WITHOUT OVERLAPS))",
                            "INSERT INTO u3_rooms VALUES (1, 1, '2024-01-01', '2024-01-10'), (2, 2, '2024-01-01', '2024-01-10')",
                            "INSERT INTO u3_prices VALUES (1, 10, '2024-01-01', '2025-01-01')")
                    .after(
                            "INSERT INTO u3_rooms VALUES (3, 3, '2024-01-01', '2024-01-05')",
                            "DELETE FROM u3_rooms WHERE id = 1",
                            "INSERT INTO u3_rooms VALUES (4, 1, '2024-01-05', '2024-01-20')",
                            "UPDATE u3_rooms SET e = '2024-01-06' WHERE id = 4",
                            "INSERT INTO u3_rooms VALUES (5, 1, '2024-01-06', '2024-01-08')",
                            "UPDATE u3_prices FOR PORTION OF p FROM '2024-03-01' TO '2024-06-01' SET price = 20",
                            "DELETE FROM u3_prices FOR PORTION OF p FROM '2024-05-01' TO '2024-07-01'"));
            hazards.add(Hazard.of("K3 unique texts that are too large to be weighed", "k3_large")
                    .before("CREATE TABLE k3_large (id INT PRIMARY KEY, t LONGTEXT CHARACTER SET utf8mb4 COLLATE"
                            + " utf8mb4_unicode_ci, UNIQUE (t))")
                    .after(
                            "INSERT INTO k3_large VALUES (1, REPEAT('é', 1200000)), (2, 'ß')",
                            "DELETE FROM k3_large WHERE id = 1",
                            "INSERT INTO k3_large VALUES (3, REPEAT('E', 1200000))"));
        }
        return hazards;
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        // T1: in no step has the JVM's zone a part
        pipeline = EndToEnd.pipeline(directory)
                .workerJvmArguments("-Duser.timezone=Europe/Berlin")
                // T12: with a binlog MySQL can be had to take its time to commit
                .replicaOptions(
                        Servers.replicaIsMySql()
                                ? new String[] {
                                    "--log-bin=replica-bin",
                                    // T14: with GTIDs it takes no table without transactions
                                    "--gtid-mode=OFF",
                                    "--enforce-gtid-consistency=OFF"
                                }
                                : new String[0])
                .start();
        replicas = new Replicas(pipeline);
        pipeline.primary().execute("CREATE DATABASE replica CHARACTER SET utf8mb4");
        for (Hazard hazard : hazards()) {
            run(hazard.before());
        }
        pipeline.run(pipeline.sourceConnector());
        pipeline.run(pipeline.sinkConnector()
                .with(Map.of("resync.mode", "manual", "apply.threads", "3", "conflict.detection", "true")));
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        for (Hazard hazard : hazards()) {
            run(hazard.after());
        }
        pipeline.worker().rest().resume(Pipeline.SINK);
        replicas.awaitApplied();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    private static int retries() throws Exception {
        return EndToEnd.log(pipeline).split(Pattern.quote("[RETRY] applying primary.changes-0 failed"), -1).length - 1;
    }

    private static void run(List<String> statements) throws SQLException {
        var all = new ArrayList<String>(statements);
        all.add(0, "USE replica");
        pipeline.primary().execute(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("hazards")
    void theReplicaIsAsThePrimary(Hazard hazard) throws Exception {
        for (String table : hazard.tables()) {
            assertThat(replicas.states(table)).as(table).startsWith("LIVE");
            replicas.assertSame(table);
        }
    }

    /** A table that is copied anew would look right, too. */
    @Test
    void noTableOfThemIsLeftOutByTheSource() throws Exception {
        assertThat(EndToEnd.log(pipeline)).doesNotContain("are left out from");
    }

    /** O1: each transaction takes from one table what it gives to another. */
    @Test
    void o1TransactionsAreSeenWhole() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.o1_a (id INT PRIMARY KEY, v INT)",
                        "CREATE TABLE replica.o1_b (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.o1_a SELECT seq, 100 FROM " + Servers.numbers(1, 20),
                        "INSERT INTO replica.o1_b SELECT seq, 100 FROM " + Servers.numbers(1, 20));
        replicas.awaitState("o1_a", "LIVE");
        replicas.awaitState("o1_b", "LIVE");
        replicas.awaitApplied();
        var statements = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            statements.addAll(List.of(
                    "START TRANSACTION",
                    "UPDATE replica.o1_a SET v = v - 1 WHERE id = " + (1 + i % 20),
                    "UPDATE replica.o1_b SET v = v + 1 WHERE id = " + (1 + i * 7 % 20),
                    "COMMIT"));
        }
        pipeline.primary().execute(statements.toArray(String[]::new));
        String sums =
                "SELECT (SELECT SUM(v) FROM replica.o1_a) + (SELECT SUM(v) FROM replica.o1_b), (SELECT SUM(v) FROM"
                        + " replica.o1_a)";
        String end = "4000 1700";
        await("all is moved").atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            String seen = Replicas.rows(pipeline.replica(), sums).get(0);
            assertThat(seen).startsWith("4000 ");
            return seen.equals(end);
        });
    }

    /** O2: what compaction leaves of a topic is no sequence of transactions. */
    @Test
    void o2ACompactedTopicIsRefusedInTheOrderedLayout() throws Exception {
        var topic = new WrittenTopic(pipeline, "o2.changes");
        topic.create(Map.of("cleanup.policy", "compact,delete"));
        pipeline.create(topic.sink("o2-sink"));
        await("the task stops")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> pipeline.worker().rest().status("o2-sink").hasFailed());
        assertThat(pipeline.worker().rest().status("o2-sink").toString())
                .contains("topic o2.changes is compacted")
                .contains("cleanup.policy=delete");
        pipeline.worker().rest().delete("o2-sink");
    }

    /** O3: transactions of two primaries are in no order to each other. */
    @Test
    void o3SeveralTopicsAreRefusedInTheOrderedLayout() throws Exception {
        var topic = new WrittenTopic(pipeline, "o3.a.changes");
        topic.create(Map.of());
        new WrittenTopic(pipeline, "o3.b.changes").create(Map.of());
        pipeline.create(topic.sink("o3-sink").without("topics").with(Map.of("topics.regex", "o3\\..*")));
        await("the task stops")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> pipeline.worker().rest().status("o3-sink").hasFailed());
        assertThat(pipeline.worker().rest().status("o3-sink").toString())
                .contains("o3.a.changes, o3.b.changes. Make a connector for each");
        pipeline.worker().rest().delete("o3-sink");
    }

    /** O3: likewise what is in several partitions; a topic may have some that are empty. */
    @Test
    void o3RecordsInAnotherPartitionAreRefusedInTheOrderedLayout() throws Exception {
        var topic = new WrittenTopic(pipeline, "o3_partitions.changes");
        Map<String, Object> brokers =
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers());
        try (Admin admin = Admin.create(brokers)) {
            admin.createTopics(List.of(new NewTopic("o3_partitions.changes", 2, (short) 1)))
                    .all()
                    .get();
        }
        pipeline.run(topic.sink("o3-partitions-sink"));
        try (var producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("o3_partitions.changes", 1, null, null))
                    .get();
        }
        await("the task stops")
                .atMost(LIMIT)
                .until(() ->
                        pipeline.worker().rest().status("o3-partitions-sink").hasFailed());
        assertThat(pipeline.worker().rest().status("o3-partitions-sink").toString())
                .contains("record o3_partitions.changes-1@0 cannot be read")
                .contains("all changes in partition 0");
        pipeline.worker().rest().delete("o3-partitions-sink");
    }

    /**
     * F2, F3: a server that logs cascades takes over from one that does not, and hands back. Rows of the first kind must cascade on
     * the replica; those of the second come with what they cascade to, child rows first, and must not.
     */
    @Test
    void f3EachRowTellsWhetherCascadesAreLogged() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE TABLE replica.f3_parent (id INT PRIMARY KEY)",
                        "CREATE TABLE replica.f3_child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES"
                                + " replica.f3_parent (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                        "INSERT INTO replica.f3_parent VALUES (1), (2), (3), (4)",
                        "INSERT INTO replica.f3_child VALUES (11, 1), (21, 2), (31, 3), (41, 4)");
        TableSchema parent = WrittenTopic.table("f3_parent", "id", "int");
        TableSchema child = WrittenTopic.table("f3_child", "id", "int", "parent", "int");
        int logged = RowChange.CASCADES_LOGGED;
        var topic = new WrittenTopic(pipeline, "f3.changes");
        topic.row(parent, Op.UPDATE, 0, values(1), values(101)).commit();
        topic.row(parent, Op.DELETE, 0, values(2), null).commit();
        topic.row(child, Op.UPDATE, logged, values(11, 101), values(11, 201))
                .row(parent, Op.UPDATE, logged, values(101), values(201))
                .commit();
        topic.row(child, Op.DELETE, logged, values(31, 3), null)
                .row(parent, Op.DELETE, logged, values(3), null)
                .commit();
        topic.row(parent, Op.UPDATE, 0, values(201), values(301)).commit();
        // what the child's row was before shows that the replica has cascaded once more
        topic.row(child, Op.UPDATE, 0, values(11, 301), values(12, 301)).commit();
        topic.row(parent, Op.DELETE, 0, values(4), null).commit();
        pipeline.run(topic.sink("f3-sink"));
        await("all is applied")
                .atMost(LIMIT)
                .until(() -> Replicas.rows(pipeline.replica(), "SELECT id FROM replica.f3_parent")
                        .equals(List.of("301")));
        assertThat(Replicas.rows(pipeline.replica(), "SELECT id, parent FROM replica.f3_child"))
                .containsExactly("12 301");
        assertThat(replicas.states("f3_parent") + replicas.states("f3_child")).isEmpty();
        pipeline.worker().rest().delete("f3-sink");
    }

    /** T3: a primary whose TIMESTAMP reaches to 2106 (MariaDB from 11.5 on), and a replica whose does not. */
    @Test
    void t3ATimestampThatTheReplicaDoesNotHaveIsLeftOutByName() throws Exception {
        pipeline.replica().execute("CREATE TABLE replica.t3 (id INT PRIMARY KEY, ts TIMESTAMP NULL)");
        TableSchema table = WrittenTopic.table("t3", "id", "int", "ts", "timestamp");
        // MariaDB from 11.5 on has them until 2106
        String beyond = Servers.replicaIsFrom115() ? "2107-01-01" : "2100-01-01";
        var topic = new WrittenTopic(pipeline, "t3.changes");
        topic.row(table, Op.CREATE, 0, null, values(1, "2038-01-19T03:14:07Z"))
                .row(table, Op.CREATE, 0, null, values(2, beyond + "T00:00:00Z"))
                .row(table, Op.CREATE, 0, null, values(3, "1970-01-01T00:00:01Z"))
                .commit();
        pipeline.run(topic.sink("t3-sink"));
        replicas.awaitState("t3", "DAMAGED");
        assertThat(replicas.states("t3"))
                .contains("create in table replica.t3, key id=2, at uuid:1")
                .contains(beyond);
        assertThat(Replicas.rows(pipeline.replica(), "SELECT id, ts FROM replica.t3 ORDER BY id"))
                .containsExactly("1 2038-01-19 03:14:07", "3 1970-01-01 00:00:01");
        pipeline.worker().rest().delete("t3-sink");
    }

    @Test
    void k15ColumnsInAnotherOrderAndMoreOfThem() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.k15 (id INT PRIMARY KEY, a INT, b INT)",
                        "INSERT INTO replica.k15 VALUES (1, 2, 3)");
        replicas.awaitState("k15", "LIVE");
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.k15 MODIFY b INT FIRST, ADD COLUMN mine INT NULL DEFAULT 7 AFTER b, ADD INDEX (a)");
        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary()
                .execute("INSERT INTO replica.k15 VALUES (2, 3, 4)", "UPDATE replica.k15 SET a = 9 WHERE id = 1");
        replicas.awaitApplied();
        assertThat(Replicas.rows(pipeline.replica(), "SELECT id, a, b, mine FROM replica.k15 ORDER BY id"))
                .containsExactly("1 9 3 7", "2 3 4 7");
        assertThat(replicas.state("k15")).isEqualTo("LIVE");
    }

    @Test
    void t6TheNextAutoIncrementIsBehindAllRows() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.t6 (id INT AUTO_INCREMENT PRIMARY KEY)",
                        "INSERT INTO replica.t6 VALUES (100), (NULL)");
        replicas.awaitApplied();
        pipeline.replica().execute("INSERT INTO replica.t6 VALUES (NULL)");
        assertThat(Replicas.rows(pipeline.replica(), "SELECT MAX(id) FROM replica.t6"))
                .containsExactly("102");
        pipeline.replica().execute("DELETE FROM replica.t6 WHERE id = 102");
    }

    @Test
    void t8EventsOfTheReplicaAreFoundAtTheStart() throws Exception {
        pipeline.replica()
                .execute(
                        "SET GLOBAL event_scheduler = 1",
                        "USE replica",
                        "CREATE EVENT t8 ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01' DO DELETE FROM t5");
        try {
            pipeline.worker().rest().restart(Pipeline.SINK);
            await("the event is named")
                    .atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline).contains("event replica.t8 is enabled on the replica"));
        } finally {
            pipeline.replica().execute("DROP EVENT replica.t8", "SET GLOBAL event_scheduler = 0");
        }
    }

    /** T9: a constraint that somebody adds to the replica is named when a task starts, and for sure where a copy begins. */
    @Test
    void t9ConstraintsThatOnlyTheReplicaHasAreFoundBeforeARowIsRefused() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.t9 (id INT PRIMARY KEY, n INT, j JSON, CONSTRAINT known CHECK (n > 0))",
                        "INSERT INTO replica.t9 VALUES (1, 1, '{}')");
        replicas.awaitState("t9", "LIVE");
        pipeline.replica().execute("ALTER TABLE replica.t9 ADD CONSTRAINT small CHECK (n < 100), ADD UNIQUE (n)");
        pipeline.worker().rest().restart(Pipeline.SINK);
        await("the constraints are named")
                .atMost(LIMIT)
                .until(() -> EndToEnd.log(pipeline)
                        // on MySQL behind that of a JSON column of MariaDB
                        .contains("replica.t9.known, replica.t9.small"));
        Topics.send(
                pipeline,
                "primary.signals",
                "primary",
                "{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"replica.t9\"]}}");
        await("the copy tells what only the replica has")
                .atMost(LIMIT)
                .until(() -> EndToEnd.log(pipeline)
                        .contains("replica.t9 has on the replica what it has not on the primary: CONSTRAINT `small`"));
        assertThat(EndToEnd.log(pipeline))
                .contains("what it has not on the primary: UNIQUE KEY `n` (`n`).")
                .doesNotContain("what it has not on the primary: CONSTRAINT `known`")
                .doesNotContain("what it has not on the primary: `j`");
        replicas.awaitApplied();
        replicas.awaitState("t9", "LIVE");
        replicas.assertSame("t9");
    }

    @Test
    void t11AReplicaThatIsReadOnlyIsWaitedFor() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.t11 (id INT PRIMARY KEY)");
        replicas.awaitApplied();
        pipeline.replica().execute("SET GLOBAL read_only = 1");
        try {
            pipeline.primary().execute("INSERT INTO replica.t11 VALUES (1)", "INSERT INTO replica.t11 VALUES (2)");
            await("the sink is told")
                    .atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline).contains("read-only option"));
        } finally {
            pipeline.replica().execute("SET GLOBAL read_only = 0");
        }
        replicas.awaitApplied();
        replicas.assertSame("t11");
        assertThat(replicas.state("t11")).isEqualTo("LIVE");
    }

    @Test
    void t12ALockThatSomebodyHoldsIsWaitedFor() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.t12 (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.t12 VALUES (1, 1)");
        replicas.awaitApplied();
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM replica.t12 WHERE id = 1 FOR UPDATE");
            pipeline.primary().execute("UPDATE replica.t12 SET v = 2");
            await("the sink meets the lock")
                    .atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline).contains("Lock wait timeout exceeded"));
            connection.rollback();
        }
        replicas.awaitApplied();
        replicas.assertSame("t12");
        assertThat(replicas.state("t12")).isEqualTo("LIVE");
    }

    /** T12: likewise a table, which servers by themselves wait for for a day or a year. */
    @Test
    void t12ATableThatSomebodyLocksIsWaitedFor() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.t12_table (id INT PRIMARY KEY)");
        replicas.awaitApplied();
        int before = retries();
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLES replica.t12_table WRITE");
            pipeline.primary().execute("INSERT INTO replica.t12_table VALUES (1)");
            await("the sink says that it waits").atMost(LIMIT).until(() -> retries() > before);
        }
        replicas.awaitApplied();
        replicas.assertSame("t12_table");
        assertThat(replicas.state("t12_table")).isEqualTo("LIVE");
    }

    /** T12: the connection ends while COMMIT waits, so that nobody tells the sink what has become of it; keyless rows show it. */
    @Test
    void t12ACommitWhoseAnswerIsLostIsLookedUp() throws Exception {
        pipeline.primary()
                .execute("CREATE TABLE replica.t12_keyless (v INT)", "INSERT INTO replica.t12_keyless VALUES (1), (1)");
        replicas.awaitState("t12_keyless", "LIVE");
        replicas.awaitApplied();
        String committing = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '" + Pipeline.USER
                + "' AND INFO LIKE 'COMMIT%'";
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement()) {
            if (Servers.replicaIsMySql()) {
                statement.execute("SET GLOBAL binlog_group_commit_sync_delay = 1000000");
            } else {
                statement.execute("BACKUP STAGE START");
                statement.execute("BACKUP STAGE BLOCK_COMMIT");
            }
            int before = retries();
            pipeline.primary()
                    .execute("INSERT INTO replica.t12_keyless VALUES (1)", "DELETE FROM replica.t12_keyless LIMIT 1");
            await("the sink commits, and its connection ends")
                    .atMost(LIMIT)
                    // whose connection has ended meanwhile
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> {
                        for (String id : Replicas.rows(pipeline.replica(), committing)) {
                            pipeline.replica().execute("KILL " + id);
                        }
                        return retries() > before;
                    });
            statement.execute(
                    Servers.replicaIsMySql() ? "SET GLOBAL binlog_group_commit_sync_delay = 0" : "BACKUP STAGE END");
        }
        replicas.awaitApplied();
        assertThat(Replicas.rows(pipeline.replica(), "SELECT COUNT(*) FROM replica.t12_keyless"))
                .containsExactly("2");
        assertThat(replicas.state("t12_keyless")).isEqualTo("LIVE");
    }

    /** Rows that fit into the replica's packets one by one, and not together. */
    @Test
    void t13StatementsAreAsLargeAsTheReplicaTakes() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.t13 (id INT PRIMARY KEY, v LONGBLOB)");
        replicas.awaitApplied();
        pipeline.replica().execute("SET GLOBAL max_allowed_packet = 4194304");
        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.t13 SELECT seq, REPEAT(CHAR(seq), 900000) FROM " + Servers.numbers(1, 12),
                        "UPDATE replica.t13 SET v = REPEAT('x', 40000) WHERE id = 3",
                        "DELETE FROM replica.t13 WHERE id = 4");
        replicas.awaitApplied();
        String sums = "SELECT id, LENGTH(v), CRC32(v) FROM replica.t13 ORDER BY id";
        assertThat(Replicas.rows(pipeline.replica(), sums)).isEqualTo(Replicas.rows(pipeline.primary(), sums));
        assertThat(replicas.state("t13")).isEqualTo("LIVE");
    }

    /** Without a key the row is found by all of it, so the statement has it twice: as it was, and as it comes to be. */
    @Test
    void t13AnUpdateThatTheReplicaDoesNotTakeIsLeftOutByName() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.t13_keyless (v LONGBLOB)");
        replicas.awaitApplied();
        pipeline.replica().execute("SET GLOBAL max_allowed_packet = 4194304");
        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.t13_keyless VALUES (REPEAT('a', 2500000))",
                        "UPDATE replica.t13_keyless SET v = REPEAT('b', 2500000)");
        replicas.awaitApplied();
        assertThat(replicas.state("t13_keyless")).isEqualTo("DAMAGED");
        assertThat(replicas.column("t13_keyless", "cause")).contains("max_allowed_packet");
        assertThat(Replicas.rows(pipeline.replica(), "SELECT LEFT(v, 1) FROM replica.t13_keyless"))
                .containsExactly("a");
    }

    /** What a rolled back transaction did to a table without transactions stays, on the primary as in the binlog. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#primaryIsMySql",
            disabledReason = "MySQL with GTIDs takes no such transaction")
    void t14RolledBackChangesOfATableWithoutTransactions() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.t14 (id INT PRIMARY KEY) ENGINE=MyISAM",
                        "CREATE TABLE replica.t14_inno (id INT PRIMARY KEY)",
                        "START TRANSACTION",
                        "INSERT INTO replica.t14_inno VALUES (1)",
                        "INSERT INTO replica.t14 VALUES (1)",
                        "ROLLBACK",
                        "INSERT INTO replica.t14 VALUES (2)");
        replicas.awaitApplied();
        replicas.assertSame("t14");
        replicas.assertSame("t14_inno");
    }

    /** T14: a table without transactions takes nothing back, so its rows are not written before others that may be refused. */
    @Test
    void t14ARowThatIsRefusedDoublesNoneOfATableWithoutTransactions() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.t14_keyless (v INT) ENGINE=MyISAM",
                        "CREATE TABLE replica.t14_refused (id INT PRIMARY KEY, n INT)");
        replicas.awaitState("t14_keyless", "LIVE");
        replicas.awaitState("t14_refused", "LIVE");
        pipeline.replica().execute("ALTER TABLE replica.t14_refused ADD CONSTRAINT t14_small CHECK (n < 100)");
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.t14_keyless VALUES (1), (1)",
                        "INSERT INTO replica.t14_refused VALUES (1, 100)",
                        "DELETE FROM replica.t14_keyless LIMIT 1");
        pipeline.worker().rest().resume(Pipeline.SINK);
        replicas.awaitApplied();
        assertThat(replicas.state("t14_refused")).isEqualTo("DAMAGED");
        assertThat(replicas.state("t14_keyless")).isEqualTo("LIVE");
        replicas.assertSame("t14_keyless");
    }
}
