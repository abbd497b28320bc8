package io.binlogreplica.local.demo;

import java.util.Collection;

/** Times that were measured one after the other. */
public final class Latencies {

    private final long[] sortedNanos;

    private Latencies(long[] sortedNanos) {
        this.sortedNanos = sortedNanos;
    }

    /** At least one. */
    public static Latencies of(Collection<Long> nanos) {
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException("no times were measured");
        }
        return new Latencies(nanos.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    public int count() {
        return sortedNanos.length;
    }

    /** The smallest of them that at least so many percent do not exceed. */
    public double percentileMillis(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sortedNanos.length);
        return sortedNanos[Math.max(1, rank) - 1] / 1e6;
    }
}
