package io.binlogreplica.sink.metrics;

import io.binlogreplica.metrics.ChangeCounts;
import io.binlogreplica.metrics.Meters;
import io.binlogreplica.metrics.Metric;
import io.binlogreplica.record.Change;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStatus;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Measures a sink task. Called by Connect's thread and by lanes; looked at by any thread. */
public final class SinkMetrics implements AutoCloseable {

    /** The last transaction of a partition that was received, and the last that was committed. */
    private static final class Progress {
        private volatile @Nullable Sequence received;
        private volatile @Nullable Sequence committed;
        private volatile long committedOriginMillis;
        private volatile boolean behind;
    }

    private final Meters meters;
    private final ChangeCounts changes;
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Map<TopicPartition, Progress> partitions = new ConcurrentHashMap<>();
    private final Map<Compared, AtomicLong> chunks = new EnumMap<>(Compared.class);
    private final AtomicLong comparedRows = new AtomicLong();
    private final Map<String, AtomicLong> differing = new ConcurrentHashMap<>();
    private final AtomicLong repairs = new AtomicLong();
    private volatile long latencyMillis;
    private volatile Map<TableId, TableStatus> tables = Map.of();
    private final Set<TableId> shownFailed = new HashSet<>();
    private final Set<TableId> shownConflicts = new HashSet<>();

    public SinkMetrics(Meters meters) {
        this.meters = meters;
        this.changes = new ChangeCounts(meters, Metric.SINK_CHANGES);
        meters.show(Metric.SINK_LAG, this::lagMillis);
        meters.show(Metric.SINK_LATENCY, () -> latencyMillis);
        meters.show(Metric.SINK_LAG_TRANSACTIONS, this::lagTransactions);
        meters.show(Metric.SINK_COMMITS, commits::get);
        meters.show(Metric.SINK_RETRIES, retries::get);
        meters.show(Metric.SINK_REFUSED, refused::get);
        for (Compared result : Compared.values()) {
            var count = new AtomicLong();
            chunks.put(result, count);
            meters.show(Metric.SINK_VERIFIED_CHUNKS, count::get, result.name().toLowerCase(Locale.ROOT));
        }
        meters.show(Metric.SINK_VERIFIED_ROWS, comparedRows::get);
        for (String kind : List.of("missing", "extra", "different")) {
            var count = new AtomicLong();
            differing.put(kind, count);
            meters.show(Metric.SINK_DIFFERING_ROWS, count::get, kind);
        }
        meters.show(Metric.SINK_REPAIRED_ROWS, repairs::get);
        for (TableState state : TableState.values()) {
            meters.show(
                    Metric.SINK_TABLES,
                    () -> tables.values().stream()
                            .filter(status -> status.state() == state)
                            .count(),
                    state.name().toLowerCase(Locale.ROOT));
        }
    }

    /** That is the last change of those that were received just now. */
    public void received(TopicPartition partition, Change change) {
        Progress progress = progress(partition);
        progress.received = change.origin().sequence();
        progress.behind = true;
    }

    /** The partition is not this task's any more. */
    public void disowned(TopicPartition partition) {
        partitions.remove(partition);
    }

    /** A batch was committed on the replica. */
    public synchronized void committed(ChangeBatch batch) {
        meters.showWaiting();
        for (Located located : batch.changes()) {
            changes.add(located.change());
        }
        commits.incrementAndGet();
        if (batch.end() != null) {
            Progress progress = progress(batch.partition());
            Origin origin = batch.end().origin();
            progress.committed = batch.end().sequence();
            // what a source says at its start has no time on the primary
            if (origin != null && origin.tsMicros() > 0) {
                progress.committedOriginMillis = origin.tsMicros() / 1_000;
                latencyMillis = Math.max(0, System.currentTimeMillis() - progress.committedOriginMillis);
            }
            progress.behind = distance(progress) != 0;
        }
    }

    /** A transaction is to be tried again. */
    public void retried() {
        retries.incrementAndGet();
    }

    /** A transaction was refused for what is in it. */
    public void refused() {
        refused.incrementAndGet();
    }

    /** What came of comparing rows with the primary's. */
    public enum Compared {
        EQUAL,
        DIFFERENT,
        SKIPPED
    }

    /** So many rows were compared, or not. */
    public void compared(Compared result, long rows) {
        Objects.requireNonNull(chunks.get(result)).incrementAndGet();
        comparedRows.addAndGet(rows);
    }

    /** So many rows were found to differ in that way. */
    public void differ(String kind, long rows) {
        Objects.requireNonNull(differing.get(kind)).addAndGet(rows);
    }

    /** So many rows were deleted, or asked of the primary anew. */
    public void repaired(long rows) {
        repairs.addAndGet(rows);
    }

    /** How all tables are now. */
    public synchronized void tables(Map<TableId, TableStatus> statuses) {
        tables = Map.copyOf(statuses);
        var failed = new HashMap<TableId, Long>();
        var conflicts = new HashMap<TableId, Long>();
        statuses.forEach((table, status) -> {
            if (status.failed() > 0) {
                failed.put(table, status.failed());
            }
            if (status.conflicts() > 0) {
                conflicts.put(table, status.conflicts());
            }
        });
        show(Metric.SINK_FAILED, failed.keySet(), shownFailed);
        show(Metric.SINK_CONFLICTS, conflicts.keySet(), shownConflicts);
    }

    private void show(Metric metric, Set<TableId> wanted, Set<TableId> shown) {
        shown.removeIf(table -> {
            boolean gone = !wanted.contains(table);
            if (gone) {
                meters.hide(metric, table.toString());
            }
            return gone;
        });
        for (TableId table : wanted) {
            if (shown.add(table)) {
                meters.show(metric, () -> count(metric, table), table.toString());
            }
        }
    }

    private long count(Metric metric, TableId table) {
        TableStatus status = tables.getOrDefault(table, TableStatus.LIVE);
        return metric == Metric.SINK_FAILED ? status.failed() : status.conflicts();
    }

    private Progress progress(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, key -> new Progress());
    }

    private long lagMillis() {
        long now = System.currentTimeMillis();
        return partitions.values().stream()
                .filter(progress -> progress.behind && progress.committedOriginMillis > 0)
                .mapToLong(progress -> Math.max(0, now - progress.committedOriginMillis))
                .max()
                .orElse(0);
    }

    private long lagTransactions() {
        return partitions.values().stream().mapToLong(SinkMetrics::distance).sum();
    }

    private static long distance(Progress progress) {
        Sequence received = progress.received;
        Sequence committed = progress.committed;
        if (received == null || committed == null || received.epoch() != committed.epoch()) {
            return 0;
        }
        return Math.max(0, received.transaction() - committed.transaction());
    }

    @Override
    public void close() {
        meters.close();
    }
}
