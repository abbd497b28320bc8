package io.binlogreplica.local.workload;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread that writes a {@link Workload}'s transactions, at a chosen rate, until it is stopped. */
public final class BackgroundWriter implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(150);

    /** What the writer may be behind its rate and catch up; after a longer outage it goes on at its rate. */
    private static final long BEHIND_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final Workload workload;
    private final double changesPerSecond;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /** Why the thread ended before it was stopped; null when it has not. */
    private volatile @Nullable Throwable failure;

    BackgroundWriter(Workload workload, double changesPerSecond) {
        if (!(changesPerSecond > 0)) {
            throw new IllegalArgumentException("a rate of " + changesPerSecond + " changes a second; give one above 0");
        }
        this.workload = workload;
        this.changesPerSecond = changesPerSecond;
        this.thread = new Thread(this::run, "workload-writer");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Ends the thread when its transaction is done.
     *
     * @throws IllegalStateException when writing failed; the cause says why
     */
    public void stop() {
        stopped.countDown();
        try {
            thread.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stopping the writer", e);
        }
        if (thread.isAlive()) {
            throw new IllegalStateException("the writer did not stop within " + STOP_LIMIT.toSeconds() + " s");
        }
        if (failure != null) {
            throw new IllegalStateException("the writer failed: " + failure.getMessage(), failure);
        }
    }

    /** Whether it is still writing: false once it was stopped or has failed. */
    public boolean isWriting() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        stop();
    }

    private void run() {
        try {
            long due = System.nanoTime();
            do {
                long before = workload.committedChanges();
                workload.writeTransaction();
                long changes = workload.committedChanges() - before;
                long now = System.nanoTime();
                due = Math.max(due, now - BEHIND_NANOS_MAX) + (long) (changes * 1e9 / changesPerSecond);
            } while (!stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
    }
}
