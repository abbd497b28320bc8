package io.binlogreplica.local.demo;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.workload.Workload;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How far the replica is by its own tables and counters; every question costs it next to nothing. */
final class ReplicaState implements AutoCloseable {

    private static final String STATE_DATABASE = "binlog_replica";
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int NO_SUCH_TABLE = 1146;

    private final Connection connection;

    private ReplicaState(Connection connection) {
        this.connection = connection;
    }

    static ReplicaState of(DatabaseServer replica) throws SQLException {
        return new ReplicaState(replica.connect());
    }

    /**
     * The tables that the replica has as a whole.
     *
     * @param since when the last of them was complete
     */
    record Complete(long tables, Instant since) {}

    Complete complete() throws SQLException {
        long[] row = row(
                "SELECT COUNT(*), COALESCE(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', MAX(since)), 0) FROM "
                        + STATE_DATABASE + ".replica_table_state WHERE state = 'LIVE'",
                2);
        return new Complete(row[0], Instant.EPOCH.plus(row[1], ChronoUnit.MICROS));
    }

    /** Rows inserted, updated and deleted since the server's start. */
    long rowsWritten() throws SQLException {
        return row(
                "SELECT CAST(SUM(VARIABLE_VALUE) AS INT) FROM information_schema.GLOBAL_STATUS"
                        + " WHERE VARIABLE_NAME IN ('HANDLER_WRITE', 'HANDLER_UPDATE', 'HANDLER_DELETE')",
                1)[0];
    }

    /** The number of the workload's last transaction that the replica shows; 0 before the first. */
    long transaction() throws SQLException {
        return row("SELECT COALESCE(MAX(transactions), 0) FROM " + Workload.DATABASE + ".workload_progress", 1)[0];
    }

    /** How long ago the primary made the last transaction that was applied; as old as the last write when there is no lag. */
    double appliedAgeSeconds() throws SQLException {
        long micros = row(
                "SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, source_time, UTC_TIMESTAMP(6))), 0) FROM "
                        + STATE_DATABASE + ".binlog_position",
                1)[0];
        return Math.max(0, micros / 1e6);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Zeros while the connectors have not made the table yet. */
    private long[] row(String query, int columns) throws SQLException {
        var values = new long[columns];
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            for (int i = 0; i < columns; i++) {
                values[i] = rows.getLong(i + 1);
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != UNKNOWN_DATABASE) {
                throw e;
            }
        }
        return values;
    }
}
