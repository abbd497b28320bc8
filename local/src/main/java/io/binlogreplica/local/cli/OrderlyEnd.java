package io.binlogreplica.local.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has the JVM wait, when it is told to end (Ctrl-C, SIGTERM), until a thread has put its things away. That thread is interrupted
 * then, and closes this object when it is done.
 */
final class OrderlyEnd implements AutoCloseable {

    private final Thread thread = Thread.currentThread();
    private final Duration limit;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean begun;

    private OrderlyEnd(Duration limit) {
        this.limit = limit;
    }

    /**
     * For the current thread.
     *
     * @param limit how long the JVM waits; then it ends as it is
     */
    static OrderlyEnd within(Duration limit) {
        var end = new OrderlyEnd(limit);
        Runtime.getRuntime().addShutdownHook(new Thread(end::run, "orderly-end"));
        return end;
    }

    /** Whether the JVM was told to end. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public void close() {
        done.countDown();
    }

    private void run() {
        if (done.getCount() == 0) {
            return;
        }
        begun = true;
        thread.interrupt();
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("Not everything ended within " + limit.toSeconds() + " s; leaving it.");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
