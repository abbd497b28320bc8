package io.binlogreplica.source.metrics;

import io.binlogreplica.metrics.ChangeCounts;
import io.binlogreplica.metrics.Meters;
import io.binlogreplica.metrics.Metric;
import io.binlogreplica.record.Change;
import io.binlogreplica.source.snapshot.CopySummary;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Measures a source task. Called by the task's thread; looked at by any. */
public final class SourceMetrics implements AutoCloseable {

    private final Meters meters;
    private final ChangeCounts changes;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong reconnects = new AtomicLong();
    private volatile boolean connected;
    private volatile boolean caughtUp;
    /** When the last change was made, or when there was last none; by the primary's clock. */
    private volatile long seenMillis;
    /** How much the primary's clock is ahead of this machine's. */
    private volatile long clockAheadMillis;

    private volatile CopySummary copies = CopySummary.NONE;

    public SourceMetrics(Meters meters) {
        this.meters = meters;
        this.changes = new ChangeCounts(meters, Metric.SOURCE_CHANGES);
        this.seenMillis = now();
        meters.show(Metric.SOURCE_CONNECTED, () -> connected ? 1 : 0);
        meters.show(Metric.SOURCE_LAG, this::lagMillis);
        meters.show(Metric.SOURCE_TRANSACTIONS, transactions::get);
        meters.show(Metric.SOURCE_RECONNECTS, reconnects::get);
        meters.show(Metric.SOURCE_TABLES, () -> copies.pending(), "pending");
        meters.show(Metric.SOURCE_TABLES, () -> copies.running(), "running");
        meters.show(Metric.SOURCE_TABLES, () -> copies.complete(), "complete");
        meters.show(Metric.SOURCE_COPIED_ROWS, () -> copies.rows());
        meters.show(Metric.SOURCE_ROWS_TO_COPY, () -> copies.rowsLeft());
    }

    /**
     * The binlog is being read.
     *
     * @param clockAhead how much the primary's clock is ahead of this machine's
     */
    public void connected(Duration clockAhead) {
        clockAheadMillis = clockAhead.toMillis();
        connected = true;
        caughtUp = false;
    }

    /** It was, or was to be, and is not. */
    public void disconnected() {
        connected = false;
        caughtUp = false;
        reconnects.incrementAndGet();
    }

    /** A change goes to Connect. */
    public void emitted(Change change) {
        changes.add(change);
        // rows are copied into the stream once it is where they were read
        seenMillis = Math.max(seenMillis, change.origin().tsMicros() / 1_000);
        if (change.origin().streamed()) {
            caughtUp = false;
            if (change.last()) {
                meters.showWaiting();
                transactions.lazySet(transactions.get() + 1);
            }
        }
    }

    /** That is how far copies are. */
    public void copies(CopySummary summary) {
        copies = summary;
    }

    /** There is nothing more to read for now. */
    public void idle() {
        meters.showWaiting();
        if (connected) {
            seenMillis = now();
            caughtUp = true;
        }
    }

    private long lagMillis() {
        return caughtUp ? 0 : Math.max(0, now() - seenMillis);
    }

    private long now() {
        return System.currentTimeMillis() + clockAheadMillis;
    }

    @Override
    public void close() {
        meters.close();
    }
}
