package io.binlogreplica.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
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
                        "INSERT INTO replica.t VALUES (1, 10, 100), (2, 20, 200)",
                        "CREATE DATABASE `still empty` CHARACTER SET latin1 COLLATE latin1_german2_ci");
        pipeline.replica()
                .execute(
                        "GRANT ALL ON `still empty`.* TO " + Pipeline.USER,
                        "GRANT ALL ON `comes later`.* TO " + Pipeline.USER,
                        "GRANT ALL ON `goes again`.* TO " + Pipeline.USER);
        pipeline.run(pipeline.sourceConnector()
                .with(Map.of("database.include.list", "replica,still empty,comes later,goes again")));
        pipeline.run(pipeline.sinkConnector());
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

    /** K11: tables that name no charset have their database's. */
    @Test
    void tablesInADatabaseThatWasEmptyAtTheStart() throws Exception {
        pipeline.primary()
                .execute(
                        "USE `still empty`",
                        "CREATE TABLE first (k VARCHAR(20) PRIMARY KEY)",
                        "INSERT INTO first VALUES ('Straße'), ('Strasze')");
        EndToEnd.assertIdentical(pipeline);
        for (String query : List.of(
                "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'still empty' AND COLUMN_NAME = 'k'",
                "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'still empty'",
                "SELECT k FROM `still empty`.first ORDER BY k")) {
            assertThat(Replicas.rows(pipeline.replica(), query))
                    .isEqualTo(Replicas.rows(pipeline.primary(), query))
                    .isNotEmpty();
        }
    }

    /** What was created meanwhile is in the binlog; what was there before, but not captured, is copied. */
    @Test
    void tablesThatComeWhileTheSourceIsStopped() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE afterwards CHARACTER SET utf8mb4",
                        "CREATE TABLE afterwards.old (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO afterwards.old VALUES (1, 1), (2, 2)");
        pipeline.replica().execute("GRANT ALL ON afterwards.* TO " + Pipeline.USER);
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary()
                .execute(
                        "UPDATE afterwards.old SET v = 3 WHERE id = 1",
                        "CREATE TABLE replica.meanwhile (id INT PRIMARY KEY)",
                        "INSERT INTO replica.meanwhile VALUES (1), (2)",
                        "DELETE FROM replica.meanwhile WHERE id = 1");
        pipeline.create(pipeline.sourceConnector()
                .with(Map.of("database.include.list", "replica,still empty,comes later,afterwards")));
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        new Replicas(pipeline).awaitState("old", "LIVE");
        pipeline.primary().execute("UPDATE afterwards.old SET v = v + 10");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), "SELECT * FROM afterwards.old ORDER BY id"))
                .containsExactly("1 13", "2 12");
    }

    /** What became of it meanwhile was not sent. */
    @Test
    void aTableThatIsNotCapturedForAWhileIsCopiedAnew() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.for_a_while (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.for_a_while VALUES (1, 1), (2, 2)");
        EndToEnd.assertIdentical(pipeline);
        ConnectorFile before = pipeline.sourceConnector()
                .with(Map.of("database.include.list", "replica,still empty,comes later,afterwards"));
        pipeline.create(before.with(Map.of("table.exclude.list", "replica\\.for_a_while")));
        await("it is not captured")
                .atMost(EndToEnd.LIMIT)
                .until(() -> EndToEnd.log(pipeline)
                        .contains("not captured any more, and copied anew when they are: [replica.for_a_while]"));
        pipeline.primary()
                .execute("UPDATE replica.for_a_while SET v = 3 WHERE id = 1", "INSERT INTO replica.t (id) VALUES (70)");
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        pipeline.create(before);
        await("it is copied")
                .atMost(EndToEnd.LIMIT)
                .until(() -> EndToEnd.log(pipeline).contains("replica.for_a_while complete"));
        pipeline.primary().execute("DELETE FROM replica.t WHERE id = 70");
        EndToEnd.assertIdentical(pipeline);
    }

    /** Lying ahead of a reader that is stopped: each row must find the columns it was written with. */
    @Test
    void columnsThatSwapTheirNamesWhileTheSourceIsStopped() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.swapped (id INT PRIMARY KEY, x INT, y INT)",
                        "INSERT INTO replica.swapped VALUES (1, 1, -1)",
                        "CREATE TABLE replica.widened (id INT PRIMARY KEY, v VARCHAR(20))");
        EndToEnd.assertIdentical(pipeline);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.swapped VALUES (2, 2, -2)",
                        "ALTER TABLE replica.swapped RENAME COLUMN x TO z, RENAME COLUMN y TO x",
                        "INSERT INTO replica.swapped VALUES (3, 3, -3)",
                        "ALTER TABLE replica.swapped DROP z, ADD y INT FIRST",
                        "INSERT INTO replica.swapped VALUES (4, 44, -4)",
                        // by a character, which the row before must not be taken to have
                        "INSERT INTO replica.widened VALUES (1, 'before')",
                        "ALTER TABLE replica.widened MODIFY v VARCHAR(21)",
                        "INSERT INTO replica.widened VALUES (2, 'behind')");
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
                        "ALTER TABLE replica.selected RENAME TO replica.moved, ADD w INT",
                        "INSERT INTO replica.moved VALUES (4, 'moved', 4)",
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
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT table_name FROM binlog_replica.replica_table_state"
                                + " WHERE table_name IN ('selected', 'moved')"))
                .containsExactly("moved");
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

    /** In the binlog are the bytes that a client with another charset sent. */
    @Test
    void aStatementOfAClientWithAnotherCharsetArrivesAsItWasMeant() throws Exception {
        pipeline.primary()
                .execute("CREATE TABLE replica.umlaut (id INT PRIMARY KEY)", "INSERT INTO replica.umlaut VALUES (1)");
        EndToEnd.assertIdentical(pipeline);
        byte[] ddl = "ALTER TABLE replica.umlaut ADD größe VARCHAR(10) DEFAULT 'süß'".getBytes(ISO_8859_1);
        pipeline.primary()
                .execute(
                        // the driver would not have it, if it heard of it
                        "SET session_track_system_variables = ''",
                        "SET NAMES latin1",
                        "SET @ddl = X'" + HexFormat.of().formatHex(ddl) + "'",
                        "PREPARE ddl FROM @ddl",
                        "EXECUTE ddl");
        pipeline.primary().execute("INSERT INTO replica.umlaut VALUES (2, 'ß')");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), "SELECT größe FROM replica.umlaut ORDER BY id"))
                .containsExactly("süß", "ß");
    }

    /** B12: what a statement does depends on the session that ran it: its time, time zone and modes. */
    @Test
    void whatStatementsDoToRowsDependsOnTheSessionsThatRanThem() throws Exception {
        pipeline.primary()
                .execute(
                        "SET time_zone = '+00:00'",
                        "CREATE TABLE replica.sessions (id INT PRIMARY KEY, at TIMESTAMP(6) NULL, v VARCHAR(20))",
                        "INSERT INTO replica.sessions VALUES (1, '2024-01-01 12:00:00.126456', 'one'), (2, NULL, 'two')");
        pipeline.primary()
                .execute(
                        "SET time_zone = '+05:30'",
                        "ALTER TABLE replica.sessions ADD created TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)",
                        "ALTER TABLE replica.sessions ADD day DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)",
                        "ALTER TABLE replica.sessions MODIFY at DATETIME(6)",
                        "SET sql_mode = 'PIPES_AS_CONCAT,ANSI_QUOTES'",
                        "ALTER TABLE replica.sessions ADD \"two ids\" VARCHAR(30) AS (id || '-' || id) STORED",
                        "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
                        "ALTER TABLE replica.sessions ADD path VARCHAR(30) DEFAULT 'C:\\n'",
                        "SET sql_mode = ''",
                        "ALTER TABLE replica.sessions MODIFY v VARCHAR(2)",
                        "ALTER TABLE replica.sessions MODIFY at DATETIME(2)");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), "SELECT `two ids`, path, v FROM replica.sessions WHERE id = 1"))
                .containsExactly("1-1 C:\\n on");
        // by the statements themselves
        assertThat(EndToEnd.log(pipeline)).doesNotContain("changes of replica.sessions are left out");
    }

    /** B12: and whether a TIMESTAMP is set by itself where the statement does not say it. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#anyIsMySql",
            disabledReason = "MySQL does not let the sink's user set it")
    void whatATimestampIsByDefaultDependsOnTheSession() throws Exception {
        for (String explicit : List.of("OFF", "ON")) {
            pipeline.primary()
                    .execute(
                            "SET explicit_defaults_for_timestamp = " + explicit,
                            "CREATE TABLE replica.stamped_" + explicit + " (id INT PRIMARY KEY, at TIMESTAMP, v INT)",
                            "INSERT INTO replica.stamped_" + explicit + " (id) VALUES (1)",
                            "ALTER TABLE replica.stamped_" + explicit + " ADD later TIMESTAMP");
        }
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'replica' AND"
                                + " TABLE_NAME LIKE 'stamped%' AND COLUMN_NAME = 'at' ORDER BY TABLE_NAME"))
                .containsExactly("current_timestamp()", "NULL");
    }

    /** K11: so is the charset of a database that comes without one. */
    @Test
    void databasesHaveTheCharsetOfTheServerThatCreatedThem() throws Exception {
        pipeline.primary().execute("SET collation_server = 'latin2_hungarian_ci'", "CREATE DATABASE `comes later`");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
                                + " WHERE SCHEMA_NAME = 'comes later'"))
                .containsExactly("latin2_hungarian_ci");
    }

    @Test
    void aDatabaseThatIsDroppedTakesItsTablesWithIt() throws Exception {
        String states =
                "SELECT table_name, state FROM binlog_replica.replica_table_state WHERE database_name = 'goes again'";
        pipeline.primary()
                .execute(
                        "CREATE DATABASE `goes again`",
                        "CREATE TABLE `goes again`.t (id INT PRIMARY KEY)",
                        "INSERT INTO `goes again`.t VALUES (1)");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), states)).containsExactly("t LIVE");
        pipeline.primary().execute("DROP DATABASE `goes again`");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), states)).isEmpty();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE `goes again`",
                        "CREATE TABLE IF NOT EXISTS `goes again`.t (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO `goes again`.t VALUES (2, 2)");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), states)).containsExactly("t LIVE");
        assertThat(Replicas.rows(pipeline.replica(), "SELECT * FROM `goes again`.t"))
                .containsExactly("2 2");
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
