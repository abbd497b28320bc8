package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.ValueBinder;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statements that change rows of one table, and how to set their parameters from a row. */
final class TableStatements {

    /** By what an update or delete finds its row. */
    enum Finding {
        /**
         * By the table's key, to the byte: the replica's collation may take for equal what the primary's does not. By the whole row
         * where it has none.
         */
        KEY,
        /** By the table's key as the replica compares it: that which would be in the row's way. */
        COMPARED_KEY,
        /** By the key and all other values as they were. */
        WHOLE_ROW
    }

    /** Its index. */
    private static final String ENUM_ERROR = "0";

    /** The number that a BIT column's bytes are: with bytes themselves it is compared as with the number that their text begins with. */
    private static final String BITS = "CAST(CONV(HEX(?), 16, 10) AS UNSIGNED)";

    private final String insertInto;
    private final String valuesOfOne;
    private final String insert;
    private final String update;
    private final String deleteFrom;
    private final String delete;
    private final String select;
    /** Finds one row. */
    private final String condition;

    private final boolean keyed;
    /** Indexes into the row of the columns that are written, and of those that find a row. */
    private final int[] written;

    /** A column for each parameter. */
    private final int[] finding;

    private final int[] enums;
    private final ValueBinder[] writers;
    private final ValueBinder[] finders;

    TableStatements(Mapping mapping, Finding by) {
        List<Column> columns = mapping.source().columns();
        this.keyed = !mapping.key().isEmpty();
        this.written = mapping.written().stream().mapToInt(i -> i).toArray();
        List<Integer> found = keyed && by != Finding.WHOLE_ROW ? mapping.key() : mapping.written();
        List<Finder> conditions = found.stream()
                .flatMap(i -> finders(mapping, i, by != Finding.COMPARED_KEY))
                .toList();
        this.finding = conditions.stream().mapToInt(Finder::column).toArray();
        this.enums = Arrays.stream(written)
                .filter(i -> columns.get(i).type().type() == SqlType.ENUM)
                .toArray();
        this.writers = binders(mapping, written);
        this.finders = binders(mapping, finding);
        String table = Identifier.quote(mapping.table());
        List<String> names = mapping.written().stream()
                .map(i -> columns.get(i).name())
                .map(Identifier::quote)
                .toList();
        this.insertInto = "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES ";
        this.valuesOfOne = names.stream().map(name -> "?").collect(Collectors.joining(", ", "(", ")"));
        this.insert = insertInto + valuesOfOne;
        this.condition = conditions.stream().map(Finder::condition).collect(Collectors.joining(" AND "));
        this.update = "UPDATE " + table + " SET "
                + names.stream().map(name -> name + " = ?").collect(Collectors.joining(", ")) + " WHERE " + condition
                + (keyed ? "" : " LIMIT 1");
        this.deleteFrom = "DELETE FROM " + table + " WHERE ";
        this.select = "SELECT 1 FROM " + table + " WHERE " + condition + " LIMIT 1";
        this.delete = deleteFrom + condition + (keyed ? "" : " LIMIT 1");
    }

    /** A condition on a column with one parameter. */
    private record Finder(int column, String condition) {}

    /** What makes a row the wanted one; of the key first what its index finds. */
    private static Stream<Finder> finders(Mapping mapping, int index, boolean exactly) {
        Column column = mapping.source().columns().get(index);
        ColumnType target = mapping.targetType(index);
        if (!mapping.key().contains(index)) {
            return Stream.of(new Finder(index, same(column, target)));
        }
        String name = Identifier.quote(column.name());
        if (column.type().type().family() == SqlType.Family.BIT) {
            return Stream.of(new Finder(index, name + " = " + BITS));
        }
        if (column.type().type().family() != SqlType.Family.TEXT
                || target.type().family() != SqlType.Family.TEXT) {
            return Stream.of(new Finder(index, name + " = ?"));
        }
        String value = "?";
        String collation = "";
        if (!ValueBinder.bindsCharacters(target)) {
            // of the column's bytes characters are made, since no index finds bytes
            value = "CONVERT(? USING " + target.charset() + ")";
            collation = target.collation() == null ? "" : " COLLATE " + target.collation();
        }
        var equal = new Finder(index, name + " = " + value + collation);
        return exactly ? Stream.of(equal, new Finder(index, sameBytes(name, value))) : Stream.of(equal);
    }

    private static String sameBytes(String column, String value) {
        return "CAST(" + column + " AS BINARY) <=> CAST(" + value + " AS BINARY)";
    }

    boolean hasEnums() {
        return enums.length > 0;
    }

    /** How many of the row's values are the error value of an ENUM. */
    int enumErrors(@Nullable Object[] row) {
        int errors = 0;
        for (int column : enums) {
            errors += row[column] instanceof ExactValue exact && exact.text().equals(ENUM_ERROR) ? 1 : 0;
        }
        return errors;
    }

    /** Whether a row is found by its key, and not one of several that are the same. */
    boolean isKeyed() {
        return keyed;
    }

    /** Inserts a row. */
    String insert() {
        return insert;
    }

    /** Inserts that many rows, whose parameters follow one another. */
    String insert(int rows) {
        return insertInto + String.join(", ", Collections.nCopies(rows, valuesOfOne));
    }

    int insertParameters() {
        return written.length;
    }

    String update() {
        return update;
    }

    /** What holds for a row that is found, with the parameters of a delete. */
    String condition() {
        return condition;
    }

    /** Finds a row. */
    String select() {
        return select;
    }

    /** Deletes a row. */
    String delete() {
        return delete;
    }

    /** Deletes that many rows of a table with a key. */
    String delete(int rows) {
        return deleteFrom + "(" + String.join(") OR (", Collections.nCopies(rows, condition)) + ")";
    }

    int deleteParameters() {
        return finding.length;
    }

    /** Sets the parameters for a row, from {@code first} on. */
    void bindInsert(PreparedStatement statement, int first, @Nullable Object[] after) throws SQLException {
        bind(statement, first, after, written, writers);
    }

    void bindUpdate(PreparedStatement statement, @Nullable Object[] before, @Nullable Object[] after)
            throws SQLException {
        bind(statement, bind(statement, 1, after, written, writers), before, finding, finders);
    }

    /** Likewise, with what finds the row. */
    void bindDelete(PreparedStatement statement, int first, @Nullable Object[] before) throws SQLException {
        bind(statement, first, before, finding, finders);
    }

    private static int bind(
            PreparedStatement statement, int first, @Nullable Object[] row, int[] columns, ValueBinder[] binders)
            throws SQLException {
        for (int i = 0; i < columns.length; i++) {
            binders[i].bind(statement, first + i, row[columns[i]]);
        }
        return first + columns.length;
    }

    private static ValueBinder[] binders(Mapping mapping, int[] indexes) {
        return Arrays.stream(indexes)
                .mapToObj(i -> ValueBinder.of(
                        mapping.source().columns().get(i).type(), mapping.targetType(i), mapping.roundedTo(i)))
                .toArray(ValueBinder[]::new);
    }

    /** A condition that holds for this value only, to the last bit, NULL included. */
    private static String same(Column column, ColumnType target) {
        String name = Identifier.quote(column.name());
        ColumnType type = column.type();
        // MariaDB has JSON as text
        SqlType.Family family = type.type().family() == SqlType.Family.JSON
                ? target.type().family()
                : target.type().family() == SqlType.Family.JSON
                        ? SqlType.Family.JSON
                        : type.type().family();
        return switch (family) {
            case TEXT -> sameBytes(name, "?");
            case DECIMAL -> name + " <=> CAST(? AS DECIMAL(" + type.length() + "," + type.scale() + "))";
            case INTEGER ->
                type.unsigned() && type.type() == SqlType.BIGINT ? name + " <=> CAST(? AS UNSIGNED)" : name + " <=> ?";
            case BIT -> name + " <=> " + BITS;
            case JSON -> name + " <=> CAST(? AS JSON)";
            default -> name + " <=> ?";
        };
    }
}
