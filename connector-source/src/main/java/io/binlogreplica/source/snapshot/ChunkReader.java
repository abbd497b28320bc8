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

    /** Connections are to another server from now on; one to the server before may wait for an answer that never comes. */
    void moved() {
        connection.moved();
    }

    /** Reads a table from where its copy is to its end, through any number of lost connections. */
    private void copy(TableCopy copy) throws InterruptedException, SQLException {
        // first: who sees the version sees the rest
        int version = copy.version();
        String startKey = copy.key();
        String filter = copy.filter();
        TableSchema schema = null;
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
                    copy.estimate(described.size().rows());
                    size = new ChunkSize(config.chunkRows(), described.size().rowBytes());
                    after = startKey == null ? null : KeyText.read(startKey, schema);
                }
                try (ReadView view = gate.open(connection.views(), copy.table())) {
                    try {
                        List<Definition> begun =
                                after == null && filter == null ? definitions(schema, connected) : List.of();
                        chunk = new Chunk(
                                copy, version, view.position(), schema, filter != null, begun, slots::release);
                    } finally {
                        if (chunk == null) {
                            gate.notOpened();
                        }
                    }
                    gate.opened(chunk);
                    handedOver = true;
                    if (filter != null) {
                        after = reread(view.statement(), chunk, after, filter, size);
                    } else {
                        after = schema.hasKey()
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
            } catch (ConnectException e) {
                if (chunk != null) {
                    gate.remove(chunk);
                }
                snapshot.requestEnd(copy, version, String.valueOf(e.getMessage()));
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
        try (ResultSet result = statement.executeQuery(Sql.chunk(schema, after, filter, wanted))) {
            while (result.next()) {
                rows.add(reader.row(result));
            }
        }
        size.read(rows.size(), reader.takeBytes());
        boolean endOfTable = rows.size() < wanted;
        List<Object> lastKey = rows.isEmpty() ? null : RowReader.key(schema, rows.get(rows.size() - 1));
        log.debug("[TRANSFER] {}: {} rows read at {}", schema.id(), rows.size(), chunk.position());
        Milestone.CHUNK_READ.reached();
        snapshot.deliver(
                chunk, new Chunk.Batch(rows, lastKey == null ? null : KeyText.write(lastKey), true, endOfTable));
        return endOfTable ? null : lastKey;
    }

    /**
     * One chunk of the rows that somebody asked for once more. What the server does not take ends that, and nothing else: the
     * table's copy is complete.
     */
    private @Nullable List<Object> reread(
            Statement statement, Chunk chunk, @Nullable List<Object> after, String filter, ChunkSize size)
            throws SQLException, InterruptedException {
        TableId table = chunk.schema().id();
        String refusal;
        if (chunk.schema().hasKey()) {
            try {
                return readByKey(statement, chunk, after, filter, size);
            } catch (SQLException e) {
                if (SqlErrors.isTransient(e) || e.getErrorCode() == TABLE_DEFINITION_CHANGED) {
                    throw e;
                }
                refusal = "the primary does not take the condition " + filter + ": " + e.getMessage();
            }
        } else {
            refusal = "the table has no key, so a row that is read again could not be told from a new one; have the"
                    + " whole table copied again";
        }
        log.warn("[TRANSFER] rows of {} are not read again: {}", table, refusal);
        snapshot.deliver(chunk, new Chunk.Batch(List.of(), null, true, true));
        return null;
    }

    /** All rows of a table without a key, while the stream waits. Returns null: the table's end. */
    private @Nullable List<Object> readWhole(Statement statement, Chunk chunk, ChunkSize size)
            throws SQLException, InterruptedException {
        TableSchema schema = chunk.schema();
        var reader = new RowReader(schema);
        statement.setFetchSize(size.rows());
        try (ResultSet result = statement.executeQuery(Sql.select(schema))) {
            var rows = new ArrayList<@Nullable Object[]>(size.rows());
            while (result.next()) {
                rows.add(reader.row(result));
                if (rows.size() >= size.rows()) {
                    size.read(rows.size(), reader.takeBytes());
                    Milestone.CHUNK_READ.reached();
                    snapshot.deliver(chunk, new Chunk.Batch(rows, null, false, false));
                    rows = new ArrayList<>(size.rows());
                }
            }
            snapshot.deliver(chunk, new Chunk.Batch(rows, null, true, true));
        } finally {
            statement.setFetchSize(0);
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
