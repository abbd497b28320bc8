package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that are due, of one table. */
public final class Piece implements Found {

    private final Chunk chunk;
    private final Chunk.Batch batch;
    private final List<Beginning> begun;

    Piece(Chunk chunk, Chunk.Batch batch, List<Beginning> begun) {
        this.chunk = chunk;
        this.batch = batch;
        this.begun = begun;
    }

    /** The table as it was read. */
    public TableSchema schema() {
        return chunk.schema();
    }

    /** Where the rows were read. */
    public BinlogPosition position() {
        return chunk.position();
    }

    public List<@Nullable Object[]> rows() {
        return batch.rows();
    }

    /** How much was read for them. */
    public long bytes() {
        return batch.bytes();
    }

    /** Tables whose copy begins before these rows. */
    public List<Beginning> begun() {
        return begun;
    }

    /** Whether the table's copy ends with these rows. */
    public boolean last() {
        return batch.endOfTable();
    }

    /** Whether they are some rows of a table that is whole, read once more. */
    public boolean reread() {
        return chunk.reread();
    }

    TableCopy copy() {
        return chunk.copy();
    }

    /** The last row's key as text; null for a table without a key, and without rows. */
    @Nullable
    String lastKey() {
        return batch.lastKey();
    }
}
