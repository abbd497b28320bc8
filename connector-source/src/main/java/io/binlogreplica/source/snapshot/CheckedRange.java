package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.RangeChecksum;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What rows a table has in a range, as they were at one position of the binlog. */
public final class CheckedRange implements Due, Found {

    private final BinlogPosition position;
    private final @Nullable Unsettled unsettled;
    private final TableSchema schema;
    private final BooleanSupplier isVoid;
    private volatile @Nullable RangeChecksum checksum;
    private volatile boolean finished;
    private volatile boolean again;

    /**
     * A range that is being read.
     *
     * @param isVoid whether the table is another by now, or the server
     */
    CheckedRange(BinlogPosition position, @Nullable Unsettled unsettled, TableSchema schema, BooleanSupplier isVoid) {
        this.position = position;
        this.unsettled = unsettled;
        this.schema = schema;
        this.isVoid = isVoid;
    }

    @Override
    public BinlogPosition position() {
        return position;
    }

    @Override
    public @Nullable Unsettled unsettled() {
        return unsettled;
    }

    /** The table as it was read. */
    public TableSchema schema() {
        return schema;
    }

    public RangeChecksum checksum() {
        return Objects.requireNonNull(checksum);
    }

    boolean isRead() {
        return checksum != null;
    }

    void read(RangeChecksum found) {
        checksum = found;
    }

    @Override
    public boolean isVoid() {
        return isVoid.getAsBoolean();
    }

    @Override
    public void finished() {
        finished = true;
    }

    /** Whether the stream has it, or gave it up. */
    boolean isFinished() {
        return finished;
    }

    /** The stream does not take it: it is to be read once more. */
    void readAgain() {
        again = true;
    }

    boolean isToBeReadAgain() {
        return again;
    }
}
