package io.binlogreplica.source.record;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Form;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.ValueSize;
import io.binlogreplica.source.config.DeliveryConfig;
import io.binlogreplica.source.config.TopicConfig;
import io.binlogreplica.source.snapshot.KeyText;
import io.binlogreplica.source.stream.RowLimit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells rows whose record Connect's producer would not send, before they are on their way: what the producer says afterwards names
 * no row. A record's size is that of a block, or of JSON without a schema; other converters make smaller ones.
 */
public final class RecordLimit implements RowLimit {

    /** What a record has beside the row's values and their names, at most. */
    private static final int BESIDE = 2_000;

    /** A number, a time. */
    private static final int OTHER_VALUE = 30;
    /** A float of a vector has 4 bytes, and in JSON up to 15 characters. */
    private static final int JSON_PER_FLOAT_BYTE = 4;
    /** A character takes up to 6 bytes in JSON, and a column's name no more than this, once in the row and once beside it. */
    private static final int CHARACTER = 6;

    private static final int NAME = 400;

    private final long bytesMax;
    private final boolean block;
    private final Projection projection;

    public RecordLimit(DeliveryConfig delivery, TopicConfig topics, Projection projection) {
        this.bytesMax = delivery.recordBytesMax();
        this.block = topics.format() == TopicConfig.Format.BLOCK;
        this.projection = projection;
    }

    @Override
    public @Nullable String excess(RowChange row) {
        if (atMost(row.before()) + atMost(row.after()) + BESIDE <= bytesMax) {
            return null;
        }
        RowChange sent = (RowChange) projection.of(row);
        long size = size(sent);
        return size <= bytesMax ? null : message(sent, size);
    }

    /** Cheap, since it is asked of every row. */
    private static long atMost(@Nullable Object @Nullable [] row) {
        if (row == null) {
            return 0;
        }
        long length = 0;
        for (Object value : row) {
            length += ValueSize.length(value);
        }
        return CHARACTER * length + 2L * NAME * row.length;
    }

    private long size(RowChange row) {
        return image(row.schema(), row.before()) + image(row.schema(), row.after()) + BESIDE;
    }

    private long image(TableSchema table, @Nullable Object @Nullable [] row) {
        if (row == null) {
            return 0;
        }
        long size = 0;
        for (int i = 0; i < row.length; i++) {
            size += block ? inBlock(row[i]) : inJson(row[i], table, i);
        }
        return size;
    }

    private static long inBlock(@Nullable Object value) {
        return OTHER_VALUE + (value instanceof String text ? utf8(text) : ValueSize.length(value));
    }

    private static long inJson(@Nullable Object value, TableSchema table, int index) {
        Column column = table.columns().get(index);
        int times = table.key().contains(index) ? 2 : 1;
        String beside = value == null ? null : beside(value, column.type());
        return times * (name(column) + inJson(value, column.type()))
                + (beside == null ? 0 : name(column) + jsonText(beside));
    }

    private static long name(Column column) {
        return jsonText(column.name()) + 1;
    }

    private static long inJson(@Nullable Object value, ColumnType type) {
        if (value instanceof byte[] bytes) {
            return OTHER_VALUE
                    + (type.type() == SqlType.VECTOR
                            ? (long) JSON_PER_FLOAT_BYTE * bytes.length
                            : (bytes.length + 2L) / 3 * 4);
        }
        return value instanceof String text ? jsonText(text) : OTHER_VALUE;
    }

    /** What a value is as text that travels beside its row; null for most. */
    private static @Nullable String beside(Object value, ColumnType type) {
        return value instanceof ExactValue exact ? exact.text() : Form.of(type).textOfMinusZero(value);
    }

    private static long utf8(String text) {
        return text.codePoints().mapToLong(RecordLimit::utf8).sum();
    }

    private static long utf8(int character) {
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }

    private static long jsonText(String text) {
        return 3 + text.codePoints().mapToLong(RecordLimit::json).sum();
    }

    /** Two escapes for what UTF-16 has two units for. */
    private static long json(int character) {
        if (character >= ' ') {
            return character == '"' || character == '\\' ? 2 : character < 0x10000 ? utf8(character) : 2L * CHARACTER;
        }
        return "\n\r\t\b\f".indexOf(character) >= 0 ? 2 : CHARACTER;
    }

    private String message(RowChange row, long size) {
        TableSchema table = row.schema();
        @Nullable Object[] image = Objects.requireNonNull(row.before() != null ? row.before() : row.after());
        List<Object> key =
                table.key().stream().map(i -> Objects.requireNonNull(image[i])).toList();
        return "the record of a row of table " + table.id()
                + (table.hasKey() ? ", key " + KeyText.write(key) : ", which has no key")
                + ", read at " + row.origin().place() + " would have about " + size
                + " bytes, and the producer sends none of more than " + bytesMax + ": raise "
                + DeliveryConfig.REQUEST_SIZE + ", with " + DeliveryConfig.BUFFER
                + " and the topic's max.message.bytes,"
                + " or " + DeliveryConfig.RECORD_BYTES_MAX
                + " if the worker's own settings let its producer send more; or make the row smaller";
    }
}
