package io.binlogreplica.source;

import io.binlogreplica.source.record.ChangeRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.TransactionContext;
import org.jspecify.annotations.Nullable;

/**
 * Says where Kafka transactions end: behind whole source transactions; at once when nothing follows, otherwise after some time,
 * since each end costs a round trip to the broker or two. A source transaction that is too large for that gets several: Connect
 * keeps all records of a Kafka transaction in memory until its end, and brokers end it when it takes too long.
 */
final class KafkaTransactions {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    /** Of rows in the binlog; as records they may be several times that. */
    private static final long BYTES_MAX = 16 << 20;

    /** Well within the minute after which brokers end a Kafka transaction, and the task with it. */
    private static final Duration OPEN_MAX = Duration.ofSeconds(30);

    private final @Nullable TransactionContext context;
    private final LongSupplier nanos;

    /** Whether the last record that was given to Connect ends a source transaction. */
    private boolean endsWhole = true;
    /** Whether records were given to Connect since the last end of a Kafka transaction, and when the first of them was. */
    private boolean open;

    private long openedNanos;
    private long endedNanos;
    private long endedBytes;

    /**
     * None has begun.
     *
     * @param context null when Connect decides, or uses none
     * @param nanos a clock as {@link System#nanoTime}
     */
    KafkaTransactions(@Nullable TransactionContext context, LongSupplier nanos) {
        this.context = context;
        this.nanos = nanos;
        this.endedNanos = nanos.getAsLong();
    }

    /** Whether Connect saves what is handed over at once together. */
    boolean areUsed() {
        return context != null;
    }

    /** Whether a Kafka transaction has to be ended yet. */
    boolean isOpen() {
        return open;
    }

    /** Whether what was handed over so far ends with a whole source transaction. */
    boolean isBetweenSourceTransactions() {
        return endsWhole;
    }

    /**
     * Whether one that is open ends without any more records.
     *
     * @param more whether others follow without delay
     */
    boolean endsNow(boolean more) {
        return endsNow(more, nanos.getAsLong());
    }

    private boolean endsNow(boolean more, long now) {
        return open
                && (endsWhole
                        ? !more || now - endedNanos >= INTERVAL.toNanos()
                        : !more && now - openedNanos >= OPEN_MAX.toNanos());
    }

    /**
     * These records are handed over to Connect, and end what Connect gets at once.
     *
     * @param more whether others follow without delay
     * @param bytes how much of the binlog's rows they, and all before them, are made of
     */
    void handOver(List<ChangeRecord> batch, boolean more, long bytes) {
        if (!batch.isEmpty()) {
            endsWhole = batch.get(batch.size() - 1).last();
        }
        if (context == null) {
            return;
        }
        long now = nanos.getAsLong();
        if (!batch.isEmpty() && !open) {
            open = true;
            openedNanos = now;
        }
        ChangeRecord whole = lastWhole(batch);
        boolean old = open && now - openedNanos >= OPEN_MAX.toNanos();
        if (whole != null) {
            if (!more || now - endedNanos >= INTERVAL.toNanos()) {
                context.commitTransaction(whole);
                ended(!endsWhole, now, bytes);
            }
        } else if (endsNow(more, now)) {
            context.commitTransaction();
            ended(false, now, bytes);
        } else if (!batch.isEmpty() && (old || bytes - endedBytes >= BYTES_MAX)) {
            context.commitTransaction(batch.get(batch.size() - 1));
            ended(false, now, bytes);
        }
    }

    private void ended(boolean stillOpen, long now, long bytes) {
        open = stillOpen;
        openedNanos = now;
        endedNanos = now;
        endedBytes = bytes;
    }

    private static @Nullable ChangeRecord lastWhole(List<ChangeRecord> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            if (batch.get(i).last()) {
                return batch.get(i);
            }
        }
        return null;
    }
}
