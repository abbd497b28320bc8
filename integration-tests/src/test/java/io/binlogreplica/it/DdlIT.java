package io.binlogreplica.it;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions of tables follow the primary's, in the order of the binlog. */
class DdlIT {

    @TempDir
    static Path directory;

    private static Pipeline pipeline;

    @BeforeAll
    static void start() throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.t (id INT PRIMARY KEY, a INT, b INT)",
                        "INSERT INTO replica.t VALUES (1, 10, 100), (2, 20, 200)");
        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void columnsComeGoAndChange() throws Exception {
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.t ADD c VARCHAR(20) DEFAULT 'new' AFTER id",
                        "INSERT INTO replica.t VALUES (3, 'three', 30, 300)",
                        "ALTER TABLE replica.t MODIFY a BIGINT UNSIGNED",
                        "UPDATE replica.t SET a = 18446744073709551615 WHERE id = 3",
                        "ALTER TABLE replica.t DROP c",
                        "DELETE FROM replica.t WHERE id = 2",
                        "ALTER TABLE replica.t CHANGE b renamed INT, ADD UNIQUE (renamed)",
                        "UPDATE replica.t SET renamed = 5 WHERE id = 1");
        EndToEnd.assertIdentical(pipeline);
    }

    /** Lying ahead of a reader that is stopped: each row must find the columns it was written with. */
    @Test
    void columnsThatSwapTheirNamesWhileTheSourceIsStopped() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.swapped (id INT PRIMARY KEY, x INT, y INT)",
                        "INSERT INTO replica.swapped VALUES (1, 1, -1)");
        EndToEnd.assertIdentical(pipeline);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.swapped VALUES (2, 2, -2)",
                        "ALTER TABLE replica.swapped RENAME COLUMN x TO z, RENAME COLUMN y TO x",
                        "INSERT INTO replica.swapped VALUES (3, 3, -3)",
                        "ALTER TABLE replica.swapped DROP z, ADD y INT FIRST",
                        "INSERT INTO replica.swapped VALUES (4, 44, -4)");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void tablesAreCreatedFromOthersRenamedSwappedAndDropped() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.first (id INT PRIMARY KEY, v TEXT)",
                        "INSERT INTO replica.first VALUES (1, 'first')",
                        "CREATE TABLE replica.second LIKE replica.first",
                        "INSERT INTO replica.second VALUES (1, 'second'), (2, 'second')",
                        "CREATE TABLE replica.selected (PRIMARY KEY (id)) AS SELECT * FROM replica.second",
                        "INSERT INTO replica.selected VALUES (3, 'more')",
                        "RENAME TABLE replica.first TO replica.third, replica.second TO replica.first,"
                                + " replica.third TO replica.second",
                        "UPDATE replica.first SET v = 'was second' WHERE id = 1",
                        "UPDATE replica.second SET v = 'was first' WHERE id = 1",
                        "CREATE TABLE replica.gone (id INT)",
                        "INSERT INTO replica.gone VALUES (1)",
                        "DROP TABLE replica.gone",
                        "CREATE TABLE replica.gone (name VARCHAR(9))",
                        "INSERT INTO replica.gone VALUES ('again')",
                        "TRUNCATE replica.second",
                        Servers.anyIsMySql() ? "DROP TABLE replica.second" : "DO 0",
                        Servers.anyIsMySql()
                                ? "CREATE TABLE replica.second (id INT PRIMARY KEY, other DATE)"
                                : "CREATE OR REPLACE TABLE replica.second (id INT PRIMARY KEY, other DATE)",
                        "INSERT INTO replica.second VALUES (7, '2024-02-29')",
                        "CREATE TABLE IF NOT EXISTS replica.second (unused INT)",
                        "DROP TABLE IF EXISTS replica.never_there");
        EndToEnd.assertIdentical(pipeline);
    }

    /** As tools for changes of large tables do: a shadow table that takes the table's place. */
    @Test
    void aShadowTableTakesTheTablesPlace() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.big (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.big VALUES (1, 1), (2, 2)",
                        "CREATE TABLE replica._big_new (id INT PRIMARY KEY, v INT, added INT NOT NULL DEFAULT 9)",
                        "INSERT INTO replica._big_new (id, v) SELECT id, v FROM replica.big",
                        "RENAME TABLE replica.big TO replica._big_old, replica._big_new TO replica.big",
                        "INSERT INTO replica.big (id, v) VALUES (3, 3)",
                        "DROP TABLE replica._big_old");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void statementsThatCannotBeUnderstoodTouchNothingElse() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE VIEW replica.v AS SELECT 1",
                        "CREATE PROCEDURE replica.p() INSERT INTO replica.t (id) VALUES (100)",
                        "CALL replica.p()",
                        "CREATE INDEX i ON replica.t (a)",
                        "ANALYZE TABLE replica.t",
                        "DROP PROCEDURE replica.p",
                        "DROP VIEW replica.v",
                        "DELETE FROM replica.t WHERE id = 100");
        EndToEnd.assertIdentical(pipeline);
    }
}
