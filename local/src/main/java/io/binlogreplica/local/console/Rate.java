package io.binlogreplica.local.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count has grown of late. */
public final class Rate {

    private record Sample(long nanos, long count) {}

    private final long windowNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * A rate without samples.
     *
     * @param window how far back it looks
     */
    public Rate(Duration window) {
        this.windowNanos = window.toNanos();
    }

    /**
     * Adds what the count is now.
     *
     * @param nanos of a clock that only goes forward
     */
    public void add(long nanos, long count) {
        samples.addLast(new Sample(nanos, count));
        // one sample at or beyond the window's edge stays, so that the rate covers all of the window
        while (samples.size() > 2 && nanos - secondSample().nanos >= windowNanos) {
            samples.removeFirst();
        }
    }

    /** By the samples in the window; 0 before there are two, and when the count went back. */
    public double perSecond() {
        if (samples.size() < 2) {
            return 0;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        long nanos = last.nanos - first.nanos;
        return nanos <= 0 ? 0 : Math.max(0, last.count - first.count) * 1e9 / nanos;
    }

    private Sample secondSample() {
        var iterator = samples.iterator();
        iterator.next();
        return iterator.next();
    }
}
