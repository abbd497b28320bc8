package io.binlogreplica.sink.state;

import io.binlogreplica.record.TableId;
import org.jspecify.annotations.Nullable;

/**
 * How a table of the replica is, since its last copy began.
 *
 * @param state what is true of it
 * @param failures how many changes in a row could not be applied
 * @param failed how many could not in all, each left out
 * @param conflicts how many did not find their row as it should be
 * @param cause why the first change was left out; null while none was
 * @param firstSkipped where that change is; null likewise
 */
public record TableStatus(
        TableState state,
        int failures,
        long failed,
        long conflicts,
        @Nullable String cause,
        @Nullable Place firstSkipped) {

    /** Stands for every table that has no status of its own. */
    public static final TableId ALL_OTHERS = new TableId("*", "*");

    public static final TableStatus COPYING = new TableStatus(TableState.COPYING, 0, 0, 0, null, null);
    public static final TableStatus LIVE = new TableStatus(TableState.LIVE, 0, 0, 0, null, null);

    /** Whether it has all rows as the primary has them, as far as is known. */
    public boolean isWhole() {
        return state == TableState.LIVE;
    }

    public boolean isDegraded() {
        return state == TableState.DEGRADED;
    }

    /** Something was left out, for that reason. Of several reasons, the first is kept, and then the one that degraded it. */
    public TableStatus damaged(String reason, Place place) {
        return cause != null ? this : with(state == TableState.LIVE ? TableState.DAMAGED : state, reason, place);
    }

    /** From now on everything is left out, for that reason. */
    public TableStatus degraded(String reason, Place place) {
        return isDegraded() ? this : with(TableState.DEGRADED, reason, place);
    }

    private TableStatus with(TableState newState, String reason, Place place) {
        return new TableStatus(
                newState, failures, failed, conflicts, reason, firstSkipped == null ? place : firstSkipped);
    }

    /** One more change could not be applied. */
    public TableStatus withFailure() {
        return new TableStatus(state, failures + 1, failed + 1, conflicts, cause, firstSkipped);
    }

    /** A change could be applied. */
    public TableStatus withSuccess() {
        return failures == 0 ? this : new TableStatus(state, 0, failed, conflicts, cause, firstSkipped);
    }

    public TableStatus withConflict() {
        return new TableStatus(state, failures, failed, conflicts + 1, cause, firstSkipped);
    }

    /** Its copy is complete. */
    public TableStatus copied() {
        if (isDegraded()) {
            return this;
        }
        return cause == null
                ? new TableStatus(TableState.LIVE, failures, failed, conflicts, null, null)
                : new TableStatus(TableState.DAMAGED, failures, failed, conflicts, cause, firstSkipped);
    }
}
