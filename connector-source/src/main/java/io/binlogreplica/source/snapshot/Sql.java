package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Charsets;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.Temporals;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** The SELECTs that read a table; {@link RowReader} reads what they return. */
final class Sql {

    private Sql() {}

    /**
     * Reads the next rows by key.
     *
     * @param after the key to begin behind; null for the table's beginning
     * @param filter a condition on the rows to read; null for all
     */
    static String chunk(TableSchema table, @Nullable List<Object> after, @Nullable String filter, int rows) {
        String order = table.key().stream()
                .map(i -> Identifier.quote(table.columns().get(i).name()))
                .collect(Collectors.joining(", "));
        String where = Stream.of(after == null ? "" : behind(table, after), filter == null ? "" : "(" + filter + ")")
                .filter(condition -> !condition.isEmpty())
                .collect(Collectors.joining(" AND "));
        return select(table) + (where.isEmpty() ? "" : " WHERE " + where) + " ORDER BY " + order + " LIMIT " + rows;
    }

    /** Reads all rows in no order. */
    static String select(TableSchema table) {
        return table.columns().stream().map(Sql::expression).collect(Collectors.joining(", ", "SELECT ", " FROM "))
                + Identifier.quote(table.id());
    }

    /**
     * Spelled out, since servers do not use an index for {@code (a, b) > (x, y)}; the first condition alone already bounds the range
     * for those that do not look into the rest.
     */
    private static String behind(TableSchema table, List<Object> after) {
        String condition = "";
        for (int i = table.key().size() - 1; i >= 0; i--) {
            Column column = table.columns().get(table.key().get(i));
            String name = Identifier.quote(column.name());
            String literal = literal(after.get(i), column.type());
            String greater = name + " > " + literal;
            condition = condition.isEmpty()
                    ? greater
                    : name + " >= " + literal + " AND (" + greater + " OR (" + condition + "))";
        }
        return condition;
    }

    /** The column in a form in which the text protocol carries its every value. */
    private static String expression(Column column) {
        String name = Identifier.quote(column.name());
        return switch (column.type().type().family()) {
            case TEMPORAL, ADDRESS -> "CAST(" + name + " AS CHAR)";
            case LABELS -> "CAST(" + name + " AS UNSIGNED)";
            case VECTOR -> "CAST(" + name + " AS BINARY)";
            // the text of a FLOAT has six digits only
            case FLOAT -> column.type().type() == SqlType.FLOAT ? "CAST(" + name + " AS DOUBLE)" : name;
            default -> name;
        };
    }

    /** A key value as the server compares it with the column, in the column's own collation. */
    private static String literal(Object value, ColumnType type) {
        return switch (type.type().family()) {
            case INTEGER -> value.toString();
            // all digits of a FLOAT, and as a floating-point number: a decimal would not be equal to itself
            case FLOAT -> String.format(Locale.ROOT, "%.17e", ((Number) value).doubleValue());
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case TEMPORAL ->
                "'" + (value instanceof ExactValue exact ? exact.text() : Temporals.text(value, type)) + "'";
            case ADDRESS -> "'" + value + "'";
            case TEXT -> "_" + type.charset() + " " + hex(textBytes(value, type));
            case BINARY -> hex((byte[]) value);
            case BIT -> value instanceof Boolean bit ? (bit ? "1" : "0") : bits((byte[]) value);
            case LABELS -> labelNumber(value, type);
            case JSON, GEOMETRY, VECTOR ->
                throw new ConnectException("a column of type " + type.columnType() + " cannot be part of a key");
        };
    }

    private static byte[] textBytes(Object value, ColumnType type) {
        if (value instanceof ExactValue exact) {
            return Objects.requireNonNull(Charsets.exactBytes(exact));
        }
        Charset charset = Objects.requireNonNull(Charsets.java(type.charset()));
        return ((String) value).getBytes(charset);
    }

    private static String hex(byte[] bytes) {
        return "x'" + HexFormat.of().formatHex(bytes) + "'";
    }

    private static String bits(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return new BigInteger(1, bigEndian).toString();
    }

    /** ENUM and SET order by their numbers. */
    private static String labelNumber(Object value, ColumnType type) {
        if (value instanceof ExactValue exact) {
            return exact.text();
        }
        if (type.type() == SqlType.ENUM) {
            return Integer.toString(type.labels().indexOf(value) + 1);
        }
        if (((String) value).isEmpty()) {
            return "0";
        }
        long mask = 0;
        for (String label : ((String) value).split(",", -1)) {
            int index = type.labels().indexOf(label);
            mask |= index < 0 ? 0 : 1L << index;
        }
        return Long.toUnsignedString(mask);
    }
}
