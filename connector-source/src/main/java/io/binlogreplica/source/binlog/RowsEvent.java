package io.binlogreplica.source.binlog;

import org.jspecify.annotations.Nullable;

/** A rows event, its rows not yet decoded: that needs the table. */
public final class RowsEvent {

    /** What happened to the rows of an event. */
    public enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    private static final int WRITE_ROWS_V1 = 23;
    private static final int DELETE_ROWS_V1 = 25;
    private static final int WRITE_ROWS = 30;
    private static final int DELETE_ROWS = 32;
    private static final int PARTIAL_UPDATE_ROWS = 39;
    private static final int WRITE_ROWS_COMPRESSED_V1 = 166;
    private static final int WRITE_ROWS_COMPRESSED = 169;
    private static final int DELETE_ROWS_COMPRESSED = 171;

    private final Kind kind;
    private final long tableNumber;
    private final int flags;
    private final Image before;
    private final Image after;
    private final boolean compressed;
    private final boolean partialJson;
    private final ByteCursor body;

    private RowsEvent(
            Kind kind,
            long tableNumber,
            int flags,
            Image before,
            Image after,
            boolean compressed,
            boolean partialJson,
            ByteCursor body) {
        this.kind = kind;
        this.tableNumber = tableNumber;
        this.flags = flags;
        this.before = before;
        this.after = after;
        this.compressed = compressed;
        this.partialJson = partialJson;
        this.body = body;
    }

    static boolean isRows(int eventType) {
        return (eventType >= WRITE_ROWS_V1 && eventType <= DELETE_ROWS_V1)
                || (eventType >= WRITE_ROWS && eventType <= DELETE_ROWS)
                || eventType == PARTIAL_UPDATE_ROWS
                || (eventType >= WRITE_ROWS_COMPRESSED_V1 && eventType <= DELETE_ROWS_COMPRESSED);
    }

    /** Reads the event up to its rows. */
    static RowsEvent decode(int eventType, ByteCursor in) {
        boolean compressed = eventType >= WRITE_ROWS_COMPRESSED_V1;
        boolean partialJson = eventType == PARTIAL_UPDATE_ROWS;
        boolean extraData = (eventType >= WRITE_ROWS && eventType <= DELETE_ROWS)
                || partialJson
                || eventType >= WRITE_ROWS_COMPRESSED;
        Kind kind = partialJson ? Kind.UPDATE : kind(eventType);
        long tableNumber = in.u48();
        int flags = in.u16();
        if (extraData) {
            in.skip(in.u16() - 2);
        }
        int columns = in.packedInt();
        Image before = Image.read(in, columns);
        Image after = kind == Kind.UPDATE ? Image.read(in, columns) : before;
        return new RowsEvent(kind, tableNumber, flags, before, after, compressed, partialJson, in);
    }

    private static Kind kind(int eventType) {
        int first = eventType >= WRITE_ROWS_COMPRESSED
                ? WRITE_ROWS_COMPRESSED
                : eventType >= WRITE_ROWS_COMPRESSED_V1
                        ? WRITE_ROWS_COMPRESSED_V1
                        : eventType >= WRITE_ROWS ? WRITE_ROWS : WRITE_ROWS_V1;
        return Kind.values()[eventType - first];
    }

    public Kind kind() {
        return kind;
    }

    /** The number of the TABLE_MAP before it. */
    public long tableNumber() {
        return tableNumber;
    }

    /** Statement end (1), no foreign key checks (2), cascades logged (16). */
    public int flags() {
        return flags;
    }

    /** How many bytes it holds. */
    public int length() {
        return body.end() - body.position();
    }

    /** How many bytes its rows have once they are not compressed. */
    public int plainLength() {
        return compressed
                ? Compression.plainLength(new ByteCursor(body.bytes(), body.position(), body.end()))
                : length();
    }

    /**
     * The rows, from the first; to be asked any number of times.
     *
     * @throws BinlogException when images lack columns that cannot be known from elsewhere
     */
    public Rows rows(RowDecoder decoder) {
        decoder.requireFit(before);
        decoder.requireComplete(before);
        if (kind == Kind.UPDATE && partialJson) {
            decoder.requireComplete(after);
        } else if (kind == Kind.UPDATE) {
            decoder.requireUnchanged(after);
        }
        var cursor = new ByteCursor(body.bytes(), body.position(), body.end());
        return new Rows(decoder, compressed ? Compression.event(cursor) : cursor);
    }

    /**
     * How many rows there are, of whatever form: a function of the event's bytes and of nothing else.
     *
     * @throws BinlogException when that cannot be told
     */
    public int count(TableMap map) {
        var cursor = new ByteCursor(body.bytes(), body.position(), body.end());
        ByteCursor in = compressed ? Compression.event(cursor) : cursor;
        int images = 0;
        while (in.hasRemaining()) {
            int start = in.position();
            boolean second = kind == Kind.UPDATE && images % 2 == 1;
            if (second && partialJson) {
                jsonDifferences(in, ValueLengths.jsonColumns(map));
            }
            ValueLengths.skipRow(in, map, second ? after : before);
            if (in.position() == start) {
                return 0;
            }
            images++;
        }
        return kind == Kind.UPDATE ? images / 2 : images;
    }

    /** Which of a table's JSON columns have differences in the image that follows, and not their value. */
    private static Image jsonDifferences(ByteCursor in, int jsonColumns) {
        boolean some = (in.packed() & 1) != 0;
        return some ? Image.read(in, jsonColumns) : new Image(jsonColumns, new byte[(jsonColumns + 7) / 8]);
    }

    /** Goes through the rows of an event. */
    public final class Rows {

        private final RowDecoder decoder;
        private final ByteCursor in;
        private final boolean beforeComplete = before.isComplete();
        private final boolean afterComplete = after.isComplete();
        private @Nullable Object @Nullable [] beforeRow;
        private @Nullable Object @Nullable [] afterRow;

        private Rows(RowDecoder decoder, ByteCursor in) {
            this.decoder = decoder;
            this.in = in;
        }

        /** Reads the next row; false when there is none. */
        public boolean next() {
            if (!in.hasRemaining()) {
                return false;
            }
            @Nullable Object[] first = beforeComplete ? decoder.row(in) : decoder.row(in, before);
            switch (kind) {
                case INSERT -> afterRow = first;
                case DELETE -> beforeRow = first;
                case UPDATE -> {
                    beforeRow = first;
                    afterRow = partialJson
                            ? decoder.rowOfDifferences(in, jsonDifferences(in, decoder.jsonColumns()), first)
                            : afterComplete ? decoder.row(in) : decoder.row(in, after, first);
                }
            }
            return true;
        }

        /** The row before the change; null for an insert. */
        public @Nullable Object @Nullable [] before() {
            return beforeRow;
        }

        /** The row after the change; null for a delete. */
        public @Nullable Object @Nullable [] after() {
            return afterRow;
        }
    }
}
