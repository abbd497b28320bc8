package io.binlogreplica.local.comparison;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table as one server has it.
 *
 * @param columns in the table's order: the type's name of each, without length
 * @param key the columns of the primary key; empty for a table without one
 * @param clauses all that is compared of its definition, in words: columns, keys, foreign keys
 */
public record TableDefinition(Map<String, String> columns, List<String> key, List<String> clauses) {

    private static final String COLUMNS = """
            SELECT table_name, column_name, data_type, column_type, is_nullable, collation_name, extra
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
            ORDER BY table_name, ordinal_position""";

    private static final String INDEXES = """
            SELECT table_name, index_name, non_unique, column_name, sub_part
            FROM information_schema.statistics
            WHERE table_schema = ?
            ORDER BY table_name, index_name, seq_in_index""";

    /** As servers print it: a line for each, with what applies by default left out or not. */
    private static final Pattern FOREIGN_KEY =
            Pattern.compile("^\\s*(CONSTRAINT .* FOREIGN KEY .*?),?$", Pattern.MULTILINE);

    private static final Pattern DEFAULT_RULE = Pattern.compile(" ON (DELETE|UPDATE) (NO ACTION|RESTRICT)");

    private static final int NO_SUCH_TABLE = 1146;

    /** The tables of a database by name. */
    public static Map<String, TableDefinition> read(Connection connection, String database) throws SQLException {
        var tables = new TreeMap<String, TableDefinition>();
        forEachRow(connection, COLUMNS, database, row -> {
            TableDefinition table = tables.computeIfAbsent(
                    text(row, 1),
                    name -> new TableDefinition(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>()));
            table.columns.put(text(row, 2), text(row, 3));
            table.clauses.add("column " + text(row, 2) + " " + type(text(row, 4))
                    + ("YES".equals(row.getString(5)) ? " null" : " not null")
                    + (row.getString(6) == null ? "" : " collate " + row.getString(6))
                    + computed(text(row, 7)));
        });
        readIndexes(connection, database, tables);
        readForeignKeys(connection, database, tables);
        return tables;
    }

    private static void readIndexes(Connection connection, String database, Map<String, TableDefinition> tables)
            throws SQLException {
        var columnsOfIndexes = new LinkedHashMap<List<String>, List<String>>();
        forEachRow(connection, INDEXES, database, row -> {
            TableDefinition table = tables.get(text(row, 1));
            if (table == null) {
                return;
            }
            String name = text(row, 2);
            String column = Objects.requireNonNullElse(row.getString(4), "(an expression)");
            if (name.equals("PRIMARY")) {
                table.key.add(column);
            }
            String title =
                    name.equals("PRIMARY") ? "primary key" : (row.getInt(3) == 0 ? "unique " : "") + "key " + name;
            columnsOfIndexes
                    .computeIfAbsent(List.of(text(row, 1), title), index -> new ArrayList<>())
                    .add(column + (row.getString(5) == null ? "" : "(" + row.getString(5) + ")"));
        });
        columnsOfIndexes.forEach((index, columns) ->
                clausesOf(tables, index.get(0)).add(index.get(1) + " (" + String.join(", ", columns) + ")"));
    }

    /** From the definitions, since {@code information_schema} hides foreign keys from users who may only read the tables. */
    private static void readForeignKeys(Connection connection, String database, Map<String, TableDefinition> tables)
            throws SQLException {
        for (var table : tables.entrySet()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SHOW CREATE TABLE " + quoted(database) + "." + quoted(table.getKey()))) {
                row.next();
                Matcher line = FOREIGN_KEY.matcher(text(row, 2));
                while (line.find()) {
                    table.getValue()
                            .clauses
                            .add(DEFAULT_RULE.matcher(line.group(1)).replaceAll(""));
                }
            } catch (SQLException e) {
                if (e.getErrorCode() != NO_SUCH_TABLE) {
                    throw e;
                }
            }
        }
    }

    /**
     * What one definition has and the other has not, in words.
     *
     * @param table its name in those
     */
    public static List<String> differences(String table, TableDefinition expected, TableDefinition found) {
        var differences = new ArrayList<String>();
        clausesOnlyOf(expected, found).forEach(clause -> differences.add(table + ": only the primary has: " + clause));
        clausesOnlyOf(found, expected).forEach(clause -> differences.add(table + ": only the replica has: " + clause));
        return differences;
    }

    private static Set<String> clausesOnlyOf(TableDefinition one, TableDefinition other) {
        var clauses = new LinkedHashSet<>(one.clauses());
        other.clauses().forEach(clauses::remove);
        return clauses;
    }

    private static List<String> clausesOf(Map<String, TableDefinition> tables, String name) {
        return Objects.requireNonNull(tables.get(name), name).clauses;
    }

    /** Without display widths, which MySQL does not show any more. */
    private static String type(String columnType) {
        return columnType.replaceFirst("^(tinyint|smallint|mediumint|int|bigint|year)\\(\\d+\\)", "$1");
    }

    private static String computed(String extra) {
        return List.of("auto_increment", "VIRTUAL GENERATED", "STORED GENERATED", "INVISIBLE").stream()
                .filter(extra::contains)
                .map(word -> " " + word)
                .collect(Collectors.joining());
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void forEachRow(Connection connection, String query, String database, RowReader reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }

    /**
     * How a column is read so that no value is changed on the way, and that the driver hands out the bytes: its defaults round
     * FLOAT, and lose zero dates and years.
     *
     * @param acrossFamilies whether MySQL and MariaDB shall read the same: they print the same DOUBLE in different ways, so its bits are
     *     read, in which a geometry has it
     */
    String expression(String column, boolean acrossFamilies) {
        String name = quoted(column);
        String type = columns.getOrDefault(column, "");
        if (acrossFamilies && (type.equals("float") || type.equals("double"))) {
            return "HEX(ST_AsBinary(POINT(CAST(" + name + " AS DOUBLE) + 0, 0)))";
        }
        return switch (type) {
            case "float" -> "CAST(CAST(" + name + " AS DOUBLE) AS CHAR)";
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "double",
                    "date",
                    "time",
                    "datetime",
                    "timestamp",
                    "year",
                    "json",
                    "uuid",
                    "inet4",
                    "inet6" -> "CAST(" + name + " AS CHAR)";
            case "vector" -> "CAST(" + name + " AS BINARY)";
            default -> name;
        };
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
