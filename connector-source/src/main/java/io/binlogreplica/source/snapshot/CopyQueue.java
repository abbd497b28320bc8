package io.binlogreplica.source.snapshot;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Copies that wait for a thread to read them, each once; and whether reading is paused. */
final class CopyQueue {

    // Guarded by this.
    private final Set<TableCopy> waiting = new LinkedHashSet<>();
    private int taken;
    private boolean paused;

    CopyQueue(boolean paused) {
        this.paused = paused;
    }

    // Called by the stream's thread.

    synchronized void add(TableCopy copy) {
        waiting.add(copy);
        notifyAll();
    }

    synchronized void remove(TableCopy copy) {
        waiting.remove(copy);
    }

    /** What is being read is read to the end of its chunk. */
    synchronized void pause(boolean pause) {
        paused = pause;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return paused;
    }

    /** Whether rows are being read. */
    synchronized boolean isBusy() {
        return !paused && (taken > 0 || !waiting.isEmpty());
    }

    // Called by the threads that read chunks.

    synchronized TableCopy take() throws InterruptedException {
        while (paused || waiting.isEmpty()) {
            wait();
        }
        Iterator<TableCopy> first = waiting.iterator();
        TableCopy copy = first.next();
        first.remove();
        taken++;
        return copy;
    }

    /** There is no more to read of one that was taken. */
    synchronized void done() {
        taken--;
    }

    /** Those that are taken next, some at most. */
    synchronized List<TableCopy> next(int most) {
        return waiting.stream().limit(most).toList();
    }

    /** Returns once reading is not paused. */
    synchronized void await() throws InterruptedException {
        while (paused) {
            wait();
        }
    }
}
