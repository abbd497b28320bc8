package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.TableId;
import io.binlogreplica.source.offset.TableOffset;
import org.jspecify.annotations.Nullable;

/**
 * How far the copy of one table is. Of the stream's thread, but for what is volatile, which the thread that reads the table's
 * chunks reads or writes too.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written by the stream's thread alone
final class TableCopy {

    /** What the stream does with a table's changes. */
    enum Phase {
        /** Not begun: changes are left out, since the copy will have them. */
        PENDING,
        /** Begun: changes are sent. */
        RUNNING,
        /** Done, or never wanted. */
        COMPLETE
    }

    private final TableId table;
    private volatile Phase phase;
    private long rows;
    private long rowsBefore;
    private boolean announced;
    private boolean requested;
    private boolean stopped;
    private boolean leftOut;
    private volatile @Nullable String key;
    private volatile @Nullable String keyColumns;
    private volatile @Nullable String filter;
    private volatile int version;
    private volatile int generation;
    private volatile long estimatedRows;

    TableCopy(TableId table, Phase phase, long rows, @Nullable String key) {
        this.table = table;
        this.phase = phase;
        this.rows = rows;
        this.key = key;
    }

    static TableCopy resumed(TableId table, @Nullable TableOffset offset) {
        if (offset == null || offset.state() == TableOffset.State.PENDING) {
            var pending = new TableCopy(table, Phase.PENDING, 0, null);
            pending.leftOut = offset != null;
            return pending;
        }
        boolean complete = offset.state() == TableOffset.State.COMPLETE;
        var copy = new TableCopy(table, complete ? Phase.COMPLETE : Phase.RUNNING, offset.rows(), offset.key());
        copy.keyColumns = offset.columns();
        copy.filter = offset.filter();
        copy.requested = offset.state() == TableOffset.State.REQUESTED;
        copy.announced = offset.key() != null;
        copy.rowsBefore = offset.rows();
        return copy;
    }

    TableId table() {
        return table;
    }

    Phase phase() {
        return phase;
    }

    /** Whether there are rows to be read. */
    boolean isToDo() {
        return phase != Phase.COMPLETE || filter != null;
    }

    long rows() {
        return rows;
    }

    /** How many of them an earlier run had read. */
    long rowsBefore() {
        return rowsBefore;
    }

    /** The last row in the stream; null before the first. */
    @Nullable
    String key() {
        return key;
    }

    /** Whether {@link #key} is of these columns, as far as that was saved. */
    boolean isKeyOf(String columns) {
        String saved = keyColumns;
        return key == null || saved == null || saved.equals(columns);
    }

    /** Which rows of a table, whose copy is complete, are read once more, as a condition in SQL; null when none are. */
    @Nullable
    String filter() {
        return filter;
    }

    TableOffset offset() {
        TableOffset.State state = switch (phase) {
            case PENDING -> TableOffset.State.PENDING;
            case RUNNING -> requested ? TableOffset.State.REQUESTED : TableOffset.State.RUNNING;
            case COMPLETE -> TableOffset.State.COMPLETE;
        };
        return new TableOffset(state, rows, key, key == null ? null : keyColumns, filter);
    }

    /** Whether the copy is complete. Rows that are read once more alter none that is right. */
    boolean isWhole() {
        return phase == Phase.COMPLETE;
    }

    /** Grows when the table is another, or is copied anew; not when rows are read once more. */
    int generation() {
        return generation;
    }

    /** Grows when chunks that were read are void. */
    int version() {
        return version;
    }

    /** The server's guess, for the progress; 0 before it was asked. */
    long estimatedRows() {
        return estimatedRows;
    }

    void estimate(long tableRows) {
        estimatedRows = tableRows;
    }

    /** Whether readers of the topic know that the copy has begun, and what they have of it is what {@link #rows} counts. */
    boolean announced() {
        return announced;
    }

    /** Whether its copy is not begun, though a reader of the topic has the table from before. */
    boolean isLeftOut() {
        return leftOut && phase == Phase.PENDING;
    }

    /** Whether it is not to be read until it is asked for again. */
    boolean stopped() {
        return stopped;
    }

    void begin() {
        announced = true;
        requested = false;
        phase = Phase.RUNNING;
        rowsBefore = 0;
        rows = 0;
        key = null;
    }

    void advance(long moreRows, @Nullable String lastKey, String columns) {
        if (filter == null) {
            rows += moreRows;
        }
        keyColumns = columns;
        key = lastKey;
    }

    void complete() {
        phase = Phase.COMPLETE;
        key = null;
        filter = null;
    }

    /** Voids all chunks that were read; the copy begins anew with the next, and its changes go on to be sent. */
    void restart() {
        if (filter == null) {
            announced = false;
            rows = 0;
        }
        key = null;
        // last: who sees these sees the rest
        generation++;
        version++;
    }

    /** All rows are copied once more; until the copy begins, it is as if it were not asked for. */
    void again() {
        stopped = false;
        filter = null;
        if (phase == Phase.COMPLETE) {
            phase = Phase.RUNNING;
            requested = true;
        }
        restart();
    }

    /** It is as if nothing of the table had been sent, nor any of its changes. */
    void leaveOut() {
        leftOut = true;
        phase = Phase.PENDING;
        requested = false;
        filter = null;
        restart();
    }

    /** Rows of a complete copy are read once more. */
    void reread(String condition) {
        stopped = false;
        String before = filter;
        filter = before == null || before.equals(condition) ? condition : "(" + before + ") OR (" + condition + ")";
        key = null;
        version++;
    }

    /** No more is read. What had begun stays as it is; what had not, is not wanted any more. */
    void stop() {
        if (filter != null || requested) {
            requested = false;
            complete();
        } else {
            stopped = phase != Phase.COMPLETE;
        }
        version++;
    }

    /** Voids what was read ahead; reading is to go on behind {@link #key}. */
    void interrupt() {
        version++;
    }

    void goOn() {
        stopped = false;
    }

    void stayStopped() {
        stopped = true;
    }
}
