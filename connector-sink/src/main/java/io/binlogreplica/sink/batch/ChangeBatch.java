package io.binlogreplica.sink.batch;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.sink.state.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive changes of one topic partition.
 *
 * @param end where the partition is once they are applied; null when they end within a source transaction, which is then too large
 *     to be held in memory: more of it follows, and only then it may be committed
 * @param alone whether it is a statement that the replica commits by itself (DDL, TRUNCATE), with definitions of tables before it
 *     at most
 */
public record ChangeBatch(
        TopicPartition partition,
        List<Located> changes,
        @Nullable Position end,
        boolean alone) {

    /** Not changes, but the word that the transaction which was applied in part is no more. */
    static ChangeBatch takeBack(TopicPartition partition) {
        return new ChangeBatch(partition, List.of(), null, true);
    }

    public boolean isTakeBack() {
        return changes.isEmpty();
    }

    /** Whether it has nothing but rows, and the ends of their transactions: all of it can be taken back. */
    public boolean isRowsOnly() {
        return whole()
                && !alone
                && changes.stream()
                        .allMatch(located -> located.change() instanceof RowChange row && row.op() != Op.TRUNCATE);
    }

    /** The last change; of one that is {@code alone}, the statement. */
    public Located last() {
        return changes.get(changes.size() - 1);
    }

    public boolean whole() {
        return end != null;
    }

    /** All as one; each must be the next of the same partition. */
    static ChangeBatch join(List<ChangeBatch> batches) {
        ChangeBatch last = batches.get(batches.size() - 1);
        if (batches.size() == 1) {
            return last;
        }
        var all = new ArrayList<Located>();
        batches.forEach(batch -> all.addAll(batch.changes));
        return new ChangeBatch(last.partition, all, Objects.requireNonNull(last.end), false);
    }

    boolean canJoin(ChangeBatch next) {
        return whole() && next.whole() && !alone && !next.alone && partition.equals(next.partition);
    }

    /** Whether a change is a statement that commits by itself. */
    static boolean commitsByItself(Change change) {
        if (change instanceof RowChange row) {
            return row.op() == Op.TRUNCATE;
        }
        TableChange.Kind kind = ((TableChange) change).kind();
        return kind.beginsCopy() || kind == TableChange.Kind.DDL;
    }
}
