package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Events of MySQL's binlog beyond plain rows, and its default of columns without names: each is carried exactly. */
@EnabledIf(value = "io.binlogreplica.it.Servers#primaryIsMySql", disabledReason = "it is about events of MySQL")
class MySqlEventsIT {

    private static Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions("--binlog-row-metadata=MINIMAL")
                .start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica",
                        "CREATE TABLE replica.t (id INT UNSIGNED PRIMARY KEY, v VARCHAR(40), e ENUM('a', 'b'), j JSON)",
                        "INSERT INTO replica.t VALUES (1, 'one', 'a', '{}')");
        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    /** B3. */
    @Test
    void compressedTransactions() throws Exception {
        pipeline.primary()
                .execute(
                        "SET SESSION binlog_transaction_compression = ON",
                        "CREATE TABLE replica.compressed (id INT PRIMARY KEY, v LONGTEXT)",
                        "INSERT INTO replica.compressed WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                + " WHERE i < 900) SELECT i, REPEAT(i, 1000) FROM n",
                        "UPDATE replica.compressed SET v = REPEAT('x', 100000) WHERE id < 100",
                        "DELETE FROM replica.compressed WHERE id > 850");
        EndToEnd.assertIdentical(pipeline);
        assertThat(EndToEnd.eventTypes(pipeline.primary())).contains("Transaction_payload");
    }

    /** B4. */
    @Test
    void gtidsWithTags() throws Exception {
        pipeline.primary()
                .execute(
                        "SET gtid_next = 'AUTOMATIC:blue'",
                        "CREATE TABLE replica.tagged (id INT PRIMARY KEY)",
                        "INSERT INTO replica.tagged VALUES (1), (2)",
                        "SET gtid_next = 'AUTOMATIC:green'",
                        "DELETE FROM replica.tagged WHERE id = 1");
        EndToEnd.assertIdentical(pipeline);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary().execute("SET gtid_next = 'AUTOMATIC:blue'", "INSERT INTO replica.tagged VALUES (3)");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
        assertThat(pipeline.worker().rest().offsets(Pipeline.SOURCE).toString()).contains(":blue:", ":green:");
    }

    /** B2, K9. */
    @Test
    void differencesOfJsonValues() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.json (id INT PRIMARY KEY, a JSON, v INT, b JSON)",
                        "INSERT INTO replica.json VALUES"
                                + " (1, '{\"a\": 1, \"b c\": [1, 2, {\"d\": \"e\"}], \"long\": \"long text long text\"}', 1, '[]'),"
                                + " (2, '[1, [2, 3], {\"x\": null}, \"a long text to make a difference worth its while\"]', 2, NULL),"
                                + " (3, NULL, 3, '{\"quote\\\\\"d\": {\"ä\": 1}, \"filler\": \"so that it is long enough\"}')",
                        "SET SESSION binlog_row_value_options = 'PARTIAL_JSON'",
                        "UPDATE replica.json SET a = JSON_SET(a, '$.a', 5.5, '$.\"b c\"[2].d', 'ä\"ö'), v = 10 WHERE id = 1",
                        "UPDATE replica.json SET a = JSON_REMOVE(a, '$.\"b c\"[0]', '$.long'), b = '[1]' WHERE id = 1",
                        "UPDATE replica.json SET a = JSON_ARRAY_INSERT(a, '$[1]', 'new'), b = '1' WHERE id = 2",
                        "UPDATE replica.json SET a = JSON_SET(a, '$[2][1]', CAST('2024-02-29' AS DATE)) WHERE id = 2",
                        "UPDATE replica.json SET b = JSON_INSERT(b, '$.z', JSON_OBJECT('k', 1)) WHERE id = 3",
                        "UPDATE replica.json SET b = JSON_REPLACE(b, '$.\"quote\\\\\"d\".\"ä\"', true) WHERE id = 3");
        EndToEnd.assertIdentical(pipeline);
        assertThat(EndToEnd.eventTypes(pipeline.primary())).contains("Update_rows_partial");
    }

    /** B14. */
    @Test
    void preparedTransactions() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.xa (id INT PRIMARY KEY, v INT)");
        prepare("commit", "INSERT INTO replica.xa VALUES (1, 1)");
        prepare("rollback", "INSERT INTO replica.xa VALUES (2, 2)");
        pipeline.primary()
                .execute(
                        "XA START 'one'",
                        "INSERT INTO replica.xa VALUES (3, 3)",
                        "XA END 'one'",
                        "XA COMMIT 'one' ONE PHASE");
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
        pipeline.primary().execute("XA COMMIT 'commit'", "XA ROLLBACK 'rollback'");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        EndToEnd.assertIdentical(pipeline);
    }

    /** Each in a session of its own, which MySQL closes the transaction's own for. */
    private static void prepare(String xid, String sql) throws SQLException {
        pipeline.primary().execute("XA START '" + xid + "'", sql, "XA END '" + xid + "'", "XA PREPARE '" + xid + "'");
    }
}
