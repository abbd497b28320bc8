package io.binlogreplica.database;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server says of its tables. */
public final class InformationSchema {

    private static final Set<String> SYSTEM_DATABASES =
            Set.of("mysql", "information_schema", "performance_schema", "sys");

    private final Connection connection;

    public InformationSchema(Connection connection) {
        this.connection = connection;
    }

    /** All base tables outside the server's own databases. */
    public List<TableId> tables() throws SQLException {
        var tables = new ArrayList<TableId>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                                + " WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_SCHEMA, TABLE_NAME")) {
            while (rows.next()) {
                if (!isSystem(rows.getString(1))) {
                    tables.add(new TableId(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return tables;
    }

    /** What the server calls a table: {@code BASE TABLE}, {@code SEQUENCE} and so on; null when there is none of that name. */
    public @Nullable String type(TableId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /** Whether a database is one of the server's own. */
    public static boolean isSystem(String database) {
        return SYSTEM_DATABASES.contains(database.toLowerCase(Locale.ROOT));
    }

    /**
     * A table as it is now.
     *
     * @return null when there is none of that name
     * @throws SQLException also when a column's type is not known to this connector; the message names it
     */
    public @Nullable TableSchema table(TableId id) throws SQLException {
        var columns = new ArrayList<Column>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, EXTRA"
                        + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " ORDER BY ORDINAL_POSITION")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(column(id, rows));
                }
            }
        }
        return columns.isEmpty() ? null : new TableSchema(id, columns, key(id, columns));
    }

    private static Column column(TableId id, ResultSet rows) throws SQLException {
        String name = rows.getString(1);
        try {
            return new Column(
                    name,
                    ColumnType.parse(rows.getString(2), rows.getString(3), rows.getString(4)),
                    rows.getString(5).equals("YES"),
                    generated(rows.getString(6)));
        } catch (IllegalArgumentException e) {
            throw new SQLException("column " + name + " of table " + id + ": " + e.getMessage(), e);
        }
    }

    private static Column.Generated generated(String extra) {
        String upper = extra.toUpperCase(Locale.ROOT);
        if (upper.contains("VIRTUAL GENERATED")) {
            return Column.Generated.VIRTUAL;
        }
        return upper.contains("STORED GENERATED") || upper.contains("PERSISTENT")
                ? Column.Generated.STORED
                : Column.Generated.NO;
    }

    /** The primary key, which sorts first among the indexes, else the first unique index that has no nullable column. */
    private List<Integer> key(TableId id, List<Column> columns) throws SQLException {
        Map<String, List<Integer>> keys = new LinkedHashMap<>();
        var unfit = new HashSet<String>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT INDEX_NAME, COLUMN_NAME, NULLABLE"
                + " FROM information_schema.STATISTICS"
                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0"
                + " ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            List<String> names = columns.stream().map(Column::name).toList();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String index = rows.getString(1);
                    int column = names.indexOf(rows.getString(2));
                    if (column < 0 || rows.getString(3).equals("YES")) {
                        unfit.add(index);
                    } else {
                        keys.computeIfAbsent(index, name -> new ArrayList<>()).add(column);
                    }
                }
            }
        }
        keys.keySet().removeAll(unfit);
        return keys.isEmpty() ? List.of() : keys.values().iterator().next();
    }
}
