package io.binlogreplica.local.run;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Identifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the replica is, by the sink's own tables there.
 *
 * @param live tables that are whole
 * @param copying tables that are being copied
 * @param differing tables that are known to differ from the primary's
 * @param records how many records of the topic are applied
 * @param lagMillis from the making of the last applied change on the primary until it was applied
 * @param idleMillis since then
 * @param position of that change in the primary's binlog; empty when nothing was applied yet
 */
record ReplicaStatus(
        long live, long copying, long differing, long records, long lagMillis, long idleMillis, String position) {

    private static final String LOGIN_LIMIT_MILLIS = "5000";

    /**
     * Asks the replica.
     *
     * @param sink the sink's settings, as {@link ConnectorCheck#resolved} gives them
     */
    static ReplicaStatus read(Map<String, String> sink) throws SQLException {
        String database = Identifier.quote(Servers.stateDatabase(sink));
        try (Connection connection = Servers.database("replica", limited(sink)).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT"
                        + " (SELECT COUNT(*) FROM " + database + ".replica_table_state WHERE state = 'LIVE'),"
                        + " (SELECT COUNT(*) FROM " + database + ".replica_table_state WHERE state = 'COPYING'),"
                        + " (SELECT COUNT(*) FROM " + database
                        + ".replica_table_state WHERE state NOT IN ('LIVE', 'COPYING')),"
                        + " next_offset, COALESCE(lag_ms, 0),"
                        + " COALESCE(TIMESTAMPDIFF(MICROSECOND, applied_time, UTC_TIMESTAMP(6)) DIV 1000, 0),"
                        + " COALESCE(CONCAT(file, ':', pos), ''), COALESCE(gtid, '')"
                        + " FROM " + database + ".binlog_position ORDER BY applied_time DESC LIMIT 1")) {
            if (!row.next()) {
                return new ReplicaStatus(0, 0, 0, 0, 0, 0, "");
            }
            return new ReplicaStatus(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    Math.max(0, row.getLong(4)),
                    row.getLong(5),
                    row.getLong(6),
                    (row.getString(7) + " " + row.getString(8)).trim());
        }
    }

    /** A replica that is away is not waited for. */
    private static Map<String, String> limited(Map<String, String> sink) {
        var limited = new HashMap<>(sink);
        limited.put(DatabaseConfig.CONNECT_TIMEOUT, LOGIN_LIMIT_MILLIS);
        return limited;
    }
}
