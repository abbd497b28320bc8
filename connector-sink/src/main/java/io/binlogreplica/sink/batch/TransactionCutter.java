package io.binlogreplica.sink.batch;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.sink.state.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts one topic partition's changes where source transactions end, and passes over what it had before: a source that was killed
 * sends again what it could not save, under the same sequence.
 */
public final class TransactionCutter {

    private static final Logger log = LoggerFactory.getLogger(TransactionCutter.class);

    private final TopicPartition partition;
    private final int partMax;
    /** Of the last whole transaction. */
    private @Nullable Sequence done;
    /** Likewise; null where that is not known. */
    private @Nullable String doneGtid;

    private final List<Located> current = new ArrayList<>();
    /** How many of the current ones are whole. */
    private int whole;

    private @Nullable Position end;
    private boolean alone;

    /** The transaction that is not whole yet, and its last row. */
    private @Nullable Sequence open;
    /** Its GTID; null where that is not known. */
    private @Nullable String openGtid;

    private long openOrder;
    /** The last transaction that began with a statement which commits by itself. */
    private @Nullable Sequence begunByStatement;
    /** The rows of a table that are not all there yet: where they were read. */
    private @Nullable Origin chunk;

    private boolean partTaken;
    /** The part that was taken is no part of anything. */
    private boolean partVoid;

    /**
     * A cutter that goes on at a position.
     *
     * @param partMax how many changes of one transaction to hold before they are passed on as a part
     */
    public TransactionCutter(TopicPartition partition, Position position, int partMax) {
        this.partition = partition;
        this.partMax = partMax;
        this.done = position.sequence();
        this.doneGtid = position.gtid();
    }

    /** Whether a change that comes next is of another server's transactions, so that what is done tells nothing of it; else null. */
    public @Nullable Divergence divergence(Change change) {
        Origin origin = change.origin();
        String gtid = origin.gtid();
        String known = doneGtid;
        Sequence sequence = origin.sequence();
        return sequence != null
                        && origin.streamed()
                        && sequence.equals(done)
                        && gtid != null
                        && known != null
                        && !known.equals(gtid)
                ? new Divergence(sequence, known, gtid)
                : null;
    }

    /**
     * Adds the next change.
     *
     * @return what must be applied before it: batches are cut around statements that commit by themselves
     */
    public @Nullable ChangeBatch add(Change change, long offset) {
        if (isKnown(change)) {
            if (change.last() && change.origin().streamed() && isOfOpen(change.origin())) {
                // a source that begins again may send less than before: not yet what belongs to copies that had begun
                whole = current.size();
                endAt(change, offset);
            }
            return null;
        }
        endBroken(change);
        boolean commitsByItself = ChangeBatch.commitsByItself(change);
        ChangeBatch before = commitsByItself || alone || partVoid ? take() : null;
        if (commitsByItself && !current.stream().allMatch(TransactionCutter::isDefinition)) {
            throw new ConnectException("a statement that commits by itself stands within a transaction at " + partition
                    + "@" + offset + ", " + change.origin().place());
        }
        current.add(new Located(change, offset));
        Origin origin = change.origin();
        Sequence sequence = origin.sequence();
        if (commitsByItself || change.last()) {
            whole = current.size();
            alone = commitsByItself;
        }
        if (change.last()) {
            endAt(change, offset);
        } else if (commitsByItself) {
            // a table that is created and filled in one transaction: after a failure it is created again, which is
            // tolerated
            end = position(offset, origin);
            open = sequence;
            openGtid = origin.gtid();
            begunByStatement = sequence;
            openOrder = 0;
        } else if (sequence != null && origin.streamed()) {
            openOrder = Math.max(sequence.equals(open) ? openOrder : 0, order(change));
            open = sequence;
            openGtid = origin.gtid();
        } else if (sequence != null) {
            chunk = origin;
        }
        return before;
    }

    /**
     * All whole transactions so far, or a part of one that is too large to be held; null when there is neither. A part may be void:
     * then what was taken of its transaction is to be taken back.
     */
    public @Nullable ChangeBatch take() {
        if (partVoid) {
            partVoid = false;
            partTaken = false;
            return ChangeBatch.takeBack(partition);
        }
        if (whole > 0) {
            var batch = new ChangeBatch(partition, List.copyOf(current.subList(0, whole)), end, alone);
            current.subList(0, whole).clear();
            whole = 0;
            alone = false;
            partTaken = false;
            return batch;
        }
        if (current.size() >= partMax) {
            // one stays, since the end may come without a row
            List<Located> taken = current.subList(0, current.size() - 1);
            var part = new ChangeBatch(partition, List.copyOf(taken), null, false);
            taken.clear();
            partTaken = true;
            return part;
        }
        return null;
    }

    /** What is current is whole with the record at that offset. */
    private void endAt(Change change, long offset) {
        markDone(change);
        end = position(offset + 1, change.origin());
        open = null;
        chunk = null;
    }

    /**
     * Rows of a copy stand behind the transaction that they name, whether or not anything of it was sent. What else is said of a copy
     * may stand within it, so it shows the end of the one before only.
     */
    private void markDone(Change change) {
        Origin origin = change.origin();
        Sequence sequence = origin.sequence();
        String gtid = origin.gtid();
        if (sequence != null && !origin.streamed() && !(change instanceof RowChange)) {
            sequence = new Sequence(sequence.epoch(), sequence.transaction() - 1);
            gtid = null;
        }
        if (sequence != null && (done == null || sequence.compareTo(done) > 0)) {
            done = sequence;
            doneGtid = gtid;
        } else if (doneGtid == null && Objects.equals(sequence, done)) {
            doneGtid = gtid;
        }
    }

    /** Rows of a copy have no GTID, nor has a position behind them. */
    private Position position(long next, Origin last) {
        boolean known = done != null && last.gtid() != null;
        return new Position(next, done, known ? doneGtid : last.gtid(), last);
    }

    private boolean isOfOpen(Origin origin) {
        return open != null
                && open.equals(origin.sequence())
                && (openGtid == null || origin.gtid() == null || openGtid.equals(origin.gtid()));
    }

    private static boolean isDefinition(Located located) {
        return located.change() instanceof TableChange table && table.kind() == TableChange.Kind.DEFINITION;
    }

    private boolean isKnown(Change change) {
        Sequence sequence = change.origin().sequence();
        if (sequence == null) {
            return false;
        }
        boolean isOfOpen = isOfOpen(change.origin());
        // a statement that fills a table stands before its rows, and so does what is said of the table's copy
        boolean hasRows = isOfOpen && openOrder > 0;
        if (!change.origin().streamed()) {
            return (done != null && sequence.compareTo(done) < 0) || (hasRows && !(change instanceof RowChange));
        }
        if (done != null && sequence.compareTo(done) <= 0) {
            return true;
        }
        if (change instanceof RowChange) {
            return isOfOpen && order(change) <= openOrder;
        }
        return ChangeBatch.commitsByItself(change) && (hasRows || (isOfOpen && sequence.equals(begunByStatement)));
    }

    /**
     * Leaves out what a source that was killed had begun and begins again, or has no more. A transaction ends where another begins, or
     * with the source's epoch; rows of a table, where anything else comes.
     */
    private void endBroken(Change change) {
        Origin origin = change.origin();
        Sequence next = origin.sequence();
        Sequence transaction = open;
        if (transaction != null
                && (origin.streamed() ? !isOfOpen(origin) : next != null && next.epoch() != transaction.epoch())) {
            leaveOut(transaction.text(), located -> located.origin().streamed());
            open = null;
        }
        Origin rows = chunk;
        if (rows != null && !isSameChunk(rows, origin)) {
            leaveOut(
                    "rows of " + rows.table() + " read at " + rows.place(),
                    located -> isSameChunk(rows, located.origin()));
            chunk = null;
        }
    }

    private void leaveOut(String what, Predicate<Change> part) {
        log.warn("Of {}, {} was begun and never ended; it is left out", partition, what);
        current.subList(whole, current.size()).removeIf(located -> part.test(located.change()));
        // what was taken belongs to what is whole, if anything is
        partVoid |= partTaken && whole == 0;
    }

    private static boolean isSameChunk(Origin a, Origin b) {
        return !b.streamed()
                && a.table().equals(b.table())
                && a.tsMicros() == b.tsMicros()
                && a.pos() == b.pos()
                && Objects.equals(a.sequence(), b.sequence())
                && a.file().equals(b.file());
    }

    private static long order(Change change) {
        return change instanceof RowChange row && row.transaction() != null
                ? row.transaction().totalOrder()
                : 0;
    }
}
