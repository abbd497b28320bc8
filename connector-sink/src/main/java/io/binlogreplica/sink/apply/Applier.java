package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Milestone;
import io.binlogreplica.sink.batch.BatchQueue;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.failure.ErrantRecords;
import io.binlogreplica.sink.metrics.SinkMetrics;
import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.verify.SourceRequests;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Applies batches, each in a transaction of the replica that holds its position too, and commits them in their order. What passes by
 * itself (a deadlock, a lost connection, a server that is down) is tried again for as long as it takes.
 */
public final class Applier implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final BatchQueue queue;
    private final SinkMetrics metrics;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** What is committed on the replica. */
    private final Map<TopicPartition, Owned> owned = new ConcurrentHashMap<>();
    /** Partitions of which a transaction was applied in part, and lost: they must be read again. */
    private final Set<TopicPartition> lost = ConcurrentHashMap.newKeySet();

    private final AtomicLong definitionChanges = new AtomicLong();
    private final AtomicLong stateChanges = new AtomicLong();
    private volatile @Nullable Throwable failure;
    /** A lane has ended before its work was done. */
    private volatile boolean brokenOff;

    /** A partition that this task has taken over, and where it is. */
    record Owned(long epoch, long nextOffset) {
        /** Of a partition that this task does not have. */
        static final Owned NOT = new Owned(-1, -1);
    }

    /** Makes the writer for a new connection. */
    interface BatchWriterFactory {
        BatchWriter create(Connection connection) throws SQLException;
    }

    public Applier(
            SinkConfig config,
            Database database,
            StateTables states,
            BatchQueue queue,
            ErrantRecords errantRecords,
            SourceRequests requests,
            SinkMetrics metrics) {
        this.queue = queue;
        this.metrics = metrics;
        var order = new Order(queue, partition -> owned.getOrDefault(partition, Owned.NOT));
        for (int i = 0; i < config.apply().threads(); i++) {
            var lane = new Lane(
                    i,
                    this,
                    order,
                    database,
                    states,
                    connected -> new BatchWriter(connected, states, errantRecords, config, requests, metrics),
                    config.retry().newBackoff());
            lanes.add(lane);
            var thread = new Thread(lane, "applier-" + (i + 1) + "-" + config.connector());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    // Called by Connect's thread.

    /** The partition is this task's, from that position on. */
    public void own(TopicPartition partition, Positions.Taken taken) {
        owned.put(partition, new Owned(taken.epoch(), taken.position().nextOffset()));
        lost.remove(partition);
    }

    /** The partition is this task's no more; what is being applied of it is not committed, unless that is under way already. */
    public void disown(TopicPartition partition) {
        owned.remove(partition);
        lost.remove(partition);
    }

    /** Ends the connections that wrote what this task has no more. Nothing of that may be queued. */
    public void disconnect() throws InterruptedException {
        for (Lane lane : lanes) {
            lane.disconnect(STOP_TIMEOUT.toMillis());
        }
    }

    /** The first record of the partition that is not committed on the replica; null when that is not known. */
    public @Nullable Long applied(TopicPartition partition) {
        long offset = position(partition);
        return offset < 0 ? null : (Long) offset;
    }

    /** Whether the partition must be read again from what is applied, and be taken over anew. */
    public boolean isLost(TopicPartition partition) {
        return lost.contains(partition);
    }

    /** What was received of the partition, or is being applied, comes to nothing until it is taken over anew. */
    public void lose(TopicPartition partition) {
        lost.add(partition);
    }

    /**
     * Says what has stopped the applier.
     *
     * @throws ConnectException when something has
     */
    public void rethrowFailure() {
        Throwable failed = failure;
        if (failed instanceof ConnectException known) {
            throw known;
        }
        if (failed != null) {
            throw new ConnectException("applying changes has failed: " + failed.getMessage(), failed);
        }
    }

    /** Somebody else has changed tables' states. */
    public void statesChanged() {
        definitionsChanged();
    }

    @Override
    public void close() {
        queue.close();
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join(STOP_TIMEOUT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Called by lanes.

    private long position(TopicPartition partition) {
        Owned found = owned.get(partition);
        return found == null ? -1 : found.nextOffset;
    }

    /**
     * With what the work's partition may be written; null when the work is of no use any more: what was read before the partition was
     * taken over anew is read again. Nor is anything written behind work that was not done, which need not show in the position: a
     * statement that begins a transaction leaves it where it is.
     */
    @Nullable
    Owned owner(Work work) {
        TopicPartition partition = work.batch().partition();
        Owned found = brokenOff || lost.contains(partition) ? null : owned.get(partition);
        return found == null || found.epoch != work.epoch() ? null : found;
    }

    /** Whether the work's partition is where the work begins; not so when what was before it came to nothing. */
    boolean isNext(Work work) {
        Owned found = owner(work);
        return found != null && found.nextOffset == work.from();
    }

    void committed(Work work, Owned under) {
        owned.computeIfPresent(
                work.batch().partition(),
                (partition, now) -> now.epoch == under.epoch ? new Owned(under.epoch, work.to()) : now);
        Milestone.COMMITTED.reached();
        metrics.committed(work.batch());
    }

    SinkMetrics metrics() {
        return metrics;
    }

    void fail(Throwable e) {
        brokenOff = true;
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        } else if (failure == null) {
            failure = e;
        }
        queue.close();
    }

    /** How often tables may have been changed, or their states by somebody else. */
    long definitionChanges() {
        return definitionChanges.get();
    }

    /** How often a lane may have changed tables' states. */
    long stateChanges() {
        return stateChanges.get();
    }

    void laneChangedStates() {
        stateChanges.incrementAndGet();
    }

    void definitionsChanged() {
        definitionChanges.incrementAndGet();
    }

    boolean awaitClosed(Duration wait) throws InterruptedException {
        return queue.awaitClosed(wait.toMillis());
    }
}
