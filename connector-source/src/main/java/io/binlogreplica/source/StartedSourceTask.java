package io.binlogreplica.source;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.Collations;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Change;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.BinlogReader;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.config.SnapshotConfig;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.metrics.SourceMetrics;
import io.binlogreplica.source.offset.SignalOffset;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.record.ChangeRecord;
import io.binlogreplica.source.record.Projection;
import io.binlogreplica.source.record.RecordBuilder;
import io.binlogreplica.source.record.RecordLimit;
import io.binlogreplica.source.schema.TableSchemas;
import io.binlogreplica.source.signal.Signals;
import io.binlogreplica.source.snapshot.Snapshot;
import io.binlogreplica.source.stream.ChangeStream;
import io.binlogreplica.source.stream.Sessions;
import io.binlogreplica.source.stream.SourceChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source task that is running: the stages and how they are joined. Of Connect's thread. */
final class StartedSourceTask implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StartedSourceTask.class);

    private static final long POLL_MILLIS = 500;
    private static final long SHORT_POLL_MILLIS = 100;
    /** Of rows as they were read; Connect has them in memory as records, beside those that are under way. */
    private static final long BATCH_BYTES_MAX = 8 << 20;

    private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(30);

    private final SourceConfig config;
    /** Whether all is copied, and the stream read from now on, whatever was saved. */
    private final boolean anew;

    private final String prefix;
    private final Logins logins;
    private final PrimaryFinder finder;
    private final Wakeup wakeup = new Wakeup();
    private final Primary primary;
    private final Flavor flavor;
    private final Snapshot snapshot;
    private final ChangeStream stream;
    private final RecordBuilder records;
    private final SourceMetrics metrics;
    private final KafkaTransactions kafkaTransactions;
    /** What signals have changed; and at the beginning what the stream's own offset must not be ahead of. */
    private final OrderedSaves saves;

    private final Signals signals;

    /** Whether the stream's offset may be saved: no table's offset is that of another stream. */
    private boolean startSaved;

    private @Nullable BinlogReader reader;
    private final Backoff backoff;
    private final ServerIdClash serverIdClash;
    private final BinlogWatch watch = new BinlogWatch();
    private long connectAtNanos = System.nanoTime();
    private long healthAtNanos = System.nanoTime() + HEALTH_INTERVAL.toNanos();
    private long heartbeatNanos = System.nanoTime();
    private @Nullable StreamOffset heartbeatOffset;
    private long changes;
    private long changesAtHealth;

    /**
     * Starts.
     *
     * @param settings the same settings as they are now, should a login be refused
     * @param lost whether to begin anew, whatever position is saved
     * @param kafkaTransaction to say where Kafka transactions may end; null when Connect decides, or uses none
     * @throws RetriableException when the primary cannot be reached; the message says why
     * @throws ConnectException when it cannot be captured; the message says why
     */
    StartedSourceTask(
            SourceConfig config,
            Supplier<Map<String, String>> settings,
            OffsetStorageReader offsets,
            boolean lost,
            @Nullable TransactionContext kafkaTransaction,
            SourceMetrics metrics) {
        this.config = config;
        this.anew = lost || config.snapshot().mode() == SnapshotConfig.Mode.ALWAYS;
        this.metrics = metrics;
        this.prefix = config.topics().prefix();
        this.logins = Logins.renewed(config.hosts().get(0), settings);
        this.finder = new PrimaryFinder(config.hosts(), logins, config.capture());
        this.kafkaTransactions = new KafkaTransactions(kafkaTransaction, System::nanoTime);
        this.backoff = config.flow().newBackoff();
        this.serverIdClash = new ServerIdClash(config.capture().serverId());
        this.saves = new OrderedSaves(kafkaTransaction != null, wakeup::call);
        var saved = new SavedState(offsets, prefix);
        PrimaryFinder.Found found = find(saved);
        this.primary = new Primary(found.host(), logins);
        this.flavor = found.flavor();
        Snapshot started = null;
        try {
            StreamOffset start = start(saved, found);
            boolean fresh = start == null;
            if (start == null) {
                start = new StreamOffset(
                        primary.end(), new Sequence(Clock.systemUTC().millis(), 0));
            }
            List<TableId> all = primary.tables();
            Map<TableId, @Nullable TableOffset> tables =
                    saved.tables(all.stream().filter(config.capture()::includes).toList());
            ForeignKeys foreignKeys = primary.foreignKeys(tables.keySet());
            requireSafe(foreignKeys, List.copyOf(tables.keySet()));
            SignalOffset handled = saved.signals(config.signals().topic());
            boolean computedAreLogged = primary.logsComputedColumns();
            var projection = new Projection(config.columns(), computedAreLogged);
            this.records = new RecordBuilder(config.topics(), config.schemas(), projection, flavor, Clock.systemUTC());
            if (fresh) {
                forget(tables);
                saves.add(List.of(records.heartbeat(StreamOffset.partition(prefix), start)));
            }
            this.startSaved = !fresh;
            forgetUncaptured(saved, all);
            started = new Snapshot(
                    tables,
                    // of what was saved of those that are not there, nothing is true when all is forgotten
                    fresh ? table -> null : saved::table,
                    handled == null ? SignalOffset.NONE : handled,
                    foreignKeys,
                    start,
                    primary.database(),
                    config.snapshot(),
                    config.verify(),
                    saved.verified(),
                    config.flow(),
                    wakeup);
            this.snapshot = started;
            Collations collations = primary.collations();
            this.stream = new ChangeStream(
                    prefix,
                    config.capture(),
                    start,
                    new TableSchemas(collations, primary, computedAreLogged),
                    primary,
                    new Sessions(flavor, collations, primary::systemTimeZone),
                    snapshot,
                    config.eventFailure(),
                    new RecordLimit(config.delivery(), config.topics(), projection),
                    config.delivery().onLarger(),
                    Clock.systemUTC());
            if (fresh) {
                stream.create(primary.databases(config.capture()));
            }
            this.signals = new Signals(prefix, config.signals(), handled, snapshot, wakeup::call);
            log.info(
                    "{} {} at {}, {} tables",
                    fresh ? "Starting to read" : "Resuming to read",
                    found.host().address(),
                    start.position(),
                    tables.size());
            if (tables.isEmpty()) {
                log.warn(
                        "[HEALTH] no table is captured: none matches {} and {}, or the user lacks SELECT on them. Nothing is"
                                + " copied until one is created",
                        CaptureConfig.DATABASES,
                        CaptureConfig.TABLES);
            }
        } catch (SQLException e) {
            close(started);
            String problem = "cannot start with the primary at " + found.host().address() + ": " + e.getMessage();
            throw SqlErrors.isTransient(e) ? new RetriableException(problem, e) : new ConnectException(problem, e);
        } catch (RuntimeException e) {
            close(started);
            throw e;
        }
    }

    // The start

    /** A server that has what comes behind the saved position, unless that need not be. */
    private PrimaryFinder.Found find(SavedState saved) {
        try {
            try {
                return finder.find(
                        server -> {
                            StreamOffset stream = anew ? null : saved.stream(server);
                            return stream == null ? null : stream.position();
                        },
                        null);
            } catch (PrimaryFinder.NotFoundException e) {
                if (!e.isLost() || config.snapshot().mode() != SnapshotConfig.Mode.WHEN_NEEDED) {
                    throw e;
                }
                log.warn(
                        "Everything is copied again, since {} is when_needed: {}", SnapshotConfig.MODE, e.getMessage());
                return finder.find(server -> null, null);
            }
        } catch (PrimaryFinder.NotFoundException e) {
            throw e.isOutage()
                    ? new RetriableException(e.reasons(), e)
                    : new ConnectException(e.reasons() + (e.isLost() ? remedy() : ""), e);
        }
    }

    private static String remedy() {
        return ". What was missed is nowhere to be read: with " + SnapshotConfig.MODE + "=when_needed all tables are"
                + " copied again; or reset the connector's offsets; or name the server that has that position";
    }

    /** Where to go on, in the binlog of the server that was found; null to begin at its present end. */
    private @Nullable StreamOffset start(SavedState saved, PrimaryFinder.Found found) throws SQLException {
        StreamOffset stream = anew ? null : saved.stream(flavor);
        if (stream == null || found.extent().gap(stream.position()) != null) {
            return null;
        }
        if (stream.capture() != null
                && !stream.capture().equals(config.capture().fingerprint())) {
            throw new ConnectException("what is captured (" + CaptureConfig.DATABASES + ", " + CaptureConfig.TABLES
                    + " and the like) was changed while a transaction of the primary was sent in part: " + stream.rows()
                    + " rows of the one behind " + stream.position() + ", which would not be the same rows now. Set it"
                    + " back, let the connector send that transaction to its end, and change it then; or delete the"
                    + " connector's offsets, to have all tables copied anew");
        }
        return stream.withPosition(primary.locate(stream.position(), found.extent()));
    }

    private void requireSafe(ForeignKeys foreignKeys, List<TableId> tables) throws SQLException {
        List<Preflight.Problem> problems = Choice.problems(
                config, tables, foreignKeys, primary.logsCascades(), primary.logsComputedColumns(), primary);
        if (!problems.isEmpty()) {
            throw new ConnectException(problems.stream()
                    .map(problem -> problem.setting() + " " + problem.message())
                    .collect(Collectors.joining("; ")));
        }
    }

    /** The progress of copies is worth nothing without the stream's: changes since then would be missing. */
    private void forget(Map<TableId, @Nullable TableOffset> tables) {
        TableOffset forgotten = config.snapshot().mode() == SnapshotConfig.Mode.NO_DATA
                ? TableOffset.unwanted()
                : TableOffset.pending();
        saves.add(tables.entrySet().stream()
                .filter(table -> table.getValue() != null)
                .map(table -> records.heartbeat(TableOffset.partition(prefix, table.getKey()), forgotten))
                .toList());
        tables.replaceAll((table, offset) -> null);
    }

    /** What becomes of a table meanwhile is not sent: should it be captured again, it is to be copied. */
    private void forgetUncaptured(SavedState saved, List<TableId> all) {
        if (config.snapshot().mode() == SnapshotConfig.Mode.NO_DATA) {
            return;
        }
        List<TableId> copied = new ArrayList<>();
        saved.tables(all.stream()
                        .filter(table -> !config.capture().includes(table))
                        .toList())
                .forEach((table, offset) -> {
                    if (offset != null && offset.state() != TableOffset.State.PENDING) {
                        copied.add(table);
                    }
                });
        if (!copied.isEmpty()) {
            log.info("[TRANSFER] not captured any more, and copied anew when they are: {}", copied);
            saves.add(copied.stream()
                    .map(table -> records.heartbeat(TableOffset.partition(prefix, table), TableOffset.pending()))
                    .toList());
        }
    }

    // Records

    /** The records that are ready; waits a little for the first. Null when there are none. */
    @Nullable
    List<SourceRecord> poll() throws InterruptedException {
        sayHealth();
        var batch = new ArrayList<ChangeRecord>();
        boolean more = fill(batch);
        if (batch.isEmpty() && !kafkaTransactions.endsNow(more)) {
            wakeup.await(kafkaTransactions.isOpen() ? SHORT_POLL_MILLIS : POLL_MILLIS);
            more = fill(batch);
        }
        // once for all that Connect gets: it ends a transaction behind it
        kafkaTransactions.handOver(batch, more, stream.rowBytes());
        return batch.isEmpty() ? null : List.copyOf(batch);
    }

    /** Returns whether others follow without delay. */
    private boolean fill(List<ChangeRecord> batch) {
        if (reader == null && System.nanoTime() - connectAtNanos >= 0) {
            connect();
        }
        if (kafkaTransactions.isBetweenSourceTransactions()) {
            handleSignals();
            saves.takeInto(batch);
        }
        startSaved |= saves.isDone();
        boolean more = startSaved;
        try {
            long bytes = stream.bytes();
            for (int i = 0; more && (isRoom(i, stream.bytes() - bytes) || stream.goesOnTogether()); i++) {
                SourceChange change = stream.next();
                if (change == null) {
                    more = false;
                    metrics.idle();
                    requireSameBinlog();
                } else {
                    changes++;
                    Change what = change.change();
                    if (what != null) {
                        metrics.emitted(what);
                    }
                    records.build(change, batch);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            more = false;
            disconnect(e);
        }
        if (stream.goesOnElsewhere()) {
            goOnElsewhere();
        }
        records.flush(batch);
        metrics.copies(snapshot.copySummary());
        if (startSaved && !more && batch.isEmpty() && kafkaTransactions.isBetweenSourceTransactions()) {
            heartbeat(batch);
        }
        // small tables come one by one, and would each have a Kafka transaction
        return more || snapshot.isReading();
    }

    private boolean isRoom(int rows, long bytes) {
        return rows < config.flow().batchRowsMax() && bytes < BATCH_BYTES_MAX;
    }

    /** Saves a position that only changes have moved which are not captured: otherwise it would be purged some day. */
    private void heartbeat(List<ChangeRecord> batch) {
        long interval = config.flow().heartbeat().toNanos();
        long now = System.nanoTime();
        if (interval > 0 && now - heartbeatNanos >= interval) {
            heartbeatNanos = now;
            StreamOffset offset = stream.offset();
            if (!offset.equals(heartbeatOffset)) {
                heartbeatOffset = offset;
                batch.add(records.heartbeat(StreamOffset.partition(prefix), offset));
            }
        }
    }

    /** Between two source transactions only, which the records that save what became of signals would tear otherwise. */
    private void handleSignals() {
        for (Signals.Handled handled = signals.handle(); handled != null; handled = signals.handle()) {
            saves.add(handled.tables().stream().map(this::save).toList());
            saves.add(List.of(save(handled.signal())));
        }
    }

    private ChangeRecord save(Signals.Saved saved) {
        return records.heartbeat(saved.partition(), saved.offset());
    }

    /** Connect has brought the record to Kafka. Called by any thread. */
    void sent(SourceRecord record) {
        saves.sent(record);
    }

    // The connection

    private void connect() {
        DatabaseConfig before = primary.host();
        try {
            PrimaryFinder.Found found = finder.find(this::next, before);
            BinlogPosition start = stream.start();
            if (isElsewhere(found, before)) {
                // another server is asked for where the stream is, and not for what it had gone back or ahead for
                stream.disconnected();
                if (!stream.start().equals(start)) {
                    found = finder.find(this::next, before);
                }
            }
            if (isElsewhere(found, before)) {
                failOver(found);
            }
            reader = new BinlogReader(
                    found.host(),
                    flavor,
                    config.capture().serverId(),
                    primary.resolve(stream.start()),
                    config.flow().queueBytesMax(),
                    wakeup::call);
            stream.connected(reader);
            serverIdClash.connected();
            metrics.connected(primary.clockAhead());
        } catch (PrimaryFinder.NotFoundException e) {
            if (!e.isLost()) {
                disconnect(e);
            } else if (config.snapshot().mode() == SnapshotConfig.Mode.WHEN_NEEDED) {
                throw new PositionLostException(e.reasons());
            } else {
                throw new ConnectException(e.reasons() + remedy(), e);
            }
        } catch (SQLException e) {
            disconnect(e);
        }
    }

    private static boolean isElsewhere(PrimaryFinder.Found found, DatabaseConfig before) {
        return !found.host().address().equals(before.address());
    }

    private void requireSameBinlog() throws IOException {
        if (reader != null) {
            String gap = watch.gap(primary.host(), logins, stream.position());
            if (gap != null) {
                throw new IOException(
                        "the binlog of " + primary.host().address() + " is not the one that is read: " + gap);
            }
        }
    }

    private @Nullable BinlogPosition next(Flavor server) {
        if (server != flavor) {
            throw new ConnectException("the servers of " + DatabaseConfig.HOST + " are of different families: " + flavor
                    + " and " + server);
        }
        return stream.start();
    }

    /** Chunks that were read on the server before have positions that mean nothing on this one. */
    private void failOver(PrimaryFinder.Found found) throws SQLException {
        log.warn(
                "[RETRY] failing over from {} to {}",
                primary.host().address(),
                found.host().address());
        DatabaseConfig before = primary.host();
        primary.moveTo(found.host());
        BinlogPosition here;
        try {
            here = primary.locate(stream.start(), found.extent());
        } catch (SQLException e) {
            // nothing else has moved yet: it is to be done again as a whole
            primary.moveTo(before);
            throw e;
        }
        stream.moved(here);
        snapshot.moved(here);
    }

    private void goOnElsewhere() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        connect();
    }

    private void disconnect(Exception e) {
        stream.disconnected();
        metrics.disconnected();
        String likely = "";
        if (reader != null) {
            boolean progressed = reader.hasDelivered();
            likely = serverIdClash.ended(progressed);
            reader.close();
            reader = null;
            if (progressed) {
                backoff.reset();
            }
        }
        Throwable cause = BinlogReader.unrecoverable(e);
        if (cause != null && config.hosts().size() == 1) {
            throw new ConnectException(
                    "the primary at " + primary.host().address() + " refuses the binlog from " + stream.start() + ": "
                            + cause.getMessage(),
                    cause);
        }
        Duration wait = backoff.next();
        log.warn(
                "[RETRY] {}{}; next attempt in {} ms, from {}",
                e.getMessage(),
                likely,
                wait.toMillis(),
                stream.start());
        connectAtNanos = System.nanoTime() + wait.toNanos();
    }

    private void sayHealth() {
        long now = System.nanoTime();
        if (now - healthAtNanos >= 0) {
            healthAtNanos = now + HEALTH_INTERVAL.toNanos();
            log.info(
                    "[HEALTH] {} {} at {}, {} changes in {} s; copies: {}",
                    reader == null ? "not connected to" : "connected to",
                    primary.host().address(),
                    stream.position(),
                    changes - changesAtHealth,
                    HEALTH_INTERVAL.toSeconds(),
                    snapshot.summary());
            changesAtHealth = changes;
        }
    }

    private void close(@Nullable Snapshot started) {
        if (started != null) {
            started.close();
        }
        primary.close();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
        watch.close();
        signals.close();
        close(snapshot);
    }
}
