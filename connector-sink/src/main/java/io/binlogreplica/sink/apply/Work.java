package io.binlogreplica.sink.apply;

import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.plan.Footprint;
import org.jspecify.annotations.Nullable;

/** A batch that is under way. {@link Order} guards what changes. */
final class Work {

    private final ChangeBatch batch;
    private final long epoch;
    private final long from;
    private final boolean mayRunAhead;

    @Nullable
    Footprint footprint;
    /** It met something that a batch behind it holds. */
    boolean asksForRoom;

    /**
     * @param epoch under which its partition was read
     * @param from where its partition is before it
     */
    Work(ChangeBatch batch, long epoch, long from) {
        this.batch = batch;
        this.epoch = epoch;
        this.from = from;
        this.mayRunAhead = batch.isRowsOnly();
    }

    ChangeBatch batch() {
        return batch;
    }

    long epoch() {
        return epoch;
    }

    long from() {
        return from;
    }

    /** Where its partition is behind it. */
    long to() {
        return batch.end() == null ? from : batch.end().nextOffset();
    }

    /** Whether it may be written, but not committed, while batches before it are under way. */
    boolean mayRunAhead() {
        return mayRunAhead;
    }
}
