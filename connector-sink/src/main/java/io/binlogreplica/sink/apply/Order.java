package io.binlogreplica.sink.apply;

import io.binlogreplica.sink.batch.BatchQueue;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.plan.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps batches in their order while several are under way. Each is written on its own lane; only the first of those under way may be
 * committed.
 */
final class Order {

    private final BatchQueue queue;
    private final Function<TopicPartition, Applier.Owned> owners;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    /** In their order. */
    private final List<Work> underWay = new ArrayList<>();
    /** The thread that takes the next batch, or has a part of a transaction and takes all that comes. */
    private @Nullable Thread taking;

    /**
     * @param owners under which epoch a partition is read, and where it is, as far as it is committed
     */
    Order(BatchQueue queue, Function<TopicPartition, Applier.Owned> owners) {
        this.queue = queue;
        this.owners = owners;
    }

    /**
     * The next batch; null when there will be none. {@link #end} must follow. A lane that gets a part of a transaction gets all that
     * comes next, until it says {@link #release}.
     */
    @Nullable
    Work take() throws InterruptedException {
        awaitTaking();
        Work work = null;
        try {
            ChangeBatch batch = queue.take();
            work = batch == null ? null : begin(batch);
            return work;
        } finally {
            if (work == null || work.batch().whole()) {
                release();
            }
        }
    }

    private void awaitTaking() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (taking != null && taking != Thread.currentThread()) {
                changed.await();
            }
            taking = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** The lane has no part of a transaction any more. */
    void release() {
        lock.lock();
        try {
            if (taking == Thread.currentThread()) {
                taking = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Work begin(ChangeBatch batch) {
        lock.lock();
        try {
            Applier.Owned owned = owners.apply(batch.partition());
            long from = owned.nextOffset();
            for (Work before : underWay) {
                if (before.batch().partition().equals(batch.partition()) && before.epoch() == owned.epoch()) {
                    from = before.to();
                }
            }
            var work = new Work(batch, owned.epoch(), from);
            underWay.add(work);
            return work;
        } finally {
            lock.unlock();
        }
    }

    void end(Work work) {
        lock.lock();
        try {
            underWay.remove(work);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        queue.done();
    }

    boolean isFirst(Work work) {
        lock.lock();
        try {
            return underWay.get(0) == work;
        } finally {
            lock.unlock();
        }
    }

    void awaitFirst(Work work) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (underWay.get(0) != work) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the work may be committed.
     *
     * @return false when it must be taken back first, since a batch before it needs what it holds
     */
    boolean awaitTurn(Work work) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (underWay.get(0) != work) {
                for (Work before : before(work)) {
                    if (before.asksForRoom) {
                        return false;
                    }
                }
                changed.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The batch could not be written: those behind it shall take back what they have written. */
    void askForRoom(Work work) {
        lock.lock();
        try {
            work.asksForRoom = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the batches before it depend on. Waits until that is known.
     *
     * @return null when one of them has more than rows: the work must be first to be written
     */
    @Nullable
    List<Footprint> footprintsBefore(Work work) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                List<Work> before = before(work);
                if (!before.stream().allMatch(Work::mayRunAhead)) {
                    return null;
                }
                if (before.stream().allMatch(known -> known.footprint != null)) {
                    return before.stream()
                            .map(known -> Objects.requireNonNull(known.footprint))
                            .toList();
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Batches behind it may be planned now. */
    void planned(Work work, Footprint footprint) {
        lock.lock();
        try {
            work.footprint = footprint;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<Work> before(Work work) {
        return underWay.subList(0, underWay.indexOf(work));
    }
}
