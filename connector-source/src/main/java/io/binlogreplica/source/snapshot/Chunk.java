package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table, all as they were at one position of the binlog. They come in batches, while the chunk is still being read:
 * a single one for a chunk by key, many for a table without a key, which is one chunk as a whole.
 */
final class Chunk implements Due {

    /** As many as may be read ahead of the stream. */
    private static final int BATCHES_MAX = 4;

    private final TableCopy copy;
    private final int version;
    private final BinlogPosition position;
    private final @Nullable Unsettled unsettled;
    private final TableSchema schema;
    private final boolean reread;
    private final List<Definition> begins;
    private final Runnable finished;
    private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES_MAX);
    // Of the stream's thread.
    private boolean begun;

    /**
     * A chunk without rows yet.
     *
     * @param position where its read view is
     * @param unsettled what that view may lack
     * @param schema the table's columns as they were read
     * @param reread whether the rows are some of a table that is whole, read once more
     * @param begins empty unless the table's copy begins with this chunk; then the table first, and behind it those that foreign keys
     *     join it to, whose copies have to begin no later
     * @param finished called once the chunk's last row is in the stream, or the chunk was given up
     */
    Chunk(
            TableCopy copy,
            int version,
            BinlogPosition position,
            @Nullable Unsettled unsettled,
            TableSchema schema,
            boolean reread,
            List<Definition> begins,
            Runnable finished) {
        this.copy = copy;
        this.version = version;
        this.position = position;
        this.unsettled = unsettled;
        this.schema = schema;
        this.reread = reread;
        this.begins = begins;
        this.finished = finished;
    }

    /**
     * Some rows of a chunk.
     *
     * @param bytes how much was read for them
     * @param lastKey the last row's key as text; null for a table without a key, and without rows
     * @param endOfChunk whether no more follow
     * @param endOfTable whether the table has no more rows
     */
    record Batch(
            List<@Nullable Object[]> rows,
            long bytes,
            @Nullable String lastKey,
            boolean endOfChunk,
            boolean endOfTable) {}

    TableCopy copy() {
        return copy;
    }

    @Override
    public BinlogPosition position() {
        return position;
    }

    /** Null, too, once its first rows are in the stream. */
    @Override
    public @Nullable Unsettled unsettled() {
        return begun ? null : unsettled;
    }

    TableSchema schema() {
        return schema;
    }

    boolean reread() {
        return reread;
    }

    /** What begins with this chunk; nothing when asked again. */
    List<Definition> begin() {
        List<Definition> first = begun ? List.of() : begins;
        begun = true;
        return first;
    }

    @Override
    public boolean isVoid() {
        return version != copy.version();
    }

    BlockingQueue<Batch> batches() {
        return batches;
    }

    @Override
    public void finished() {
        finished.run();
    }
}
