package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Changes that the binlog does not tell exactly: their table is left out by name and copied anew, all others go on. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeftOutTablesIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;
    private static final String LIVE_ONLY = "LIVE";

    private static Pipeline pipeline;

    /** How much the worker had logged when the test began. */
    private int logged;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.sound (id INT PRIMARY KEY, v TEXT)",
                        "CREATE TABLE replica.before (id INT PRIMARY KEY, v TEXT)",
                        "INSERT INTO replica.before VALUES (1, 'one')",
                        "XA START 'before'",
                        "UPDATE replica.before SET v = 'prepared before the connector was there'",
                        "XA END 'before'",
                        "XA PREPARE 'before'");
        for (String table : List.of("minimal", "noblob", "statement", "mid")) {
            pipeline.primary()
                    .execute(
                            "CREATE TABLE replica." + table + " (id INT PRIMARY KEY, v TEXT, n INT DEFAULT 7)",
                            "INSERT INTO replica." + table + " VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)");
        }
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.parent (id INT PRIMARY KEY)",
                        "CREATE TABLE replica.child (id INT PRIMARY KEY, parent INT,"
                                + " FOREIGN KEY (parent) REFERENCES replica.parent (id) ON DELETE CASCADE)",
                        "INSERT INTO replica.parent VALUES (1), (2), (3)",
                        "INSERT INTO replica.child VALUES (10, 1), (20, 2), (30, 3)");
        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @BeforeEach
    void remember() throws Exception {
        logged = EndToEnd.log(pipeline).length();
    }

    /** K16: images that lack columns; K17: the row image is a variable of the session; B1: so is the format. */
    @Test
    @Order(1)
    void imagesThatLackColumnsAndStatements() throws Exception {
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_row_image = 'MINIMAL'",
                        "UPDATE replica.minimal SET n = 20 WHERE id = 2",
                        "INSERT INTO replica.minimal (id) VALUES (4)",
                        "DELETE FROM replica.minimal WHERE id = 1");
        pipeline.primary()
                .execute("SET SESSION binlog_row_image = 'NOBLOB'", "UPDATE replica.noblob SET n = 20 WHERE id = 2");
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_format = 'STATEMENT'",
                        "UPDATE replica.statement SET n = n + 10 WHERE id <> 2",
                        "CREATE TABLE replica.filled (PRIMARY KEY (id)) AS SELECT id, n + 1 AS n FROM replica.statement");
        pipeline.primary().execute("INSERT INTO replica.sound VALUES (1, 'goes on')");
        awaitHealed("minimal", "a row image of table replica\\.minimal lacks column v: .*binlog_row_image=FULL");
        awaitHealed("noblob", "a row image of table replica\\.noblob lacks column v");
        awaitHealed("statement", "a statement that changes rows of table replica\\.statement was logged");
        awaitHealed("filled", "a statement that fills a table was logged instead of the rows");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_format = 'STATEMENT'",
                        "CREATE TEMPORARY TABLE replica.filled (a INT)",
                        "TRUNCATE TABLE replica.filled");
        awaitHealed("filled", "a statement was logged that may be about a temporary table of that name");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary().execute("UPDATE replica.minimal SET v = 'as ever'", "DELETE FROM replica.noblob");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B15: the binlog has rows that were, and deletes that are updates. */
    @Test
    @Order(1)
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#anyIsMySql",
            disabledReason = "MySQL has no system-versioned tables")
    void systemVersionedTables() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.versioned (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.versioned VALUES (1, 1), (2, 2)",
                        "UPDATE replica.versioned SET v = 3 WHERE id = 1",
                        "DELETE FROM replica.versioned WHERE id = 2");
        awaitHealed("versioned", "table replica.versioned is system-versioned");
        await().atMost(LIMIT).until(() -> "1 3".equals(text("SELECT GROUP_CONCAT(id, ' ', v) FROM replica.versioned")));
        // it has rows now, and takes no TRUNCATE
        remember();
        pipeline.primary().execute("UPDATE replica.versioned SET v = 4");
        awaitHealed("versioned", "table replica.versioned is system-versioned");
        await().atMost(LIMIT).until(() -> "1 4".equals(text("SELECT GROUP_CONCAT(id, ' ', v) FROM replica.versioned")));
        pipeline.primary().execute("DROP TABLE replica.versioned");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B12: rows change hands without being logged. */
    @Test
    @Order(1)
    void partitionsThatAreExchanged() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.parts (id INT PRIMARY KEY) PARTITION BY RANGE (id)"
                                + " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
                        "INSERT INTO replica.parts VALUES (1), (20)",
                        "CREATE TABLE replica.part (id INT PRIMARY KEY)",
                        "INSERT INTO replica.part VALUES (5)");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.parts EXCHANGE PARTITION p0 WITH TABLE replica.part",
                        "INSERT INTO replica.parts VALUES (6)");
        awaitHealed("parts", "rows of a partition were exchanged");
        awaitHealed("part", "rows of a partition were exchanged");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B12: partitions come to be tables, and tables partitions. */
    @Test
    @Order(1)
    @DisabledIf(value = "io.binlogreplica.it.Servers#anyIsMySql", disabledReason = "MySQL has no such statements")
    void partitionsThatAreConverted() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.years (id INT PRIMARY KEY, v INT) PARTITION BY RANGE (id)"
                                + " (PARTITION y1 VALUES LESS THAN (10), PARTITION y2 VALUES LESS THAN (20))",
                        "INSERT INTO replica.years VALUES (1, 1), (11, 11), (12, 12)",
                        "CREATE TABLE replica.third_year (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.third_year VALUES (21, 21)");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.years CONVERT PARTITION y1 TO TABLE replica.first_year",
                        "ALTER TABLE replica.years CONVERT TABLE replica.third_year TO PARTITION y3 VALUES LESS THAN (30)",
                        "INSERT INTO replica.years VALUES (22, 22)",
                        "UPDATE replica.first_year SET v = 2");
        awaitHealed("years", "a statement has done to its rows what it would not do");
        awaitHealed("first_year", "a statement has done to its rows what it would not do");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B12: values that each row gets for itself. */
    @Test
    @Order(1)
    void valuesThatAStatementGivesRowsAtRandom() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.numbered (v INT)",
                        "INSERT INTO replica.numbered VALUES (3), (1), (2)",
                        "CREATE TABLE replica.random (id INT PRIMARY KEY)",
                        "INSERT INTO replica.random VALUES (1), (2)");
        EndToEnd.assertIdentical(pipeline);
        String cause = "a statement has done to its rows what it would not do to the same rows elsewhere";
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.numbered ADD id INT AUTO_INCREMENT PRIMARY KEY",
                        "UPDATE replica.numbered SET v = v + 10 WHERE id = 2");
        awaitHealed("numbered", cause);
        if (!Servers.anyIsMySql()) {
            pipeline.primary()
                    .execute(
                            "ALTER TABLE replica.random ADD u CHAR(36) DEFAULT UUID(), ADD r DOUBLE DEFAULT RAND()",
                            "INSERT INTO replica.random (id) VALUES (3)");
            awaitHealed("random", cause);
        }
        EndToEnd.assertIdentical(pipeline);
    }

    /** B12: a table's rows that come with a file. */
    @Test
    @Order(1)
    void tablespacesThatAreImported() throws Exception {
        Path files =
                Path.of(Replicas.rows(pipeline.primary(), "SELECT @@datadir").get(0), "replica");
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.imported (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.imported VALUES (1, 1)",
                        "CREATE TABLE replica.exported LIKE replica.imported",
                        "INSERT INTO replica.exported VALUES (2, 2), (3, 3)");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary().execute("ALTER TABLE replica.imported DISCARD TABLESPACE");
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("FLUSH TABLES replica.exported FOR EXPORT");
            for (String suffix : List.of(".ibd", ".cfg")) {
                Files.copy(files.resolve("exported" + suffix), files.resolve("imported" + suffix));
            }
            statement.execute("UNLOCK TABLES");
        }
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.imported IMPORT TABLESPACE", "INSERT INTO replica.imported VALUES (4, 4)");
        awaitHealed("imported", "rows of a partition were exchanged with another table, or with a file");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B12: what is in a table that is not captured, is nowhere in the stream when that comes to be one that is. */
    @Test
    @Order(1)
    void tablesThatAreNotCapturedTakeTheNamesOfThoseThatAre() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE staging",
                        "CREATE TABLE replica.switched (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.switched VALUES (1, 1)",
                        "CREATE TABLE replica.leaves (id INT PRIMARY KEY)",
                        "CREATE TABLE staging.switched (id INT PRIMARY KEY, v INT, added INT NOT NULL DEFAULT 9)",
                        "INSERT INTO staging.switched (id, v) VALUES (1, 1), (2, 2)",
                        "CREATE TABLE staging.arrives (id INT PRIMARY KEY)",
                        "INSERT INTO staging.arrives VALUES (1), (2)",
                        "CREATE TABLE staging.altered (id INT PRIMARY KEY)",
                        "INSERT INTO staging.altered VALUES (1), (2)");
        EndToEnd.assertIdentical(pipeline);
        pipeline.primary()
                .execute(
                        "RENAME TABLE replica.switched TO staging.former, staging.switched TO replica.switched,"
                                + " replica.leaves TO staging.leaves, staging.arrives TO replica.arrives",
                        "ALTER TABLE staging.altered RENAME TO replica.altered, ADD v INT DEFAULT 5",
                        "INSERT INTO replica.switched (id, v) VALUES (3, 3)",
                        "INSERT INTO replica.altered VALUES (3, 3)",
                        "DELETE FROM replica.arrives WHERE id = 1");
        String cause = "table staging.switched, which is not captured, was renamed to replica.switched";
        awaitHealed("switched", cause);
        awaitHealed("arrives", cause);
        awaitHealed("altered", "table staging.altered, which is not captured, was renamed to replica.altered");
        EndToEnd.assertIdentical(pipeline);
        assertThat(Replicas.rows(pipeline.replica(), "SHOW TABLES FROM replica LIKE 'leaves'"))
                .isEmpty();
    }

    /** Rows of others in the same transaction arrive, before and behind. */
    @Test
    @Order(2)
    void inTheMiddleAndAtTheEndOfATransaction() throws Exception {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "BEGIN",
                    "INSERT INTO replica.sound SELECT seq, 'before' FROM " + Servers.numbers(100, 3000),
                    "SET SESSION binlog_row_image = 'MINIMAL'",
                    "UPDATE replica.mid SET n = 0",
                    "INSERT INTO replica.mid () VALUES (100, NULL, NULL)",
                    "SET SESSION binlog_row_image = 'FULL'",
                    "INSERT INTO replica.sound VALUES (10000, 'between')",
                    "UPDATE replica.mid SET n = 1",
                    "COMMIT")) {
                statement.execute(sql);
            }
        }
        awaitHealed("mid", "a row image of table replica\\.mid lacks column v");
        EndToEnd.assertIdentical(pipeline);
    }

    /** F1: what it cascades to, the binlog does not have. */
    @Test
    @Order(3)
    void tablesThatForeignKeysJoin() throws Exception {
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_format = 'STATEMENT'",
                        "DELETE FROM replica.parent WHERE id = 2",
                        "SET SESSION binlog_format = 'ROW'",
                        "INSERT INTO replica.child VALUES (31, 3)");
        awaitHealed("parent", "a statement that changes rows of table replica\\.parent");
        awaitHealed("child", "a statement that changes rows of table replica\\.parent");
        EndToEnd.assertIdentical(pipeline);
    }

    /** T14: with a temporary table, which is not taken back, what is rolled back is in the binlog all the same. */
    @Test
    @Order(4)
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#primaryIsMySql",
            disabledReason = "MySQL with GTIDs takes back all of a transaction, or takes none that it could not")
    void aRollbackThatIsLogged() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.rolled_back (id INT PRIMARY KEY, v VARCHAR(36))",
                        "INSERT INTO replica.rolled_back VALUES (1, 'stays')",
                        "BEGIN",
                        "INSERT INTO replica.rolled_back VALUES (2, 'goes')",
                        "CREATE TEMPORARY TABLE replica.temporary (id INT)",
                        "UPDATE replica.rolled_back SET v = 'does not'",
                        "ROLLBACK");
        awaitHealed("rolled_back", "a transaction that was rolled back has logged rows");
        EndToEnd.assertIdentical(pipeline);
    }

    /** Columns as servers before 5.6 wrote them, whose length the binlog does not say. */
    @Test
    @Order(4)
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#primaryIsMySql",
            disabledReason = "MySQL makes no such columns any more, and takes no tables that have them")
    void temporalColumnsOfBefore56() throws Exception {
        pipeline.primary()
                .execute(
                        "SET GLOBAL mysql56_temporal_format = OFF",
                        "CREATE TABLE replica.old_times (id INT PRIMARY KEY, t TIME(3), d DATETIME, s TIMESTAMP(6) NULL)",
                        "SET GLOBAL mysql56_temporal_format = ON",
                        "INSERT INTO replica.old_times VALUES"
                                + " (1, '-12:34:56.789', '2024-02-29 23:59:59', '2024-02-29 12:00:00.123456')",
                        "INSERT INTO replica.sound VALUES (70560, 'goes on')");
        awaitHealed("old_times", "table replica.old_times .*column type");
        new Replicas(pipeline).assertSame("old_times");
        pipeline.primary().execute("DROP TABLE replica.old_times");
        EndToEnd.assertIdentical(pipeline);
    }

    /** B1: of several tables, through a view, and by a function: which tables have changed is not known. */
    @Test
    @Order(5)
    void statementsOfWhichTheTablesAreNotKnown() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.joined (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE replica.viewed (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE replica.called (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO replica.joined VALUES (1, 1)",
                        "INSERT INTO replica.viewed VALUES (1, 1)",
                        "INSERT INTO replica.called VALUES (1, 1)",
                        "CREATE DATABASE elsewhere",
                        "CREATE VIEW elsewhere.v AS SELECT * FROM replica.viewed",
                        "CREATE FUNCTION elsewhere.f() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN"
                                + " UPDATE replica.called SET n = 5; RETURN 1; END",
                        "SET GLOBAL log_bin_trust_function_creators = ON");
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        for (String statement : List.of(
                "UPDATE replica.joined AS j JOIN replica.sound AS s ON s.id > j.n SET j.n = 5",
                "UPDATE elsewhere.v SET n = 5",
                "SELECT elsewhere.f()")) {
            pipeline.primary().execute("SET SESSION binlog_format = 'STATEMENT'", "USE elsewhere", statement);
        }
        String cause =
                "a statement was logged instead of the rows that it changes, and which tables have these is not known";
        awaitHealed("joined", cause);
        awaitHealed("viewed", cause);
        awaitHealed("called", cause);
        EndToEnd.assertIdentical(pipeline);
    }

    /** B14: its rows are in the binlog before the place where the connector began. */
    @Test
    @Order(4)
    void anXaTransactionThatWasPreparedBefore() throws Exception {
        pipeline.primary().execute("XA COMMIT 'before'");
        awaitHealed("before", "the rows of XA transaction X'6265666f7265',X'',1 are not known");
        await("all tables are whole")
                .atMost(LIMIT)
                .until(() -> LIVE_ONLY.equals(
                        text("SELECT GROUP_CONCAT(DISTINCT state) FROM" + " binlog_replica.replica_table_state")));
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    @Order(5)
    void theTaskStopsIfThatIsWanted() throws Exception {
        restartWith(Map.of("event.processing.failure.handling.mode", "fail"));
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_row_image = 'MINIMAL'",
                        "UPDATE replica.minimal SET n = n + 1 WHERE id = 2");
        await().atMost(LIMIT)
                .until(() -> pipeline.worker().rest().status(Pipeline.SOURCE).hasFailed());
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).toString())
                .containsPattern("cannot go on behind binlog\\.\\d+:\\d+ \\(.*\\), in transaction " + Servers.gtid()
                        + ": a row image" + " of table replica\\.minimal lacks column v");
        pipeline.run(pipeline.sourceConnector());
        pipeline.worker().rest().restart(Pipeline.SOURCE);
        awaitHealed("minimal", "lacks column v");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K20: in the stream and in the copy that is to heal it; once the row is smaller, the table is whole again. */
    @Test
    @Order(6)
    void aRowThatIsTooLargeForARecordLeavesOutItsTable() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.large (id INT PRIMARY KEY, v LONGBLOB)");
        restartWith(Map.of("producer.override.max.request.size", "1048576", "large.record.handling.mode", "park"));
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.large VALUES (7, RANDOM_BYTES(1024)), (8, REPEAT('x', 2000000)), (9, '')",
                        "INSERT INTO replica.sound VALUES (70000, 'goes on')");
        String tooLarge = "the record of a row of table replica.large, key [8], read at ";
        await("the copy finds it too")
                .atMost(LIMIT)
                .until(() -> EndToEnd.log(pipeline).split(Pattern.quote(tooLarge), -1).length > 3);
        await("others go on")
                .atMost(LIMIT)
                .until(() -> "goes on".equals(text("SELECT v FROM replica.sound WHERE id = 70000")));
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning()).isTrue();
        pipeline.primary().execute("UPDATE replica.large SET v = 'small' WHERE id = 8");
        awaitHealed(
                "large", Pattern.quote(tooLarge) + ".* would have about 200\\d{4} bytes, and the producer sends none");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K20. */
    @Test
    @Order(7)
    void aRowThatIsTooLargeForARecordStopsTheTaskUntilTheProducerSendsIt() throws Exception {
        restartWith(Map.of("producer.override.max.request.size", "1048576", "record.format", "envelope"));
        pipeline.primary().execute("UPDATE replica.large SET v = REPEAT('y', 3000000) WHERE id = 9");
        await().atMost(LIMIT)
                .until(() -> pipeline.worker().rest().status(Pipeline.SOURCE).hasFailed());
        assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).toString())
                .containsPattern("cannot go on behind binlog\\.\\d+:\\d+ \\(" + Servers.gtids() + "\\), in transaction "
                        + Servers.gtid()
                        + ": the record of a row of table replica\\.large, key \\[9\\], read at .* would have about 400\\d{4} bytes, and"
                        + " the producer sends none of more than 1048576: raise producer\\.override\\.max\\.request");
        restartWith(Map.of(
                "producer.override.max.request.size", "67108864", "producer.override.buffer.memory", "67108864"));
        pipeline.primary().execute("UPDATE replica.large SET v = REPEAT('z', 17000000) WHERE id = 9");
        EndToEnd.assertIdentical(pipeline);
    }

    private static void restartWith(Map<String, String> settings) {
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        pipeline.create(pipeline.sourceConnector().with(settings));
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.worker().rest().waitUntilRunning(Pipeline.SOURCE, LIMIT);
    }

    /** The sink says why the table is not whole; then it is whole again. */
    private void awaitHealed(String table, String cause) {
        Pattern healed = Pattern.compile("table replica\\." + table + " is DAMAGED: .*" + cause
                + "(?s:.*)\\[TRANSFER] replica\\." + table + " is LIVE");
        await("the log says " + healed)
                .atMost(LIMIT)
                .until(() ->
                        healed.matcher(EndToEnd.log(pipeline).substring(logged)).find());
        // said before it is committed
        await(table + " is whole")
                .atMost(LIMIT)
                .until(() -> LIVE_ONLY.equals(text("SELECT state FROM binlog_replica.replica_table_state"
                        + " WHERE database_name = 'replica' AND table_name = '" + table + "'")));
    }

    private static String text(String query) throws SQLException {
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }
}
