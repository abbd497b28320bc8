package io.binlogreplica.sink.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Hands batches from the thread that reads records to the one that applies them. While one is being applied, the next grow: what is
 * waiting is joined into one batch, so that a busy replica gets large transactions and an idle one small ones at once.
 */
public final class BatchQueue {

    private final int joinedMax;
    private final int waitingMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<ChangeBatch> waiting = new ArrayDeque<>();
    private int changes;
    private int busy;
    private boolean closed;

    /**
     * An empty queue.
     *
     * @param joinedMax how many changes to join into a batch
     * @param waitingMax how many may wait before {@link #awaitRoom} says no
     */
    public BatchQueue(int joinedMax, int waitingMax) {
        this.joinedMax = joinedMax;
        this.waitingMax = waitingMax;
    }

    public void put(ChangeBatch batch) {
        lock.lock();
        try {
            waiting.add(batch);
            changes += batch.changes().size();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is room for more, or comes to be within that time. Nobody is kept from putting more. */
    public boolean awaitRoom(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (changes >= waitingMax && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return changes < waitingMax;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a batch; {@link #done} must follow. Null when the queue was closed. */
    public @Nullable ChangeBatch take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.await();
            }
            if (closed) {
                return null;
            }
            var joined = new ArrayList<ChangeBatch>();
            int size = 0;
            do {
                ChangeBatch next = waiting.remove();
                joined.add(next);
                size += next.changes().size();
            } while (!waiting.isEmpty()
                    && joined.get(0).canJoin(waiting.element())
                    && size + waiting.element().changes().size() <= joinedMax);
            changes -= size;
            ChangeBatch batch = ChangeBatch.join(joined);
            busy++;
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** What was taken is dealt with. */
    public void done() {
        lock.lock();
        try {
            busy--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Throws away what waits of partitions, and waits until all that was taken is done, but no longer than that. */
    public void remove(Collection<TopicPartition> partitions, long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.removeIf(batch -> partitions.contains(batch.partition()));
            changes = waiting.stream().mapToInt(batch -> batch.changes().size()).sum();
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (busy > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is waiting or under way, but no longer than that. Whether it is so. */
    public boolean awaitIdle(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while ((busy > 0 || !waiting.isEmpty()) && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return busy == 0 && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for that time. True at once when the queue is closed. */
    public boolean awaitClosed(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is taken any more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
