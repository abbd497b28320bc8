package io.binlogreplica.sink;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What on the replica may write to its tables beside the sink, or keep the sink from it: found out when a task starts. */
final class Preflight {

    private Preflight() {}

    /**
     * In words for the operator; empty when there is nothing.
     *
     * @param tables those that are replicated, as far as they are known
     */
    static List<String> findings(Set<TableId> tables, Connection connection) throws SQLException {
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
            checks(tables, statement, findings);
        }
        return findings;
    }

    /** The sink does not know the primary's: it names what is to be compared. */
    private static void checks(Set<TableId> tables, Statement statement, List<String> findings) throws SQLException {
        String query = Database.flavor(statement.getConnection()) == Flavor.MARIADB
                // a JSON column has one by itself
                ? "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.CHECK_CONSTRAINTS"
                        + " WHERE CHECK_CLAUSE NOT LIKE 'json_valid(%)'"
                : "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS"
                        + " WHERE CONSTRAINT_TYPE = 'CHECK' AND ENFORCED = 'YES'";
        var names = new ArrayList<String>();
        try (ResultSet rows = statement.executeQuery(query + " ORDER BY 1, 2, 3")) {
            while (rows.next()) {
                TableId table = new TableId(rows.getString(1), rows.getString(2));
                if (tables.contains(table)) {
                    names.add(table + "." + rows.getString(3));
                }
            }
        }
        if (!names.isEmpty()) {
            findings.add("the replica has these CHECK constraints: " + String.join(", ", names)
                    + ". Rows that one of them refuses are left out, so drop those that the primary does not have");
        }
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
