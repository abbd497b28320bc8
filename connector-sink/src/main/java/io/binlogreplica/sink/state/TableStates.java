package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table {@code replica_table_state}: a row for each table of the replica, written with the position. */
public final class TableStates {

    /** Of a cause; a server's message may be long. */
    private static final int CAUSE_CHARACTERS = 4_000;

    private final String connector;
    private final String table;

    TableStates(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "replica_table_state"));
    }

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
                + "connector VARCHAR(191) NOT NULL, database_name VARCHAR(64) NOT NULL,"
                + " table_name VARCHAR(64) NOT NULL,"
                + " state VARCHAR(16) NOT NULL COMMENT 'COPYING, LIVE, DAMAGED or DEGRADED',"
                + " since DATETIME(6) NOT NULL COMMENT 'UTC',"
                + " cause TEXT NULL COMMENT 'why a change was left out; the table differs until it is copied anew',"
                + " failures INT NOT NULL DEFAULT 0 COMMENT 'changes in a row that could not be applied',"
                + " failed_changes BIGINT NOT NULL DEFAULT 0 COMMENT 'left out: could not be applied',"
                + " skipped_changes BIGINT NOT NULL DEFAULT 0 COMMENT 'left out: the table is DEGRADED',"
                + " conflicts BIGINT NOT NULL DEFAULT 0 COMMENT 'did not find their row as it should be',"
                + " first_skipped_gtid VARCHAR(255) NULL, first_skipped_file VARCHAR(255) NULL,"
                + " first_skipped_pos BIGINT UNSIGNED NULL,"
                + " first_skipped_record VARCHAR(300) NULL COMMENT 'topic-partition@offset',"
                + " PRIMARY KEY (connector, database_name, table_name)"
                + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }

    /** Of each table that has a row. */
    public Map<TableId, TableStatus> load(Connection connection) throws SQLException {
        var statuses = new HashMap<TableId, TableStatus>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT database_name, table_name, state, failures, failed_changes, conflicts, cause,"
                        + " first_skipped_gtid, first_skipped_file, first_skipped_pos, first_skipped_record FROM "
                        + table + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    statuses.put(new TableId(rows.getString(1), rows.getString(2)), status(rows));
                }
            }
        }
        return statuses;
    }

    private static TableStatus status(ResultSet row) throws SQLException {
        String record = row.getString(11);
        return new TableStatus(
                TableState.valueOf(row.getString(3)),
                row.getInt(4),
                row.getLong(5),
                row.getLong(6),
                row.getString(7),
                record == null ? null : new Place(row.getString(8), row.getString(9), row.getLong(10), record));
    }

    /**
     * Writes what has changed, in the connection's transaction.
     *
     * @param changes null for a table that is no more
     */
    public void save(Map<TableId, @Nullable TableStatus> changes, Connection connection) throws SQLException {
        for (Map.Entry<TableId, @Nullable TableStatus> change : changes.entrySet()) {
            TableStatus status = change.getValue();
            if (status == null) {
                delete(change.getKey(), connection);
            } else {
                save(change.getKey(), status, connection);
            }
        }
    }

    private void save(TableId id, TableStatus status, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, database_name, table_name, state, since, failures, failed_changes,"
                + " conflicts, cause, first_skipped_gtid, first_skipped_file, first_skipped_pos, first_skipped_record)"
                + " VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE since = IF(state = VALUES(state)"
                // otherwise it was copied in between, and differs for another reason
                + " AND first_skipped_record <=> VALUES(first_skipped_record), since, VALUES(since)),"
                + " state = VALUES(state), failures = VALUES(failures), failed_changes = VALUES(failed_changes),"
                + " skipped_changes = IF(VALUES(cause) IS NULL, 0, skipped_changes), conflicts = VALUES(conflicts), cause = VALUES(cause),"
                + " first_skipped_gtid = VALUES(first_skipped_gtid), first_skipped_file = VALUES(first_skipped_file),"
                + " first_skipped_pos = VALUES(first_skipped_pos),"
                + " first_skipped_record = VALUES(first_skipped_record)")) {
            key(statement, 1, id);
            statement.setString(4, status.state().name());
            statement.setInt(5, status.failures());
            statement.setLong(6, status.failed());
            statement.setLong(7, status.conflicts());
            String cause = status.cause();
            statement.setString(
                    8, cause == null ? null : cause.substring(0, Math.min(cause.length(), CAUSE_CHARACTERS)));
            Place first = status.firstSkipped();
            statement.setString(9, first == null ? null : first.gtid());
            statement.setString(10, first == null ? null : first.file());
            statement.setString(11, first == null ? null : Long.toString(first.pos()));
            statement.setString(12, first == null ? null : first.record());
            statement.executeUpdate();
        }
    }

    /** Changes were left out: adds to the count, since another connection may add to it too; to that of all others, if it has none. */
    public void addSkipped(TableId id, long more, Connection connection) throws SQLException {
        if (!isAdded(id, more, connection)) {
            isAdded(TableStatus.ALL_OTHERS, more, connection);
        }
    }

    private boolean isAdded(TableId id, long more, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET skipped_changes = skipped_changes + ?"
                + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            statement.setLong(1, more);
            key(statement, 2, id);
            return statement.executeUpdate() > 0;
        }
    }

    /**
     * A table and its state.
     *
     * @param since when it came to be so, by the replica's clock, UTC
     */
    public record Since(
            TableState state, LocalDateTime since, @Nullable String cause) {

        /** Whether it is known to differ, and will until it is copied. */
        public boolean differs() {
            return state == TableState.DAMAGED || state == TableState.DEGRADED;
        }
    }

    /** Since when each table is as it is; by a name that has one or more tables. */
    public Map<TableId, Since> since(Connection connection) throws SQLException {
        var states = new HashMap<TableId, Since>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT database_name, table_name, state, since, cause FROM " + table + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    states.put(
                            new TableId(rows.getString(1), rows.getString(2)),
                            new Since(
                                    TableState.valueOf(rows.getString(3)),
                                    rows.getObject(4, LocalDateTime.class),
                                    rows.getString(5)));
                }
            }
        }
        return states;
    }

    /**
     * All tables differ from here on, those too of which nothing is known yet.
     *
     * @param state what they come to be at least
     */
    void damageAll(TableState state, String cause, String record, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, database_name, table_name, state, since) VALUES (?, ?, ?, 'LIVE', UTC_TIMESTAMP(6))"
                + " ON DUPLICATE KEY UPDATE state = state")) {
            key(statement, 1, TableStatus.ALL_OTHERS);
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + table + " SET since = UTC_TIMESTAMP(6), cause = ?, first_skipped_gtid = NULL,"
                        + " first_skipped_file = '', first_skipped_pos = 0, first_skipped_record = ?,"
                        + " state = IF(state = 'DEGRADED', state, ?) WHERE connector = ?")) {
            statement.setString(1, cause);
            statement.setString(2, record);
            statement.setString(3, state.name());
            statement.setString(4, connector);
            statement.executeUpdate();
        }
    }

    /** A table that was whole is found to be another than the primary's, or gone, and no change of the primary's has made it so. */
    public void degrade(TableId id, String cause, Connection connection) throws SQLException {
        degrade(id, "state = 'LIVE'", cause, connection);
    }

    /** A table, also one that is being copied, will miss what changes of such a table would have done to its rows. */
    public void degradeDependent(TableId id, String cause, Connection connection) throws SQLException {
        degrade(id, "state IN ('LIVE', 'COPYING')", cause, connection);
    }

    private void degrade(TableId id, String condition, String cause, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + table + " SET since = UTC_TIMESTAMP(6), cause = ?, state = 'DEGRADED'"
                        + " WHERE connector = ? AND database_name = ? AND table_name = ? AND " + condition)) {
            statement.setString(1, cause);
            key(statement, 2, id);
            statement.executeUpdate();
        }
    }

    /**
     * Tables that differ and have no rows, or are not there, begin anew: nothing is known of them. What is true of all tables that have no
     * state of their own stays so: nothing says that these are empty.
     */
    public void forgetEmpty(Connection connection) throws SQLException {
        Map<TableId, Since> all = since(connection);
        for (Map.Entry<TableId, Since> state : all.entrySet()) {
            TableId id = state.getKey();
            if (!id.equals(TableStatus.ALL_OTHERS) && state.getValue().differs() && isEmpty(id, connection)) {
                if (all.containsKey(TableStatus.ALL_OTHERS)) {
                    save(id, TableStatus.LIVE, connection);
                } else {
                    delete(id, connection);
                }
            }
        }
    }

    private static boolean isEmpty(TableId id, Connection connection) throws SQLException {
        if (new InformationSchema(connection).table(id) == null) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM " + Identifier.quote(id) + " LIMIT 1")) {
            return !rows.next();
        }
    }

    /** Each table has a state of its own now. */
    public void forgetOthers(Connection connection) throws SQLException {
        delete(TableStatus.ALL_OTHERS, connection);
    }

    private void delete(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            key(statement, 1, id);
            statement.executeUpdate();
        }
    }

    private void key(PreparedStatement statement, int first, TableId id) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, id.database());
        statement.setString(first + 2, id.table());
    }
}
