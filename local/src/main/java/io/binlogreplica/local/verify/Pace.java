package io.binlogreplica.local.verify;

/** Rests between chunks, so that no more than so many rows are read in a second. */
final class Pace {

    private final long rowsPerSecond;
    private long nextNanos = System.nanoTime();

    /**
     * A pace.
     *
     * @param rowsPerSecond 0 for no limit
     */
    Pace(long rowsPerSecond) {
        this.rowsPerSecond = rowsPerSecond;
    }

    /** So many rows were read; waits until more may be. */
    void read(long rows) throws InterruptedException {
        if (rowsPerSecond == 0) {
            return;
        }
        long now = System.nanoTime();
        nextNanos = Math.max(nextNanos, now - 1_000_000_000L) + (long) (rows * 1e9 / rowsPerSecond);
        long wait = nextNanos - now;
        if (wait > 0) {
            Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
    }

    /** The most rows to read in one statement, so that it is not all of a second's rows and more. */
    long rowsMax() {
        return rowsPerSecond == 0 ? Long.MAX_VALUE : Math.max(1, rowsPerSecond / 2);
    }
}
