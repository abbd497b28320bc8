package io.binlogreplica.database;

import java.time.Duration;

/** Growing waits between attempts. Of one thread. */
public final class Backoff {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    /**
     * Waits that double.
     *
     * @param first the wait after the first failure
     * @param longest none is longer
     */
    public Backoff(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.next = first;
    }

    /** How long to wait now, after one more failure. */
    public Duration next() {
        Duration wait = next;
        Duration doubled = wait.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return wait;
    }

    /** There was a success. */
    public void reset() {
        next = first;
    }
}
