package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What only MySQL has. */
@EnabledIf(value = "io.binlogreplica.it.Servers#primaryIsMySql", disabledReason = "it is about what only MySQL has")
class MySqlIT {

    @TempDir
    private static Path directory;

    private static Pipeline pipeline;

    @BeforeAll
    static void start() throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.documents (id INT PRIMARY KEY, d JSON)",
                        "INSERT INTO replica.documents VALUES (1, '{\"b\": [1, 2.50, -0.0, 1e20, 1e-7, 123456789.125], \"a\": null}')",
                        "CREATE TABLE replica.lists (d JSON, b BIT(9), s SET('a','b'), p POINT, f FLOAT, x DECIMAL(20,5))",
                        "INSERT INTO replica.lists VALUES ('[1, true]', b'100000001', 'a,b', POINT(1, 2), 16777217, 1.5),"
                                + " ('[1, true]', b'100000001', 'a,b', POINT(1, 2), 16777217, 1.5),"
                                + " ('[1, false]', b'1', 'b', NULL, 0.1, NULL)",
                        "CREATE TABLE replica.shapes (id INT PRIMARY KEY, v VECTOR(3), g GEOMETRY,"
                                + " earth POINT NOT NULL SRID 4326, SPATIAL INDEX (earth))",
                        "INSERT INTO replica.shapes VALUES (1, STRING_TO_VECTOR('[1,2.5,-3e-5]'),"
                                + " ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), ST_GeomFromText('POINT(48 11)', 4326))",
                        "CREATE TABLE replica.names (name VARCHAR(40) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY,"
                                + " code VARBINARY(20) UNIQUE, n INT INVISIBLE DEFAULT 7)",
                        "INSERT INTO replica.names (name, code) VALUES ('straße', x'00'), ('a ', x'01'), ('a', x'02')",
                        "CREATE TABLE replica.parents (id INT PRIMARY KEY, code INT UNIQUE)",
                        "CREATE TABLE replica.children (id INT PRIMARY KEY, parent INT, parent_code INT,"
                                + " FOREIGN KEY (parent) REFERENCES replica.parents (id) ON DELETE CASCADE ON UPDATE CASCADE,"
                                + " FOREIGN KEY (parent_code) REFERENCES replica.parents (code) ON DELETE SET NULL"
                                + " ON UPDATE CASCADE)",
                        "INSERT INTO replica.parents VALUES (1, 10), (2, 20), (3, 30)",
                        "INSERT INTO replica.children VALUES (1, 1, 20), (2, 2, 10), (3, 3, 30), (4, 1, 30)");
        pipeline.run(pipeline.sourceConnector());
        pipeline.run(pipeline.sinkConnector().with(Map.of("conflict.detection", "true")));
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    /** Copied as the server prints it, streamed as the binlog has it: the replica's rows must not differ. */
    @Test
    void documentsLookTheSameFromTheTableAndFromTheBinlog() throws Exception {
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.documents SELECT id + 1, d FROM replica.documents WHERE id = 1",
                        "INSERT INTO replica.documents VALUES (10, JSON_OBJECT('date', DATE'2024-02-29', 'time', TIME'-01:02:03.5',"
                                + " 'moment', TIMESTAMP'2024-02-29 01:02:03.25', 'exact', CAST(12.5 AS DECIMAL(9,1)),"
                                + " 'bytes', CAST(x'00ff' AS BINARY), 'big', 18446744073709551615, 'small', -9223372036854775808))",
                        "INSERT INTO replica.documents VALUES (11, CONCAT('[\"', REPEAT('long ', 20000), '\"]'))",
                        "INSERT INTO replica.documents VALUES (12, '\"\\\\u0001 \\\\\" \\\\\\\\ \\\\n \uD83D\uDE00\"'), (13, 'null'), (14, NULL)",
                        "INSERT INTO replica.documents VALUES (15, '[1e-14, 1.5e-15, 1e14, 1e15, 1.25e15, 123456789012345.6,"
                                + " 2.2250738585072014e-308, 1.7976931348623157e308, 0.1234567890123456]')",
                        "UPDATE replica.documents SET d = JSON_SET(d, '$.more', 0.1 + 0.2) WHERE id = 2");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void rowsWithoutAKeyAreFoundByAllTheirValues() throws Exception {
        pipeline.primary()
                .execute(
                        "UPDATE replica.lists SET x = 2 WHERE JSON_EXTRACT(d, '$[1]') = true LIMIT 1",
                        "DELETE FROM replica.lists WHERE b = 1",
                        "INSERT INTO replica.lists VALUES (NULL, NULL, '', NULL, -0e0, 0), ('{}', b'0', 'a', NULL, 3e38, 9.99999)",
                        "DELETE FROM replica.lists WHERE s = 'a' AND x > 9");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K12. */
    @Test
    void shapesAndVectors() throws Exception {
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.shapes VALUES (2, NULL, NULL, ST_GeomFromText('POINT(-90 180)', 4326))",
                        // MariaDB takes no vector whose length is beyond FLOAT
                        "UPDATE replica.shapes SET v = STRING_TO_VECTOR('[0,0,"
                                + (Servers.replicaIsMySql() ? "1e30" : "1e15") + "]'),"
                                + " g = ST_GeomFromText('GEOMETRYCOLLECTION EMPTY') WHERE id = 1");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K2, K3, K4, K14: a collation without padding that ignores case and accents; an invisible column. */
    @Test
    void keysAreComparedAsTheirCollationCompares() throws Exception {
        pipeline.primary()
                .execute(
                        "UPDATE replica.names SET name = 'STRASSE' WHERE name = 'strasse'",
                        "DELETE FROM replica.names WHERE name = 'A'",
                        "INSERT INTO replica.names (name, code, n) VALUES ('á', x'02', 1), ('b', x'0200', 2)",
                        "BEGIN",
                        "DELETE FROM replica.names WHERE name = 'a'",
                        "INSERT INTO replica.names (name, code, n) VALUES ('Ä', x'03', 3)",
                        "COMMIT");
        EndToEnd.assertIdentical(pipeline);
    }

    /** F2, F3, F4: MySQL from 9.6 logs what foreign keys cascade to, child rows first; a session can switch checks off. */
    @Test
    void cascadesAreLoggedAndAppliedOnce() throws Exception {
        pipeline.primary()
                .execute(
                        "UPDATE replica.parents SET id = 101, code = 110 WHERE id = 1",
                        "UPDATE replica.parents SET code = 99 WHERE id = 3",
                        "DELETE FROM replica.parents WHERE id = 2",
                        "SET foreign_key_checks = 0",
                        "INSERT INTO replica.children VALUES (50, 5000, NULL)",
                        "DELETE FROM replica.parents WHERE id = 3",
                        "SET foreign_key_checks = 1",
                        "INSERT INTO replica.parents VALUES (5000, 1)");
        EndToEnd.assertIdentical(pipeline);
        assertThat(value(
                        pipeline.replica(),
                        "SELECT GROUP_CONCAT(id, ':', IFNULL(parent, '-') ORDER BY id)" + " FROM replica.children"))
                .isEqualTo("1:101,3:3,4:101,50:5000");
    }

    /** K13, K18: unique indexes of an expression, and of the members of an array. */
    @Test
    void uniqueValuesOfExpressionsGoFromRowToRow() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.tagged (id INT PRIMARY KEY, name VARCHAR(20), d JSON, UNIQUE ((LOWER(name))),"
                                + " UNIQUE ((CAST(d->'$.tags' AS UNSIGNED ARRAY))))",
                        "INSERT INTO replica.tagged VALUES (1, 'One', '{\"tags\": [1, 2]}'), (2, 'Two', '{\"tags\": [3]}'),"
                                + " (3, 'Three', NULL)",
                        "BEGIN",
                        "DELETE FROM replica.tagged WHERE id = 1",
                        "INSERT INTO replica.tagged VALUES (4, 'ONE', '{\"tags\": [2, 4]}')",
                        "UPDATE replica.tagged SET name = 'x', d = '{\"tags\": [1]}' WHERE id = 2",
                        "UPDATE replica.tagged SET name = 'TWO', d = '{\"tags\": [3, 5]}' WHERE id = 3",
                        "DELETE FROM replica.tagged WHERE id = 4",
                        "INSERT INTO replica.tagged VALUES (1, 'one', '{\"tags\": [2, 4]}')",
                        "COMMIT");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void aTableThatIsCreatedFromAQuery() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.selected (PRIMARY KEY (id)) AS SELECT id, code FROM replica.parents",
                        "INSERT INTO replica.selected VALUES (77, 77)");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K1: keys that the server makes up are in the binlog. */
    @Test
    void generatedInvisiblePrimaryKeys() throws Exception {
        pipeline.primary()
                .execute(
                        "SET sql_generate_invisible_primary_key = 1",
                        "CREATE TABLE replica.generated (v INT)",
                        "INSERT INTO replica.generated VALUES (1), (1), (2)",
                        "DELETE FROM replica.generated WHERE v = 1 LIMIT 1",
                        "SET sql_generate_invisible_primary_key = 0");
        EndToEnd.assertIdentical(pipeline);
    }

    private static String value(DatabaseServer server, String query) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
