package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.Charsets;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Form;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.Temporals;
import io.binlogreplica.record.ValueSize;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the rows of {@link Sql}'s SELECTs into canonical values: the same that the binlog decoder makes of the same row. */
final class RowReader {

    private static final int FIXED_BYTES = 8;

    private final ValueReader[] readers;
    private long bytes;

    RowReader(TableSchema table) {
        this.readers = table.columns().stream().map(RowReader::reader).toArray(ValueReader[]::new);
    }

    @Nullable
    Object[] row(ResultSet rows) throws SQLException {
        var row = new @Nullable Object[readers.length];
        for (int i = 0; i < readers.length; i++) {
            Object value = readers[i].read(rows, i + 1);
            row[i] = value;
            bytes += Math.max(FIXED_BYTES, ValueSize.length(value));
        }
        return row;
    }

    /** About what the rows that were read since the last call take. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    /** Reads one column of the current row. */
    private interface ValueReader {
        @Nullable
        Object read(ResultSet rows, int column) throws SQLException;
    }

    private static ValueReader reader(Column column) {
        ColumnType type = column.type();
        return switch (type.type().family()) {
            case INTEGER -> integer(type);
            case DECIMAL ->
                (rows, i) -> {
                    String text = rows.getString(i);
                    return text == null ? null : new BigDecimal(text).setScale(type.scale());
                };
            case FLOAT ->
                type.type() == SqlType.FLOAT
                        ? (rows, i) -> {
                            double value = rows.getDouble(i);
                            return rows.wasNull() ? null : (float) value;
                        }
                        : (rows, i) -> {
                            double value = rows.getDouble(i);
                            return rows.wasNull() ? null : value;
                        };
            case BIT -> bit(type);
            case TEMPORAL ->
                (rows, i) -> {
                    String text = rows.getString(i);
                    return text == null ? null : Temporals.parse(text, type);
                };
            case TEXT -> text(type);
            case LABELS ->
                (rows, i) -> {
                    String number = rows.getString(i);
                    if (number == null) {
                        return null;
                    }
                    return type.type() == SqlType.ENUM
                            ? type.enumValue(Integer.parseInt(number))
                            : type.setValue(Long.parseUnsignedLong(number));
                };
            case JSON, ADDRESS -> ResultSet::getString;
            case BINARY, VECTOR -> ResultSet::getBytes;
            case GEOMETRY ->
                (rows, i) -> {
                    byte[] bytes = rows.getBytes(i);
                    return bytes == null ? null : Form.ofGeometry(bytes);
                };
        };
    }

    private static ValueReader integer(ColumnType type) {
        return switch (Form.of(type)) {
            case INT16 ->
                (rows, i) -> {
                    int value = rows.getInt(i);
                    return rows.wasNull() ? null : (short) value;
                };
            case INT32 ->
                (rows, i) -> {
                    int value = rows.getInt(i);
                    return rows.wasNull() ? null : value;
                };
            case INT64 ->
                (rows, i) -> {
                    long value = rows.getLong(i);
                    return rows.wasNull() ? null : value;
                };
            default ->
                (rows, i) -> {
                    String text = rows.getString(i);
                    return text == null ? null : new BigDecimal(text);
                };
        };
    }

    private static ValueReader bit(ColumnType type) {
        return (rows, i) -> {
            byte[] bytes = rows.getBytes(i);
            if (bytes == null) {
                return null;
            }
            if (type.length() == 1) {
                return bytes[bytes.length - 1] != 0;
            }
            byte[] reversed = new byte[bytes.length];
            for (int k = 0; k < bytes.length; k++) {
                reversed[k] = bytes[bytes.length - 1 - k];
            }
            return reversed;
        };
    }

    private static ValueReader text(ColumnType type) {
        Charset charset = Charsets.java(type.charset());
        return (rows, i) -> {
            byte[] bytes = rows.getBytes(i);
            return bytes == null ? null : Charsets.decode(bytes, 0, bytes.length, charset);
        };
    }

    /** For keys, whose columns are never null. */
    static List<Object> key(TableSchema table, @Nullable Object[] row) {
        return table.key().stream().map(i -> Objects.requireNonNull(row[i])).toList();
    }
}
