package io.binlogreplica.benchmarks;

import io.binlogreplica.local.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Questions to servers. */
final class Servers {

    private static final int UNKNOWN_DATABASE = 1049;
    private static final int NO_SUCH_TABLE = 1146;

    private Servers() {}

    /** The GTIDs that the primary has in its binlog. */
    static String position(DatabaseServer primary) throws SQLException {
        return text(primary, "SELECT @@gtid_binlog_pos");
    }

    /** The GTID that the replica's sink has applied last; empty while it has none. */
    static String applied(DatabaseServer replica, String topic) throws SQLException {
        return text(replica, "SELECT gtid FROM binlog_replica.binlog_position WHERE topic = '" + topic + "'");
    }

    /** How many tables the sink holds to be whole. */
    static int live(DatabaseServer replica) throws SQLException {
        String count = text(replica, "SELECT COUNT(*) FROM binlog_replica.replica_table_state WHERE state = 'LIVE'");
        return count.isEmpty() ? 0 : Integer.parseInt(count);
    }

    /** Empty for NULL, for no row, and while the table is not there yet. */
    private static String text(DatabaseServer server, String query) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            String text = rows.next() ? rows.getString(1) : null;
            return text == null ? "" : text;
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_DATABASE || e.getErrorCode() == NO_SUCH_TABLE) {
                return "";
            }
            throw e;
        }
    }
}
