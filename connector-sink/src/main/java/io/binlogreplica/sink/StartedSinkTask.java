package io.binlogreplica.sink;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Change;
import io.binlogreplica.record.ChangeReader;
import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.apply.Applier;
import io.binlogreplica.sink.apply.ReplicaSession;
import io.binlogreplica.sink.batch.BatchQueue;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.batch.Divergence;
import io.binlogreplica.sink.batch.TransactionCutter;
import io.binlogreplica.sink.config.LayoutConfig;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.failure.ErrantRecords;
import io.binlogreplica.sink.metrics.SinkMetrics;
import io.binlogreplica.sink.resync.Resync;
import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.ReplicaConnection;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.verify.SourceRequests;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A sink task that is running: the stages and how they are joined. Of Connect's thread. */
final class StartedSinkTask implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StartedSinkTask.class);

    /** How long to hold Connect's thread when much is waiting to be applied, before its partitions are paused instead. */
    private static final long ROOM_MILLIS = 1_000;

    /** How soon to be called again while something is being waited for. */
    private static final long RECHECK_MILLIS = 200;

    private static final long STOP_MILLIS = 30_000;

    /** Connect's own setting. */
    private static final String TRANSFORMS = "transforms";

    /** Offsets between two records that are no sign of anything: marks of Kafka transactions. */
    private static final long MARKS_MAX = 1;

    /** How long a task that had a partition before may take to end its transaction. */
    private static final int OWNER_WAIT_SECONDS = 5;

    private final SinkTaskContext context;
    private final SinkMetrics metrics;
    private final Database database;
    private final StateTables states;
    private final ChangeReader reader;
    private final LayoutConfig layout;
    private final BatchQueue queue;
    private final ErrantRecords errantRecords;
    private final SourceRequests sourceRequests;
    private final Applier applier;
    private final Takeover takeover;
    /** Null in the ordered layout. */
    private final @Nullable TableTopics tableTopics;

    private final @Nullable Resync resync;
    private final int partMax;
    /** Whether all records come here: transforms may drop some. */
    private final boolean gapsTell;

    private final Map<TopicPartition, TransactionCutter> cutters = new HashMap<>();
    /** Where partitions are to go on that gave no record yet. */
    private final Map<TopicPartition, Long> beginnings = new HashMap<>();
    /** The record behind the last one of each. */
    private final Map<TopicPartition, Long> following = new HashMap<>();

    /** Assigned, but not taken over yet, since the replica could not be reached. */
    private final Set<TopicPartition> waiting = new HashSet<>();

    private final ReplicaTables replicaTables = new ReplicaTables();

    private boolean paused;
    private final ReplicaConnection connection;

    StartedSinkTask(SinkConfig config, SinkTaskContext context, SinkMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
        this.database = ReplicaSession.of(config.database(), Logins.renewed(config.database(), context::configs));
        this.states = new StateTables(config.connector(), config.apply().stateDatabase());
        this.connection = new ReplicaConnection(database, states, this::prepare);
        this.reader = new ChangeReader(this::definition);
        this.layout = config.layout();
        int batchMax = config.apply().batchRowsMax();
        this.partMax = 4 * batchMax;
        this.queue = new BatchQueue(batchMax, 4 * batchMax);
        this.errantRecords = new ErrantRecords(context.errantRecordReporter());
        this.sourceRequests = new SourceRequests(config, SinkConfig.topics(context.configs()));
        this.applier = new Applier(config, database, states, queue, errantRecords, sourceRequests, metrics);
        this.takeover = new Takeover(config, states);
        this.gapsTell = context.configs().getOrDefault(TRANSFORMS, "").isBlank();
        this.tableTopics = layout.isTable() ? new TableTopics(table -> definition(table, null)) : null;
        this.resync = config.task() == 0
                ? new Resync(config, SinkConfig.topics(context.configs()), database, states, applier::statesChanged)
                : null;
    }

    /** Takes the partitions over, and has their records delivered from where the replica stands. */
    void open(Collection<TopicPartition> partitions) {
        waiting.addAll(partitions);
        String objection = layout.objection(Stream.concat(cutters.keySet().stream(), waiting.stream())
                .map(TopicPartition::topic)
                .collect(Collectors.toSet()));
        if (objection != null) {
            throw new ConnectException(objection);
        }
        takeWaiting();
    }

    void put(Collection<SinkRecord> records) throws InterruptedException {
        applier.rethrowFailure();
        rereadLost();
        for (SinkRecord record : records) {
            TopicPartition partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            TransactionCutter cutter = cutters.get(partition);
            if (cutter != null) {
                try {
                    requireFollowing(partition, record.originalKafkaOffset());
                    errantRecords.received(partition, record);
                    add(record, cutter);
                } catch (RetriableException e) {
                    metrics.retried();
                    log.warn("[RETRY] cannot go on with {}: {}", partition, e.getMessage());
                    applier.lose(partition);
                    reread(partition);
                }
            }
        }
        for (TransactionCutter cutter : cutters.values()) {
            enqueue(cutter.take());
        }
        if (!records.isEmpty()) {
            Milestone.RECEIVED.reached();
        }
        // last, since these records were polled before Connect knows where to go on
        takeWaiting();
        holdBack();
    }

    /** What is committed on the replica, and nothing else. */
    Map<TopicPartition, OffsetAndMetadata> committable(Collection<TopicPartition> partitions) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (TopicPartition partition : partitions) {
            Long applied = applier.applied(partition);
            if (applied != null) {
                offsets.put(partition, new OffsetAndMetadata(applied));
            }
        }
        return offsets;
    }

    /** Gives partitions up, after what was being applied of them. */
    void close(Collection<TopicPartition> partitions) throws InterruptedException {
        for (TopicPartition partition : partitions) {
            waiting.remove(partition);
            cutters.remove(partition);
            beginnings.remove(partition);
            following.remove(partition);
        }
        // waits once, however many there are: Connect's group does not wait for long
        queue.remove(partitions, STOP_MILLIS);
        partitions.forEach(applier::disown);
        applier.disconnect();
        for (TopicPartition partition : partitions) {
            metrics.disowned(partition);
            errantRecords.disown(partition);
        }
    }

    @Override
    public void close() {
        if (resync != null) {
            resync.close();
        }
        applier.close();
        sourceRequests.close();
        connection.close();
        metrics.close();
    }

    /** Connect's consumer goes to the topic's beginning when the position is not in it, or not any more. */
    private void requireFollowing(TopicPartition partition, long offset) {
        Long next = following.put(partition, offset + 1);
        if (next != null && offset > next + MARKS_MAX && gapsTell && takeover.isRemoved(partition, next)) {
            throw new RetriableException("records from " + next + " to " + (offset - 1)
                    + " were removed from the topic before they were read");
        }
        Long wanted = beginnings.remove(partition);
        if (wanted != null && offset < wanted) {
            throw new ConnectException("the replica is at offset " + wanted + " of " + partition
                    + ", but the topic gives offset " + offset + " next: it was made anew, or has lost records. Set "
                    + ResyncConfig.BOOTSTRAP_SERVERS + ", so that all tables are copied anew; or delete the connector's"
                    + " offsets, to have the topic applied from its beginning.");
        }
    }

    private void add(SinkRecord record, TransactionCutter cutter) throws InterruptedException {
        List<? extends Change> changes;
        try {
            changes = read(record);
        } catch (DataException e) {
            throw new ConnectException(
                    "record " + record.originalTopic() + "-" + record.originalKafkaPartition() + "@"
                            + record.originalKafkaOffset() + " cannot be read: " + e.getMessage(),
                    e);
        }
        for (Change change : changes) {
            Divergence divergence = cutter.divergence(change);
            if (divergence != null) {
                enqueue(cutter.take());
                goOnFrom(divergence, record);
            }
            enqueue(cutter.add(change, record.originalKafkaOffset()));
        }
        if (!changes.isEmpty()) {
            metrics.received(
                    new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                    changes.get(changes.size() - 1));
        }
    }

    /**
     * All that comes before is applied as usual; all tables differ from that record on.
     *
     * @throws RetriableException always, since the partition is to be read again from where the replica stands then
     */
    private void goOnFrom(Divergence divergence, SinkRecord record) throws InterruptedException {
        var partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
        if (!queue.awaitIdle(STOP_MILLIS)) {
            throw new RetriableException(divergence.text() + "; what comes before is not applied yet");
        }
        applier.rethrowFailure();
        if (!applier.isLost(partition)) {
            try {
                takeover.takeDiverged(partition, divergence, record.originalKafkaOffset(), connection.open());
            } catch (SQLException e) {
                connection.close();
                String problem = "cannot go on at another server's transactions: " + e.getMessage();
                throw SqlErrors.isTransient(e) ? new RetriableException(problem, e) : new ConnectException(problem, e);
            }
        }
        throw new RetriableException(divergence.text());
    }

    private List<? extends Change> read(SinkRecord record) {
        if (tableTopics == null) {
            if (record.originalKafkaPartition() != 0) {
                throw new DataException(
                        "the ordered layout has all changes in partition 0, and what is in another is in no"
                                + " order to them: have them written by the source itself; topics of single tables need "
                                + LayoutConfig.LAYOUT + "=table");
            }
            return reader.read(record.value());
        }
        return (record.value() == null ? tableTopics.tombstone(record) : reader.read(record.value()))
                .stream().map(change -> tableTopics.inTopic(change, record)).toList();
    }

    private void enqueue(@Nullable ChangeBatch batch) {
        if (batch != null) {
            queue.put(batch);
        }
    }

    /**
     * Keeps Connect from delivering more than can be applied. A short wait is enough while the replica works; when it does not,
     * partitions are paused, so that this thread stays free for Connect's group membership.
     */
    private void holdBack() throws InterruptedException {
        boolean room = queue.awaitRoom(paused ? 0 : ROOM_MILLIS);
        if (!room && !paused) {
            context.pause(cutters.keySet().toArray(TopicPartition[]::new));
            paused = true;
        } else if (room && paused) {
            context.resume(cutters.keySet().toArray(TopicPartition[]::new));
            paused = false;
        }
        if (paused || !waiting.isEmpty()) {
            context.timeout(RECHECK_MILLIS);
        }
    }

    private void rereadLost() throws InterruptedException {
        for (TopicPartition partition : List.copyOf(cutters.keySet())) {
            if (applier.isLost(partition)) {
                reread(partition);
            }
        }
    }

    private void reread(TopicPartition partition) throws InterruptedException {
        log.info("Reading {} again from what is applied", partition);
        cutters.remove(partition);
        following.remove(partition);
        queue.remove(List.of(partition), STOP_MILLIS);
        waiting.add(partition);
    }

    private void takeWaiting() {
        for (TopicPartition partition : List.copyOf(waiting)) {
            try {
                take(partition);
                waiting.remove(partition);
            } catch (RetriableException e) {
                waitWith(partition, e);
                return;
            } catch (SQLException e) {
                connection.close();
                if (!SqlErrors.isTransient(e)) {
                    throw new ConnectException(
                            "cannot take over " + partition + " on the replica at "
                                    + database.config().address() + ": " + e.getMessage(),
                            e);
                }
                waitWith(partition, e);
                return;
            }
        }
    }

    private void waitWith(TopicPartition partition, Exception e) {
        metrics.retried();
        log.warn("[RETRY] cannot take over {} yet: {}", partition, e.getMessage());
        context.pause(partition);
        context.timeout(RECHECK_MILLIS);
    }

    private void take(TopicPartition partition) throws SQLException {
        Positions.Taken taken = takeover.take(partition, connection.open());
        applier.own(partition, taken);
        applier.statesChanged();
        cutters.put(partition, new TransactionCutter(partition, taken.position(), partMax));
        long next = Math.max(0, taken.position().nextOffset());
        beginnings.put(partition, next);
        following.put(partition, next);
        context.offset(partition, next);
        if (paused) {
            context.pause(partition);
        } else {
            context.resume(partition);
        }
        log.info("[HEALTH] {} taken over with epoch {}, from offset {}", partition, taken.epoch(), next);
    }

    private @Nullable TableSchema definition(TableId table, @Nullable Integer fingerprint) {
        try {
            return fingerprint == null || tableTopics != null
                    ? replicaTables.find(table, connection.open())
                    : states.definitions().find(table, fingerprint, connection.open());
        } catch (SQLException e) {
            connection.close();
            String problem = "cannot look up the definition of table " + table + ": " + e.getMessage();
            throw SqlErrors.isTransient(e) ? new RetriableException(problem, e) : new ConnectException(problem, e);
        }
    }

    private void prepare(Connection connected) throws SQLException {
        try (Statement statement = connected.createStatement()) {
            statement.execute("SET innodb_lock_wait_timeout = " + OWNER_WAIT_SECONDS);
        }
        for (String finding : Preflight.findings(states.tables().load(connected).keySet(), connected)) {
            log.warn("[DRIFT] {}", finding);
        }
    }
}
