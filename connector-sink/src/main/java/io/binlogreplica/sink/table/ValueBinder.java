package io.binlogreplica.sink.table;

import io.binlogreplica.record.Charsets;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.Temporals;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * Sets a statement's parameter to a column's value. Always with the same kind of parameter for a column, since a bulk statement is
 * cut where the kind changes.
 */
@FunctionalInterface
public interface ValueBinder {

    void bind(PreparedStatement statement, int parameter, @Nullable Object value) throws SQLException;

    /**
     * The binder for canonical values of that type, where the replica's column has another or the same.
     *
     * @param roundedTo how many digits behind the point that column rounds floating-point numbers to; null where it does not
     */
    static ValueBinder of(ColumnType type, ColumnType target, @Nullable Integer roundedTo) {
        if (type.type().family() == SqlType.Family.FLOAT && roundedTo != null) {
            return floating(new RoundedColumn(type.type(), roundedTo));
        }
        ValueBinder binder = of(type);
        return target.type() == SqlType.JSON
                ? (statement, i, value) -> binder.bind(
                        statement, i, value instanceof String document ? JsonNumbers.exactly(document) : value)
                : binder;
    }

    private static ValueBinder of(ColumnType type) {
        return switch (type.type().family()) {
            case INTEGER ->
                type.unsigned() && type.type() == SqlType.BIGINT
                        ? (statement, i, value) ->
                                statement.setString(i, value == null ? null : ((BigDecimal) value).toPlainString())
                        : (statement, i, value) -> {
                            if (value == null) {
                                statement.setNull(i, Types.BIGINT);
                            } else {
                                statement.setLong(i, ((Number) value).longValue());
                            }
                        };
            case DECIMAL ->
                (statement, i, value) ->
                        statement.setString(i, value == null ? null : ((BigDecimal) value).toPlainString());
            case FLOAT -> floating(null);
            case TEMPORAL -> (statement, i, value) -> statement.setString(i, temporal(value, type));
            case TEXT, LABELS -> text(type);
            case JSON, ADDRESS -> (statement, i, value) -> statement.setString(i, (String) value);
            case BIT -> (statement, i, value) -> statement.setBytes(i, bits(value));
            case BINARY, VECTOR -> (statement, i, value) -> statement.setBytes(i, (byte[]) value);
            case GEOMETRY ->
                (statement, i, value) -> statement.setBytes(
                        i, value instanceof ExactValue exact ? Charsets.exactBytes(exact) : (byte[]) value);
        };
    }

    private static ValueBinder floating(@Nullable RoundedColumn target) {
        return (statement, i, value) -> {
            if (value == null) {
                statement.setNull(i, Types.DOUBLE);
                return;
            }
            double number = ((Number) value).doubleValue();
            if (target != null) {
                target.requireKept(number);
            }
            statement.setDouble(i, number);
        };
    }

    private static @Nullable String temporal(@Nullable Object value, ColumnType type) {
        if (value == null) {
            return null;
        }
        return value instanceof ExactValue exact ? exact.text() : Temporals.text(value, type);
    }

    /**
     * Text as characters where server and JVM are at one about the charset; otherwise as the column's own bytes, which are taken as
     * they are.
     */
    private static ValueBinder text(ColumnType type) {
        Charset charset = Charsets.java(type.charset());
        if (bindsCharacters(type)) {
            return (statement, i, value) -> {
                if (value instanceof ExactValue exact) {
                    exact(statement, i, exact);
                } else {
                    statement.setString(i, (String) value);
                }
            };
        }
        return (statement, i, value) -> {
            if (value instanceof ExactValue exact) {
                exact(statement, i, exact);
            } else if (value == null) {
                statement.setBytes(i, null);
            } else if (charset == null || !charset.newEncoder().canEncode((String) value)) {
                // of another source, which made characters of the bytes: the server says whether it takes them
                statement.setString(i, (String) value);
            } else {
                statement.setBytes(i, ((String) value).getBytes(charset));
            }
        };
    }

    /** Whether text of that type is bound as characters, not as bytes. */
    static boolean bindsCharacters(ColumnType type) {
        Charset charset = Charsets.java(type.charset());
        return StandardCharsets.UTF_8.equals(charset) || StandardCharsets.US_ASCII.equals(charset);
    }

    private static void exact(PreparedStatement statement, int i, ExactValue exact) throws SQLException {
        byte[] bytes = Charsets.exactBytes(exact);
        if (bytes != null) {
            statement.setBytes(i, bytes);
        } else {
            statement.setLong(i, Long.parseUnsignedLong(exact.text()));
        }
    }

    private static byte @Nullable [] bits(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean bit) {
            return new byte[] {(byte) (bit ? 1 : 0)};
        }
        byte[] littleEndian = (byte[]) value;
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return bigEndian;
    }
}
