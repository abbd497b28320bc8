package io.binlogreplica.sink;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What on the replica may write to its tables beside the sink, or keep the sink from it: found out when a task starts. */
final class Preflight {

    private Preflight() {}

    /** In words for the operator; empty when there is nothing. */
    static List<String> findings(Connection connection) throws SQLException {
        var findings = new ArrayList<String>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT @@event_scheduler")) {
                row.next();
                if (row.getString(1).equalsIgnoreCase("ON")) {
                    events(statement, findings);
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT @@read_only")) {
                row.next();
                if (row.getBoolean(1)) {
                    findings.add(
                            "the replica is read-only: nothing is applied before that ends, unless the user may write"
                                    + " nevertheless");
                }
            }
        }
        return findings;
    }

    private static void events(Statement statement, List<String> findings) throws SQLException {
        try (Statement events = statement.getConnection().createStatement();
                ResultSet rows = events.executeQuery("SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS"
                        + " WHERE STATUS = 'ENABLED' ORDER BY 1, 2")) {
            while (rows.next()) {
                findings.add("event " + rows.getString(1) + "." + rows.getString(2)
                        + " is enabled on the replica: what it does on the primary comes through the binlog, and here once"
                        + " more; ALTER EVENT ... DISABLE ends that");
            }
        }
    }
}
