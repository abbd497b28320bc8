package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Events of MariaDB's binlog beyond plain rows: each is carried exactly. */
@DisabledIf(
        value = "io.binlogreplica.it.Servers#primaryIsMySql",
        disabledReason = "it is about events of MariaDB; MySqlEventsIT is about those of MySQL")
class EventsIT {

    private static Pipeline pipeline;
    private static Path binlogs;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        binlogs = directory.resolve("primary/data");
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions("--log-bin-compress=ON", "--log-bin-compress-min-len=10")
                .start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.t (id INT PRIMARY KEY, v TEXT)",
                        "INSERT INTO replica.t VALUES (1, 'one')");
        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    /** B3: log_bin_compress. */
    @Test
    void compressedEventsAndColumns() throws Exception {
        String compressed = Servers.replicaIsMySql() ? "" : " COMPRESSED";
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.compressed (id INT PRIMARY KEY, plain TEXT, txt TEXT" + compressed
                                + ", bin VARBINARY(3000)" + compressed + ")",
                        "INSERT INTO replica.compressed SELECT seq, REPEAT(seq, 100), REPEAT('ä', seq), REPEAT(x'00ff', seq)"
                                + " FROM replica.seq_1_to_500",
                        "UPDATE replica.compressed SET txt = REPEAT('z', id), bin = NULL WHERE id % 2",
                        "UPDATE replica.compressed SET plain = '', txt = '', bin = '' WHERE id % 5 = 0",
                        "DELETE FROM replica.compressed WHERE id % 7 = 0",
                        "ALTER TABLE replica.compressed COMMENT '" + "long ".repeat(100) + "'");
        EndToEnd.assertIdentical(pipeline);
        assertThat(EndToEnd.eventTypes(pipeline.primary()))
                .contains(
                        "Write_rows_compressed_v1",
                        "Update_rows_compressed_v1",
                        "Delete_rows_compressed_v1",
                        "Query_compressed");
    }

    /** B14: rows of a prepared transaction come when, and only when, it is committed. */
    @Test
    void preparedTransactionsCommittedAndRolledBack() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.xa (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.xa VALUES (1, 1), (2, 2)",
                        "XA START 'commit', 'branch', 7",
                        "INSERT INTO replica.xa VALUES (10, 10)",
                        "UPDATE replica.xa SET v = 11 WHERE id = 1",
                        "XA END 'commit', 'branch', 7",
                        "XA PREPARE 'commit', 'branch', 7");
        prepare("rollback", "DELETE FROM replica.xa WHERE id = 2");
        pipeline.primary().execute("INSERT INTO replica.xa VALUES (3, 3)");
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        assertThat(ids("replica.xa")).containsExactly(1, 2, 3);

        pipeline.primary()
                .execute(
                        "XA COMMIT 'commit', 'branch', 7",
                        "XA ROLLBACK 'rollback'",
                        "UPDATE replica.xa SET v = 12 WHERE id = 10",
                        "XA START 'one'",
                        "INSERT INTO replica.xa VALUES (20, 20)",
                        "XA END 'one'",
                        "XA COMMIT 'one' ONE PHASE");
        EndToEnd.assertIdentical(pipeline);
        assertThat(ids("replica.xa")).containsExactly(1, 2, 3, 10, 20);
    }

    /** B14: hours and a restart may lie between; more rows than are kept are read once more. */
    @Test
    void preparedTransactionsOutliveTheConnectorAndTheServer() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.xa_later (id INT PRIMARY KEY, v LONGTEXT)");
        prepare("small", "INSERT INTO replica.xa_later VALUES (1, 'small')");
        prepare(
                "large",
                "INSERT INTO replica.xa_later SELECT seq, CONCAT(seq, TO_BASE64(RANDOM_BYTES(1000)),"
                        + " TO_BASE64(RANDOM_BYTES(1000))) FROM replica.seq_2_to_6000");
        prepare("never", "INSERT INTO replica.xa_later VALUES (999999, 'never')");
        pipeline.primary().execute("FLUSH BINARY LOGS");
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);

        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary().restart();
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.t VALUES (100, 'while stopped') ON DUPLICATE KEY UPDATE v = VALUES(v)",
                        "XA COMMIT 'large'",
                        "UPDATE replica.xa_later SET v = 'changed' WHERE id = 5000");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);

        pipeline.primary().execute("XA ROLLBACK 'never'", "XA COMMIT 'small'");
        EndToEnd.assertIdentical(pipeline);
        assertThat(ids("replica.xa_later")).hasSize(6000).contains(1, 5000, 6000);
    }

    /** B7: the number of a binlog file comes to have a digit more, while one reads and while none does. */
    @Test
    void binlogFile1000000Follows999999() throws Exception {
        pipeline.primary().stop();
        Path index = binlogs.resolve("binlog.index");
        List<String> files = Files.readAllLines(index);
        String last = Path.of(files.get(files.size() - 1)).getFileName().toString();
        Files.move(binlogs.resolve(last), binlogs.resolve("binlog.999998"));
        Files.writeString(index, Files.readString(index).replace(last, "binlog.999998"));
        pipeline.primary().start();
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.numbers (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.numbers SELECT seq, 0 FROM replica.seq_1_to_3000",
                        "FLUSH BINARY LOGS",
                        "UPDATE replica.numbers SET v = 1 WHERE id < 100");
        EndToEnd.assertIdentical(pipeline);
        assertThat(pipeline.worker().rest().offsets(Pipeline.SOURCE).toString()).contains("binlog.1000000");
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary()
                .execute(
                        "UPDATE replica.numbers SET v = 3 WHERE id < 30",
                        "FLUSH BINARY LOGS",
                        "UPDATE replica.numbers SET v = 4 WHERE id < 10");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
    }

    /** B15: an ALTER in two phases is in the binlog twice and happens once. */
    @Test
    void alterInTwoPhases() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.two_phases (id INT PRIMARY KEY)",
                        "INSERT INTO replica.two_phases VALUES (1)",
                        "SET SESSION binlog_alter_two_phase = ON",
                        "ALTER TABLE replica.two_phases ADD COLUMN two_phases_once INT NOT NULL DEFAULT 5",
                        "INSERT INTO replica.two_phases VALUES (2, 2)");
        EndToEnd.assertIdentical(pipeline);
        assertThat(new Topics(pipeline)
                        .read("primary").stream()
                                .filter(message ->
                                        message.value().path("ddl").asText().contains("two_phases_once")))
                .hasSize(1);
    }

    /** B12: statements are logged with the settings that they were given. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#replicaIsMySql",
            disabledReason = "MySQL has no SET STATEMENT, so such DDL degrades its table there")
    void statementsWithSettingsOfTheirOwn() throws Exception {
        pipeline.primary()
                .execute(
                        "SET STATEMENT lock_wait_timeout=5 FOR CREATE TABLE replica.settings (id INT PRIMARY KEY)",
                        "INSERT INTO replica.settings VALUES (1), (2)",
                        "SET STATEMENT lock_wait_timeout=5, max_statement_time=50 FOR TRUNCATE replica.settings",
                        "INSERT INTO replica.settings VALUES (1)",
                        "SET STATEMENT max_statement_time=0 FOR ALTER TABLE replica.settings ADD c INT DEFAULT 5",
                        "SET STATEMENT lock_wait_timeout=5 FOR RENAME TABLE replica.settings TO replica.settings2",
                        "UPDATE replica.settings2 SET c = 6");
        EndToEnd.assertIdentical(pipeline);
    }

    /** K16, K17: an image that lacks what did not change, in one session, says all there is to know. */
    @Test
    @DisabledIf(
            value = "io.binlogreplica.it.Servers#primaryIsBefore114",
            disabledReason = "MariaDB has FULL_NODUP from 11.4 on")
    void imagesWithoutWhatDidNotChange() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.no_duplicates (id INT PRIMARY KEY, a INT, b TEXT, c INT)",
                        "SET SESSION binlog_row_image = 'FULL_NODUP'",
                        "INSERT INTO replica.no_duplicates VALUES (1, 1, 'one', NULL), (2, NULL, 'two', 2), (3, 3, NULL, 3)",
                        "UPDATE replica.no_duplicates SET a = NULL WHERE id = 1",
                        "UPDATE replica.no_duplicates SET b = 'TWO', c = NULL WHERE id = 2",
                        "UPDATE replica.no_duplicates SET id = 30 WHERE id = 3",
                        "DELETE FROM replica.no_duplicates WHERE id = 1");
        EndToEnd.assertIdentical(pipeline);
    }

    /** T14: what a rollback to a savepoint takes back is not there; what an engine without transactions keeps, is. */
    @Test
    void savepointsAndEnginesWithoutTransactions() throws Exception {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "CREATE TABLE replica.myisam (id INT PRIMARY KEY, v TEXT) ENGINE = MyISAM",
                    "CREATE TABLE replica.savepoints (id INT PRIMARY KEY, v TEXT)",
                    "INSERT INTO replica.myisam VALUES (1, 'one')",
                    "BEGIN",
                    "INSERT INTO replica.savepoints VALUES (1, 'one')",
                    "SAVEPOINT a",
                    "INSERT INTO replica.savepoints VALUES (2, 'two')",
                    "INSERT INTO replica.myisam VALUES (2, 'kept')",
                    "ROLLBACK TO a",
                    "INSERT INTO replica.savepoints VALUES (3, 'three')",
                    "COMMIT",
                    "BEGIN",
                    "INSERT INTO replica.myisam VALUES (3, 'kept')",
                    "INSERT INTO replica.savepoints VALUES (4, 'gone')",
                    "UPDATE replica.myisam SET v = 'changed' WHERE id = 1",
                    "ROLLBACK",
                    // more rows behind a savepoint than are kept: they are read once more
                    "BEGIN",
                    "INSERT INTO replica.savepoints VALUES (5, 'five')",
                    "SAVEPOINT `B`",
                    "INSERT INTO replica.savepoints VALUES (6, 'six')",
                    "SAVEPOINT c",
                    "INSERT INTO replica.savepoints SELECT seq, TO_BASE64(RANDOM_BYTES(2000)) FROM replica.seq_10_to_5000",
                    "INSERT INTO replica.myisam VALUES (4, 'kept')",
                    "ROLLBACK TO c",
                    "INSERT INTO replica.savepoints SELECT seq, TO_BASE64(RANDOM_BYTES(2000)) FROM replica.seq_10_to_5000",
                    "UPDATE replica.savepoints SET v = 'SIX' WHERE id = 6",
                    "COMMIT")) {
                statement.execute(sql);
            }
        }
        EndToEnd.assertIdentical(pipeline);
    }

    /** B15: a sequence is a table of one row, and no table. */
    @Test
    void sequencesAreLeftOutWithANotice() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE SEQUENCE replica.numbers",
                        "SELECT NEXTVAL(replica.numbers)",
                        "INSERT INTO replica.t VALUES (200, 'goes on')");
        EndToEnd.assertIdentical(pipeline);
        assertThat(EndToEnd.log(pipeline)).contains("replica.numbers is a sequence, which is not carried");
        // what needs one cannot be made on the replica: that table is left out by name, until it is gone
        pipeline.primary()
                .execute("CREATE TABLE replica.numbered (id INT PRIMARY KEY DEFAULT NEXTVAL(replica.numbers), v INT)");
        var replicas = new Replicas(pipeline);
        replicas.awaitState("numbered", "DEGRADED");
        assertThat(replicas.states("numbered")).contains("NEXTVAL(replica.numbers)");
        pipeline.primary().execute("DROP TABLE replica.numbered", "DROP SEQUENCE replica.numbers");
        replicas.awaitApplied();
        EndToEnd.assertIdentical(pipeline);
    }

    /** In one session, which is closed then: another one commits it. */
    private static void prepare(String xid, String sql) throws SQLException {
        pipeline.primary().execute("XA START '" + xid + "'", sql, "XA END '" + xid + "'", "XA PREPARE '" + xid + "'");
    }

    private static List<Integer> ids(String table) throws SQLException {
        var ids = new ArrayList<Integer>();
        try (Connection connection = pipeline.replica().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM " + table + " ORDER BY id")) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }
}
