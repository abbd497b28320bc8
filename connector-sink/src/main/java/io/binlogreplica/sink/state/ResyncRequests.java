package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The table {@code replica_table_resync}: for which tables the source was asked for a copy. */
public final class ResyncRequests {

    private final String connector;
    private final String table;

    ResyncRequests(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "replica_table_resync"));
    }

    /**
     * What was asked for.
     *
     * @param attempts how often, since the table was whole
     * @param requested when last, by the replica's clock, UTC
     */
    public record Request(int attempts, LocalDateTime requested) {}

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
                + "connector VARCHAR(191) NOT NULL, database_name VARCHAR(64) NOT NULL,"
                + " table_name VARCHAR(64) NOT NULL,"
                + " attempts INT NOT NULL COMMENT 'how often a copy was asked for since the table was whole',"
                + " requested DATETIME(6) NOT NULL COMMENT 'when last, UTC',"
                + " PRIMARY KEY (connector, database_name, table_name)"
                + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }

    public Map<TableId, Request> load(Connection connection) throws SQLException {
        var requests = new HashMap<TableId, Request>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT database_name, table_name, attempts, requested FROM " + table + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    requests.put(
                            new TableId(rows.getString(1), rows.getString(2)),
                            new Request(rows.getInt(3), rows.getObject(4, LocalDateTime.class)));
                }
            }
        }
        return requests;
    }

    /** The source was asked just now. */
    public void asked(Collection<TableId> tables, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, database_name, table_name, attempts, requested) VALUES (?, ?, ?, 1, UTC_TIMESTAMP(6))"
                + " ON DUPLICATE KEY UPDATE attempts = attempts + 1, requested = VALUES(requested)")) {
            for (TableId id : tables) {
                key(statement, id);
                statement.executeUpdate();
            }
        }
    }

    /** These are whole again. */
    public void forget(Collection<TableId> tables, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            for (TableId id : tables) {
                key(statement, id);
                statement.executeUpdate();
            }
        }
    }

    private void key(PreparedStatement statement, TableId id) throws SQLException {
        statement.setString(1, connector);
        statement.setString(2, id.database());
        statement.setString(3, id.table());
    }
}
