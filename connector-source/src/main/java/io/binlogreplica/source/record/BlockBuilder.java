package io.binlogreplica.source.record;

import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.block.Block;
import io.binlogreplica.record.block.BlockWriter;
import io.binlogreplica.source.stream.SourceChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of many changes each. A record has whole source transactions, or a part of one and nothing else: whoever has applied
 * a record that ends a transaction has applied all of the record, and an offset says where he is.
 */
final class BlockBuilder {

    /** From there on a block ends with the next transaction. */
    private static final int SIZE_AIM = 256 << 10;

    /** Only a block of a single change may be longer. */
    private static final int SIZE_MAX = 2 * SIZE_AIM;

    private static final int CHANGES_AIM = 1_000;

    private final String topic;
    private final BlockWriter writer = new BlockWriter();

    private @Nullable SourceChange last;
    /** The last change that ends a transaction, and how long the block was behind it. */
    private @Nullable SourceChange whole;

    private int wholeSize;
    /** The changes behind it. */
    private final List<SourceChange> open = new ArrayList<>();

    BlockBuilder(String topic) {
        this.topic = topic;
    }

    /** Adds a change of a row, as records are to have it. */
    void add(SourceChange change, List<ChangeRecord> records) {
        RowChange row = row(change);
        if (last != null && !last.partition().equals(change.partition())) {
            flush(records);
        }
        int before = writer.size();
        writer.add(row);
        if (writer.size() > SIZE_MAX && writer.changes() > 1) {
            endBefore(change, before, records);
            return;
        }
        last = change;
        boolean full = writer.size() >= SIZE_AIM || writer.changes() >= CHANGES_AIM;
        if (row.last()) {
            whole = change;
            wholeSize = writer.size();
            open.clear();
            if (full || !row.origin().streamed()) {
                flush(records);
            }
        } else if (whole != null) {
            open.add(change);
        } else if (full) {
            flush(records);
        }
    }

    /** The change would make the block too long: begins a new one for it. */
    private void endBefore(SourceChange change, int sizeBefore, List<ChangeRecord> records) {
        List<SourceChange> again = whole == null ? List.of() : List.copyOf(open);
        if (whole != null) {
            end(whole, wholeSize, records);
        } else if (last != null) {
            end(last, sizeBefore, records);
        }
        again.forEach(left -> add(left, records));
        add(change, records);
    }

    /** Adds records of all that was added. */
    void flush(List<ChangeRecord> records) {
        if (whole != null && !open.isEmpty()) {
            List<SourceChange> again = List.copyOf(open);
            end(whole, wholeSize, records);
            again.forEach(left -> add(left, records));
        }
        if (last != null) {
            end(last, writer.size(), records);
        }
    }

    private static RowChange row(SourceChange change) {
        return (RowChange) Objects.requireNonNull(change.change());
    }

    private void end(SourceChange through, int size, List<ChangeRecord> records) {
        records.add(new ChangeRecord(
                row(through).last(),
                through.partition(),
                through.after().toMap(),
                topic,
                0,
                null,
                null,
                Block.SCHEMA,
                writer.take(size),
                null));
        last = null;
        whole = null;
        open.clear();
    }
}
