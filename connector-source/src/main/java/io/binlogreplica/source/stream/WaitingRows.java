package io.binlogreplica.source.stream;

import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.RowsEvent;
import io.binlogreplica.source.binlog.TableMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a transaction of which it is not known yet whether they happen: behind a savepoint, which may be rolled back to, and those
 * of a transaction that is prepared. They are dropped when they become too many to be kept; then they must be read once more.
 */
final class WaitingRows {

    /** An event and its table. */
    record RowsOfTable(TableMap table, RowsEvent event) {}

    private final LongPredicate fits;
    private final List<RowsOfTable> kept = new ArrayList<>();
    private final Map<String, Integer> savepoints = new LinkedHashMap<>();
    /** Numbers of events, in the transaction and of captured tables, that are not to be given out. */
    private final BitSet leftOut = new BitSet();

    private final int first;
    private int events;
    private long bytes;
    private boolean complete = true;

    /**
     * Without rows yet.
     *
     * @param before events of the transaction that do not wait: they were given out
     * @param fits whether so many bytes can be kept
     */
    WaitingRows(int before, LongPredicate fits) {
        this.fits = fits;
        this.first = before;
        this.events = before;
        leftOut.set(0, before);
    }

    void add(TableMap table, RowsEvent event) {
        events++;
        bytes += event.length();
        complete &= fits.test(bytes);
        if (complete) {
            kept.add(new RowsOfTable(table, event));
        } else {
            kept.clear();
        }
    }

    void savepoint(String name) {
        savepoints.remove(name);
        savepoints.put(name, events);
    }

    /** What came behind the savepoint has not happened. */
    void rollBackTo(String name) {
        Integer mark = savepoints.get(name);
        if (mark == null) {
            throw new BinlogException("rows are rolled back to savepoint " + name + ", which was not set");
        }
        leftOut.set(mark, events);
        savepoints.values().removeIf(later -> later > mark);
    }

    /** Whether some of them were rolled back. */
    boolean isRolledBack() {
        return leftOut.cardinality() > first;
    }

    /** The rows that have happened; null when they must be read once more. */
    @Nullable
    List<RowsOfTable> kept() {
        if (!complete) {
            return null;
        }
        var left = new ArrayList<RowsOfTable>();
        for (int i = 0; i < kept.size(); i++) {
            if (!leftOut.get(first + i)) {
                left.add(kept.get(i));
            }
        }
        return left;
    }

    /** Numbers of the events that are to be passed over when they are read once more. */
    BitSet leftOut() {
        return (BitSet) leftOut.clone();
    }
}
