package io.binlogreplica.source.binlog;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands events from the thread that reads the socket to the one that makes records, many at a time, so that neither waits for the
 * other's every step. Bounded by bytes: an event is let in while less than the limit is inside, so it may overshoot by one event.
 */
final class EventQueue {

    private final long bytesMax;
    private final Runnable filled;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<RawEvent> events = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    /**
     * An empty queue.
     *
     * @param filled called when there is something to drain, and there was nothing before
     */
    EventQueue(long bytesMax, Runnable filled) {
        this.bytesMax = bytesMax;
        this.filled = filled;
    }

    /**
     * Adds an event, waiting for room.
     *
     * @return false when nobody will take it any more
     */
    boolean put(RawEvent event) throws InterruptedException {
        boolean wasEmpty;
        lock.lockInterruptibly();
        try {
            while (bytes >= bytesMax && !closed) {
                drained.await();
            }
            if (closed) {
                return false;
            }
            wasEmpty = events.isEmpty();
            events.add(event);
            bytes += event.length();
        } finally {
            lock.unlock();
        }
        if (wasEmpty) {
            filled.run();
        }
        return true;
    }

    /** Moves all events to {@code target}. */
    void drainTo(ArrayDeque<RawEvent> target) {
        lock.lock();
        try {
            target.addAll(events);
            events.clear();
            bytes = 0;
            drained.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more in; what is inside can still be drained. */
    void close() {
        lock.lock();
        try {
            closed = true;
            drained.signalAll();
        } finally {
            lock.unlock();
        }
        filled.run();
    }
}
