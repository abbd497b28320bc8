package io.binlogreplica.database;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

    /**
     * What the server calls a table of that name, or would if it had one: by {@code lower_case_table_names}, it may make names lower
     * case, or take one for another that differs in case.
     */
    public TableId nameHere(TableId id) throws SQLException {
        return switch (lowerCaseTableNames()) {
            case 0 -> id;
            case 1 ->
                new TableId(id.database().toLowerCase(Locale.ROOT), id.table().toLowerCase(Locale.ROOT));
            default -> nameAsMade(id);
        };
    }

    private int lowerCaseTableNames() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@lower_case_table_names")) {
            row.next();
            return row.getInt(1);
        }
    }

    private TableId nameAsMade(TableId id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? new TableId(rows.getString(1), rows.getString(2)) : id;
            }
        }
    }

    /** Whether there is a database of that name. */
    public boolean hasDatabase(String database) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?")) {
            statement.setString(1, database);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
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
        return tables(List.of(id)).get(id);
    }

    /**
     * Tables as they are now, by a few queries for all of them.
     *
     * @return those that are there
     * @throws SQLException also when a column's type is not known to this connector; the message names it
     */
    public Map<TableId, TableSchema> tables(List<TableId> ids) throws SQLException {
        var tables = new HashMap<TableId, TableSchema>();
        Map<String, List<TableId>> byDatabase = ids.stream().collect(Collectors.groupingBy(TableId::database));
        for (List<TableId> ofOne : byDatabase.values()) {
            Map<TableId, List<Column>> columns = columns(ofOne);
            Map<TableId, List<Integer>> keys = keys(columns);
            columns.forEach((id, all) -> tables.put(id, new TableSchema(id, all, keys.getOrDefault(id, List.of()))));
        }
        return tables;
    }

    /**
     * How large the server takes a table to be.
     *
     * @param rowBytes of a row, on average; 0 when that is not known
     * @param transactional as {@link #isTransactional} says
     */
    public record Size(long rows, long rowBytes, boolean transactional) {}

    /** The sizes of tables, by a query for each database. */
    public Map<TableId, Size> sizes(List<TableId> ids) throws SQLException {
        var sizes = new HashMap<TableId, Size>();
        Set<String> transactional = transactionalEngines();
        Map<String, List<TableId>> byDatabase = ids.stream().collect(Collectors.groupingBy(TableId::database));
        for (List<TableId> ofOne : byDatabase.values()) {
            try (PreparedStatement statement =
                            connection.prepareStatement("SELECT TABLE_NAME, TABLE_ROWS, AVG_ROW_LENGTH, ENGINE"
                                    + " FROM information_schema.TABLES WHERE " + among(ofOne));
                    ResultSet rows = of(statement, ofOne)) {
                while (rows.next()) {
                    TableId id = named(ofOne, rows.getString(1));
                    if (id != null) {
                        sizes.put(
                                id,
                                new Size(rows.getLong(2), rows.getLong(3), transactional.contains(rows.getString(4))));
                    }
                }
            }
        }
        return sizes;
    }

    private Set<String> transactionalEngines() throws SQLException {
        var engines = new HashSet<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'")) {
            while (rows.next()) {
                engines.add(rows.getString(1));
            }
        }
        return engines;
    }

    private Map<TableId, List<Column>> columns(List<TableId> ids) throws SQLException {
        var columns = new LinkedHashMap<TableId, List<Column>>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, EXTRA"
                                + " FROM information_schema.COLUMNS WHERE " + among(ids)
                                + " ORDER BY TABLE_NAME, ORDINAL_POSITION");
                ResultSet rows = of(statement, ids)) {
            while (rows.next()) {
                TableId id = named(ids, rows.getString(1));
                if (id != null) {
                    columns.computeIfAbsent(id, table -> new ArrayList<>()).add(column(id, rows));
                }
            }
        }
        return columns;
    }

    /** Tables of one database. With one name, servers look at nothing but that table. */
    private static String among(List<TableId> ids) {
        return "TABLE_SCHEMA = ? AND TABLE_NAME "
                + (ids.size() == 1
                        ? "= ?"
                        : ids.stream().map(id -> "?").collect(Collectors.joining(", ", "IN (", ")")));
    }

    private static ResultSet of(PreparedStatement statement, List<TableId> ids) throws SQLException {
        statement.setString(1, ids.get(0).database());
        for (int i = 0; i < ids.size(); i++) {
            statement.setString(i + 2, ids.get(i).table());
        }
        return statement.executeQuery();
    }

    /** Names are compared without case, whether or not they differ by it. */
    private static @Nullable TableId named(List<TableId> ids, String name) {
        if (ids.size() == 1) {
            return ids.get(0);
        }
        var id = new TableId(ids.get(0).database(), name);
        return ids.contains(id) ? id : null;
    }

    private static Column column(TableId id, ResultSet rows) throws SQLException {
        String name = rows.getString(2);
        try {
            return new Column(
                    name,
                    ColumnType.parse(rows.getString(3), rows.getString(4), rows.getString(5)),
                    rows.getString(6).equals("YES"),
                    generated(rows.getString(7)));
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
    private Map<TableId, List<Integer>> keys(Map<TableId, List<Column>> tables) throws SQLException {
        if (tables.isEmpty()) {
            return Map.of();
        }
        List<TableId> ids = List.copyOf(tables.keySet());
        var indexes = new HashMap<TableId, Map<String, List<Integer>>>();
        var unfit = new HashSet<Index>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, NULLABLE FROM information_schema.STATISTICS"
                                + " WHERE " + among(ids) + " AND NON_UNIQUE = 0"
                                + " ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX");
                ResultSet rows = of(statement, ids)) {
            while (rows.next()) {
                TableId id = named(ids, rows.getString(1));
                if (id != null) {
                    String index = rows.getString(2);
                    int column = indexOf(rows.getString(3), tables.getOrDefault(id, List.of()));
                    if (column < 0 || rows.getString(4).equals("YES")) {
                        unfit.add(new Index(id, index));
                    } else {
                        indexes.computeIfAbsent(id, table -> new LinkedHashMap<>())
                                .computeIfAbsent(index, name -> new ArrayList<>())
                                .add(column);
                    }
                }
            }
        }
        var keys = new HashMap<TableId, List<Integer>>();
        indexes.forEach((id, ofTable) -> ofTable.entrySet().stream()
                .filter(index -> !unfit.contains(new Index(id, index.getKey())))
                .findFirst()
                .ifPresent(index -> keys.put(id, index.getValue())));
        return keys;
    }

    private record Index(TableId table, String name) {}

    /** Whether the table's engine has transactions, and so rows that stay what they were in a transaction that reads. */
    public boolean isTransactional(TableId id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COUNT(*) FROM information_schema.TABLES t"
                        + " JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE AND e.TRANSACTIONS = 'YES'"
                        + " WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ?")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1) > 0;
            }
        }
    }

    /**
     * Whether an index has the table's rows in the order of its key's values. Not one of the beginnings of values, nor MariaDB's of
     * hashes, which there is for texts of any length: servers would sort the whole table, and compare no more than
     * {@code max_sort_length} bytes of each value.
     */
    public boolean hasOrderedKey(TableSchema table) throws SQLException {
        boolean alwaysOrdered = table.key().stream()
                .map(index -> table.columns().get(index).type().type().family())
                .noneMatch(family -> family == SqlType.Family.TEXT || family == SqlType.Family.BINARY);
        if (alwaysOrdered) {
            return true;
        }
        var indexes = new HashMap<String, List<Integer>>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT INDEX_NAME, COLUMN_NAME, SUB_PART IS NULL AND INDEX_TYPE = 'BTREE'"
                        + " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " AND NON_UNIQUE = 0 ORDER BY INDEX_NAME, SEQ_IN_INDEX")) {
            statement.setString(1, table.id().database());
            statement.setString(2, table.id().table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String column = rows.getString(2);
                    indexes.computeIfAbsent(rows.getString(1), name -> new ArrayList<>())
                            .add(rows.getBoolean(3) && column != null ? indexOf(column, table.columns()) : -1);
                }
            }
        }
        return indexes.containsValue(table.key());
    }

    /** Whether a unique index of the table has only the beginning of a column: then rows are in another order in it than by value. */
    public boolean hasPrefixKey(TableId id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?"
                        + " AND TABLE_NAME = ? AND NON_UNIQUE = 0 AND SUB_PART IS NOT NULL")) {
            statement.setString(1, id.database());
            statement.setString(2, id.table());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1) > 0;
            }
        }
    }

    private static int indexOf(String name, List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
