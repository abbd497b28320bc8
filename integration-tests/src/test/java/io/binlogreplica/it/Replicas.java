package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What the replica of a pipeline has, and what the sink says of it. */
final class Replicas {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private final Pipeline pipeline;
    private int marker;

    Replicas(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Waits until all that the primary has committed is applied, or left out. */
    void awaitApplied() throws SQLException {
        int id = ++marker;
        pipeline.primary()
                .execute(
                        "CREATE TABLE IF NOT EXISTS replica.marker (id INT PRIMARY KEY)",
                        "INSERT INTO replica.marker VALUES (" + id + ")");
        await("the replica is there").atMost(LIMIT).until(() -> isThere(id));
    }

    /** The table may not be there yet. */
    private boolean isThere(int id) {
        try {
            return !rows(pipeline.replica(), "SELECT id FROM replica.marker WHERE id = " + id)
                    .isEmpty();
        } catch (SQLException e) {
            return false;
        }
    }

    void awaitState(String table, String state) {
        await(table + " is " + state).atMost(LIMIT).until(() -> state.equals(state(table)));
    }

    /** Null when nothing is known of it. */
    String state(String table) throws SQLException {
        List<String> states = rows(
                pipeline.replica(),
                "SELECT state FROM binlog_replica.replica_table_state WHERE table_name = '" + table + "'");
        return states.isEmpty() ? null : states.get(0);
    }

    /** State and cause of a table with that very name. */
    String states(String table) throws SQLException {
        return String.join(
                "; ",
                rows(
                        pipeline.replica(),
                        "SELECT CONCAT_WS(' ', state, cause) FROM binlog_replica.replica_table_state WHERE table_name = '"
                                + table.replace("'", "''") + "'"));
    }

    String column(String table, String expression) throws SQLException {
        return rows(
                        pipeline.replica(),
                        "SELECT " + expression + " FROM binlog_replica.replica_table_state WHERE table_name = '" + table
                                + "'")
                .get(0);
    }

    /** The same rows on both sides, invisible columns included. */
    void assertSame(String table) throws SQLException {
        String columns = String.join(
                ", ",
                rows(
                        pipeline.primary(),
                        "SELECT CONCAT('`', REPLACE(COLUMN_NAME, '`', '``'), '`') FROM information_schema.COLUMNS"
                                + " WHERE TABLE_SCHEMA = 'replica' AND TABLE_NAME = '"
                                + table.replace("'", "''") + "' ORDER BY ORDINAL_POSITION"));
        String query = "SELECT " + columns + " FROM replica.`" + table.replace("`", "``") + "` ORDER BY 1";
        assertThat(rows(pipeline.replica(), query)).as(table).isEqualTo(rows(pipeline.primary(), query));
    }

    static List<String> rows(DatabaseServer server, String query) throws SQLException {
        var found = new ArrayList<String>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                var row = new StringJoiner(" ");
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(row.toString());
            }
        }
        return found;
    }
}
