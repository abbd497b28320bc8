package io.binlogreplica.source.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The threads that read chunks. */
final class ChunkReaders implements AutoCloseable {

    /** For what is being read; then its connection is given up, since a driver would read all that a query returns. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final List<ChunkReader> readers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts so many. */
    ChunkReaders(int count, Supplier<ChunkReader> reader) {
        for (int i = 1; i <= count; i++) {
            ChunkReader next = reader.get();
            readers.add(next);
            var thread = new Thread(next, "chunk-reader-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Chunks are read from another server from now on. */
    void moved() {
        readers.forEach(ChunkReader::giveUp);
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        if (!haveEnded(STOP_PATIENCE)) {
            readers.forEach(ChunkReader::giveUp);
            haveEnded(STOP_TIMEOUT);
        }
    }

    private boolean haveEnded(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }
}
