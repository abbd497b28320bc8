package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.FlowConfig;
import io.binlogreplica.source.config.SnapshotConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads tables chunk by chunk, over one connection and in one thread. */
final class ChunkReader implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ChunkReader.class);

    /** One chunk in the stream, one being read. */
    private static final int CHUNKS_MAX = 2;

    /** At a time: the driver has them beside those that were taken from it. */
    private static final int ROWS_FETCHED = 50;

    private static final int NO_SUCH_TABLE = 1146;
    private static final int UNKNOWN_COLUMN = 1054;
    static final int TABLE_DEFINITION_CHANGED = 1412;

    private final Snapshot snapshot;
    private final Gate gate;
    private final ReadConnection connection;
    private final SnapshotConfig config;
    private final FlowConfig flow;
    private final ForeignKeys foreignKeys;
    private final TableDescriptions descriptions;
    private final Semaphore slots = new Semaphore(CHUNKS_MAX);

    ChunkReader(
            Snapshot snapshot,
            Gate gate,
            Database database,
            SnapshotConfig config,
            FlowConfig flow,
            ForeignKeys foreignKeys,
            TableDescriptions descriptions) {
        this.snapshot = snapshot;
        this.gate = gate;
        this.connection = new ReadConnection(database);
        this.config = config;
        this.flow = flow;
        this.foreignKeys = foreignKeys;
        this.descriptions = descriptions;
    }

    @Override
    public void run() {
        try {
            while (true) {
                TableCopy next = snapshot.queue().take();
                try {
                    copy(next);
                } finally {
                    snapshot.queue().done();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            snapshot.fail(e);
        } finally {
            connection.close();
        }
    }

    /** Ends what is being read, or waited for: a server that is gone never answers. For any thread. */
    void giveUp() {
        connection.giveUp();
    }

    /** Reads a table from where its copy is to its end, through any number of lost connections. */
    private void copy(TableCopy copy) throws InterruptedException, SQLException {
        // first: who sees the version sees the rest
        int version = copy.version();
        String startKey = copy.key();
        String filter = copy.filter();
        TableSchema schema = null;
        boolean byKey = false;
        boolean transactional = false;
        ChunkSize size = null;
        List<Object> after = null;
        Backoff backoff = flow.newBackoff();
        while (version == copy.version()) {
            slots.acquire();
            Chunk chunk = null;
            boolean handedOver = false;
            boolean read = false;
            try {
                snapshot.queue().await();
                Connection connected = connection.open();
                if (schema == null || size == null) {
                    TableDescriptions.Description described = descriptions.of(copy, connected);
                    if (described == null) {
                        log.info("[TRANSFER] {} is gone; its copy ends", copy.table());
                        return;
                    }
                    schema = described.schema();
                    transactional = described.size().transactional();
                    byKey = schema.hasKey() && new InformationSchema(connected).hasOrderedKey(schema);
                    if (!copy.isKeyOf(KeyText.columns(schema))) {
                        log.info(
                                "[TRANSFER] {} has another key than its rows were read by; it is copied anew",
                                copy.table());
                        snapshot.requestRestart(copy);
                        return;
                    }
                    copy.estimate(described.size().rows());
                    size = new ChunkSize(config.chunkRows(), described.size().rowBytes());
                    after = startKey == null ? null : KeyText.read(startKey, schema);
                }
                try (ReadView view = gate.open(connection.views(), copy.table(), transactional)) {
                    try {
                        List<Definition> begun =
                                after == null && filter == null ? definitions(schema, connected) : List.of();
                        chunk = new Chunk(
                                copy,
                                version,
                                view.position(),
                                view.unsettled(),
                                schema,
                                filter != null,
                                begun,
                                slots::release);
                    } finally {
                        if (chunk == null) {
                            gate.notOpened();
                        }
                    }
                    gate.opened(chunk);
                    handedOver = true;
                    if (filter != null) {
                        after = reread(view.statement(), chunk, byKey, after, filter, size);
                    } else {
                        after = byKey
                                ? readByKey(view.statement(), chunk, after, null, size)
                                : readWhole(view.statement(), chunk, size);
                    }
                    read = true;
                }
                backoff.reset();
                if (after == null) {
                    return;
                }
            } catch (SQLException e) {
                connection.close();
                if (read) {
                    log.debug("[TRANSFER] the view of a chunk of {} that was read was lost", copy.table(), e);
                    if (after == null) {
                        return;
                    }
                    continue;
                }
                if (chunk != null) {
                    gate.remove(chunk);
                }
                if (isTableChanged(e)) {
                    log.info("[TRANSFER] {} was changed while it was copied; it is copied anew", copy.table());
                    snapshot.requestRestart(copy);
                    return;
                }
                if (!SqlErrors.isTransient(e)) {
                    snapshot.requestEnd(copy, version, String.valueOf(e.getMessage()));
                    return;
                }
                Duration wait = backoff.next();
                log.warn(
                        "[RETRY] reading table {} failed, next attempt in {} ms: {}",
                        copy.table(),
                        wait.toMillis(),
                        e.getMessage());
                TimeUnit.MILLISECONDS.sleep(wait.toMillis());
            } catch (RuntimeException e) {
                connection.close();
                if (chunk != null) {
                    gate.remove(chunk);
                }
                boolean known = e instanceof ConnectException;
                if (!known) {
                    log.error("[TRANSFER] reading table {} failed", copy.table(), e);
                }
                snapshot.requestEnd(copy, version, known ? String.valueOf(e.getMessage()) : e.toString());
                return;
            } finally {
                if (!handedOver) {
                    slots.release();
                }
            }
        }
    }

    /** One chunk. Returns the last row's key, or null at the table's end. */
    private @Nullable List<Object> readByKey(
            Statement statement, Chunk chunk, @Nullable List<Object> after, @Nullable String filter, ChunkSize size)
            throws SQLException, InterruptedException {
        TableSchema schema = chunk.schema();
        var reader = new RowReader(schema);
        int wanted = size.rows();
        var rows = new ArrayList<@Nullable Object[]>(wanted);
        long bytes = 0;
        boolean cut = false;
        statement.setFetchSize(ROWS_FETCHED);
        try (ResultSet result = statement.executeQuery(Sql.chunk(schema, after, filter, wanted))) {
            while (!cut && result.next()) {
                rows.add(reader.row(result));
                bytes += reader.takeBytes();
                cut = bytes > ChunkSize.BYTES_MAX && rows.size() < wanted;
            }
            if (cut) {
                connection.giveUp();
            }
        } catch (SQLException e) {
            if (!cut) {
                throw e;
            }
            log.debug("[TRANSFER] {} has wide rows: the chunk ends before its time", schema.id(), e);
        }
        size.read(rows.size(), bytes);
        boolean endOfTable = !cut && rows.size() < wanted;
        List<Object> lastKey = rows.isEmpty() ? null : RowReader.key(schema, rows.get(rows.size() - 1));
        log.debug("[TRANSFER] {}: {} rows read at {}", schema.id(), rows.size(), chunk.position());
        Milestone.CHUNK_READ.reached();
        snapshot.deliver(
                chunk, new Chunk.Batch(rows, bytes, lastKey == null ? null : KeyText.write(lastKey), true, endOfTable));
        return endOfTable ? null : lastKey;
    }

    /**
     * One chunk of the rows that somebody asked for once more. What the server does not take ends that, and nothing else: the
     * table's copy is complete.
     */
    private @Nullable List<Object> reread(
            Statement statement,
            Chunk chunk,
            boolean byKey,
            @Nullable List<Object> after,
            String filter,
            ChunkSize size)
            throws SQLException, InterruptedException {
        TableId table = chunk.schema().id();
        String refusal;
        if (byKey) {
            try {
                return readByKey(statement, chunk, after, filter, size);
            } catch (SQLException e) {
                if (SqlErrors.isTransient(e) || e.getErrorCode() == TABLE_DEFINITION_CHANGED) {
                    throw e;
                }
                refusal = "the primary does not take the condition " + filter + ": " + e.getMessage();
            }
        } else {
            refusal = chunk.schema().hasKey()
                    ? "no index has the table's rows in the order of its key; have the whole table copied again"
                    : "the table has no key, so a row that is read again could not be told from a new one; have the whole"
                            + " table copied again";
        }
        log.warn("[TRANSFER] rows of {} are not read again: {}", table, refusal);
        snapshot.deliver(chunk, new Chunk.Batch(List.of(), 0, null, true, true));
        return null;
    }

    /** All rows of a table, in one piece and while the stream waits. Returns null: the table's end. */
    private @Nullable List<Object> readWhole(Statement statement, Chunk chunk, ChunkSize size)
            throws SQLException, InterruptedException {
        TableSchema schema = chunk.schema();
        var reader = new RowReader(schema);
        statement.setFetchSize(ROWS_FETCHED);
        try (ResultSet result = statement.executeQuery(Sql.select(schema))) {
            var rows = new ArrayList<@Nullable Object[]>(size.rows());
            long bytes = 0;
            while (!chunk.isVoid() && result.next()) {
                rows.add(reader.row(result));
                bytes += reader.takeBytes();
                if (rows.size() >= size.rows() || bytes > ChunkSize.BYTES_MAX) {
                    size.read(rows.size(), bytes);
                    Milestone.CHUNK_READ.reached();
                    snapshot.deliver(chunk, new Chunk.Batch(rows, bytes, null, false, false));
                    bytes = 0;
                    rows = new ArrayList<>(size.rows());
                }
            }
            if (chunk.isVoid()) {
                connection.giveUp();
            } else {
                snapshot.deliver(chunk, new Chunk.Batch(rows, bytes, null, true, true));
            }
        } catch (SQLException e) {
            if (!chunk.isVoid()) {
                throw e;
            }
            log.debug("[TRANSFER] {} is not read to its end", schema.id(), e);
        }
        return null;
    }

    /** The table, and all that foreign keys join it to. */
    private List<Definition> definitions(TableSchema schema, Connection connected) throws SQLException {
        var definitions = new ArrayList<Definition>();
        definitions.add(new Definition(schema, ddl(schema, connected)));
        for (TableId member : foreignKeys.group(schema.id())) {
            TableSchema joined = member.equals(schema.id()) ? null : new InformationSchema(connected).table(member);
            if (joined != null) {
                definitions.add(new Definition(joined, ddl(joined, connected)));
            }
        }
        return definitions;
    }

    private static String ddl(TableSchema schema, Connection connected) throws SQLException {
        try (Statement statement = connected.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CREATE TABLE " + Identifier.quote(schema.id()))) {
            rows.next();
            return rows.getString(2);
        }
    }

    static boolean isTableChanged(SQLException e) {
        return e.getErrorCode() == NO_SUCH_TABLE
                || e.getErrorCode() == UNKNOWN_COLUMN
                || e.getErrorCode() == TABLE_DEFINITION_CHANGED;
    }
}
