package io.binlogreplica.source.binlog;

import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.TableMap.MappedColumn;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decodes the row images of one table in one version. */
public final class RowDecoder {

    private static final ColumnType HASH = ColumnType.parse("bigint unsigned", null, null);

    private final TableSchema table;
    private final boolean computedAreLogged;
    /** Columns that the table shows; others come behind them. */
    private final int visible;

    private final ValueDecoder[] columns;
    /** Indexes of the columns that MySQL has as JSON, of which differences may be logged. */
    private final int[] jsonColumns;

    /**
     * A decoder for the rows of a table.
     *
     * @param map how the binlog has it
     * @param table the same columns with their full types, but for hidden ones
     * @param computedAreLogged whether images must have the columns that the server computes; if not, these are null where they are
     *     missing, and not to be looked at
     */
    public RowDecoder(TableMap map, TableSchema table, boolean computedAreLogged) {
        this.table = table;
        this.computedAreLogged = computedAreLogged;
        this.visible = table.columns().size();
        this.columns = IntStream.range(0, map.columns().size())
                .mapToObj(i -> ValueDecoders.of(
                        map.columns().get(i),
                        i < visible ? table.columns().get(i).type() : HASH))
                .toArray(ValueDecoder[]::new);
        this.jsonColumns = IntStream.range(0, map.columns().size())
                .filter(i -> map.columns().get(i).type() == MappedColumn.JSON)
                .toArray();
    }

    int jsonColumns() {
        return jsonColumns.length;
    }

    public TableSchema table() {
        return table;
    }

    /** The next row image: one canonical value, or null, for each column. */
    @Nullable
    Object[] row(ByteCursor in) {
        int nulls = in.skip((columns.length + 7) / 8);
        byte[] bytes = in.bytes();
        var row = new @Nullable Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            if ((bytes[nulls + i / 8] >> i % 8 & 1) == 0) {
                row[i] = columns[i].decode(in);
            }
        }
        return shown(row);
    }

    private @Nullable Object[] shown(@Nullable Object[] row) {
        return visible == row.length ? row : Arrays.copyOf(row, visible);
    }

    /** The next row image, of some columns; null for the others. */
    @Nullable
    Object[] row(ByteCursor in, Image image) {
        return row(in, image, new @Nullable Object[columns.length]);
    }

    /**
     * The next row image, of some columns.
     *
     * @param unchanged has the values of the others
     */
    @Nullable
    Object[] row(ByteCursor in, Image image, @Nullable Object[] unchanged) {
        int present =
                (int) IntStream.range(0, columns.length).filter(image::has).count();
        int nulls = in.skip((present + 7) / 8);
        byte[] bytes = in.bytes();
        @Nullable Object[] row = Arrays.copyOf(unchanged, columns.length);
        int at = 0;
        for (int i = 0; i < columns.length; i++) {
            if (image.has(i)) {
                row[i] = (bytes[nulls + at / 8] >> at % 8 & 1) == 0 ? columns[i].decode(in) : null;
                at++;
            }
        }
        return shown(row);
    }

    /**
     * The next row image, complete but for JSON columns of which it has differences.
     *
     * @param differences a bit for each JSON column
     * @param before has the values that they are differences to
     */
    @Nullable
    Object[] rowOfDifferences(ByteCursor in, Image differences, @Nullable Object[] before) {
        int nulls = in.skip((columns.length + 7) / 8);
        byte[] bytes = in.bytes();
        var row = new @Nullable Object[columns.length];
        int json = 0;
        for (int i = 0; i < columns.length; i++) {
            boolean isJson = json < jsonColumns.length && jsonColumns[json] == i;
            boolean isDifference = isJson && differences.has(json);
            json += isJson ? 1 : 0;
            if ((bytes[nulls + i / 8] >> i % 8 & 1) == 0) {
                row[i] = isDifference ? changed(before[i], in) : columns[i].decode(in);
            }
        }
        return row;
    }

    private static String changed(@Nullable Object before, ByteCursor in) {
        if (!(before instanceof String document)) {
            throw new BinlogException("a JSON value is logged as its difference to " + before);
        }
        int length = (int) in.u32();
        int start = in.skip(length);
        return JsonDocument.changed(document, new ByteCursor(in.bytes(), start, start + length));
    }

    /** An event is of this table in this version. */
    void requireFit(Image image) {
        if (image.columns() != columns.length) {
            throw new BinlogException(
                    table.id(),
                    "rows of " + image.columns() + " columns follow the announcement of table " + table.id() + " with "
                            + columns.length);
        }
    }

    /** The image is all there is of the rows. */
    void requireComplete(Image image) {
        for (int i = image.firstMissing(); i >= 0 && i < visible; i++) {
            if (!image.has(i) && (computedAreLogged || !isComputed(i))) {
                throw lacks(i);
            }
        }
    }

    /** What the image lacks is as it was before; which nobody says of columns that the server computes. */
    void requireUnchanged(Image image) {
        for (int i = 0; i < visible; i++) {
            if (!image.has(i) && computedAreLogged && isComputed(i)) {
                throw lacks(i);
            }
        }
    }

    private boolean isComputed(int column) {
        return table.columns().get(column).isGenerated();
    }

    private BinlogException lacks(int column) {
        return new BinlogException(
                table.id(),
                "a row image of table " + table.id() + " lacks column "
                        + table.columns().get(column).name()
                        + ": the session that wrote it did not have binlog_row_image=FULL. Set it for all sessions,"
                        + " then copy the table again");
    }
}
