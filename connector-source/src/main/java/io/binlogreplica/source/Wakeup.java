package io.binlogreplica.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread wait for whichever of several others has something for it. A call that nobody waits for is remembered. */
public final class Wakeup {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();

    /** Guarded by lock. */
    private boolean pending;

    /** There is something to do. */
    public void call() {
        lock.lock();
        try {
            pending = true;
            called.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when called, at once if that was since the last return, or after {@code millis}. */
    public void await(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!pending && left > 0) {
                left = called.awaitNanos(left);
            }
            pending = false;
        } finally {
            lock.unlock();
        }
    }
}
