package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.TableSchemaText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table {@code replica_table_definition}: the primary's tables, in each version that records were written with. */
public final class TableDefinitions {

    /** Times before are those of definitions that are in doubt, moved by centuries so that they keep their order. */
    private static final String DOUBTED = "'1970-01-01 00:00:00'";

    private final String connector;
    private final String table;

    TableDefinitions(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "replica_table_definition"));
    }

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
                + "connector VARCHAR(191) NOT NULL, database_name VARCHAR(64) NOT NULL,"
                + " table_name VARCHAR(64) NOT NULL, version INT NOT NULL,"
                + " definition LONGTEXT NOT NULL COMMENT 'the columns of the primary''s table in this version',"
                + " told DATETIME(6) NOT NULL COMMENT 'when the source told it last, UTC',"
                + " PRIMARY KEY (connector, database_name, table_name, version)"
                + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }

    /** The primary's table in that version; null when no record with it was applied here. */
    public @Nullable TableSchema find(TableId id, int version, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT definition FROM " + table
                + " WHERE connector = ? AND database_name = ? AND table_name = ? AND version = ?")) {
            key(statement, id);
            statement.setInt(4, version);
            return read(id, statement);
        }
    }

    /** The primary's table as the source told it last; null when it never did. */
    public @Nullable TableSchema latest(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT definition FROM " + table
                + " WHERE connector = ? AND database_name = ? AND table_name = ? ORDER BY told DESC LIMIT 1")) {
            key(statement, id);
            return read(id, statement);
        }
    }

    /** Likewise; null too when that may not be how it is at this place of the stream. */
    public @Nullable TableSchema certain(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT definition FROM " + table
                + " WHERE connector = ? AND database_name = ? AND table_name = ? AND told > " + DOUBTED
                + " ORDER BY told DESC LIMIT 1")) {
            key(statement, id);
            return read(id, statement);
        }
    }

    private static @Nullable TableSchema read(TableId id, PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? TableSchemaText.read(id, rows.getString(1)) : null;
        }
    }

    /** The tables that the source ever told of. */
    public Set<TableId> tables(Connection connection) throws SQLException {
        var tables = new HashSet<TableId>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT DISTINCT database_name, table_name FROM " + table + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(new TableId(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return tables;
    }

    /**
     * The source has told how the table is now, on the primary: with DDL, behind which it may have come to be another since. How it is at this
     * place of the stream is not known then, until rows tell: {@link #certain} has nothing to say.
     */
    public void doubt(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET told = told - INTERVAL 500 YEAR"
                + " WHERE connector = ? AND database_name = ? AND table_name = ? AND told > " + DOUBTED)) {
            key(statement, id);
            statement.executeUpdate();
        }
    }

    public void keep(TableSchema schema, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, database_name, table_name, version, definition, told)"
                + " VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE told = VALUES(told)")) {
            key(statement, schema.id());
            statement.setInt(4, schema.fingerprint());
            statement.setString(5, TableSchemaText.write(schema));
            statement.executeUpdate();
        }
    }

    private void key(PreparedStatement statement, TableId id) throws SQLException {
        statement.setString(1, connector);
        statement.setString(2, id.database());
        statement.setString(3, id.table());
    }
}
