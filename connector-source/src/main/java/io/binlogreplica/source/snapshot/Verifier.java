package io.binlogreplica.source.snapshot;

import io.binlogreplica.checksum.BoundedQuery;
import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Checksum;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.RangeChecksum;
import io.binlogreplica.record.RowDigest;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.FlowConfig;
import io.binlogreplica.source.config.VerifyConfig;
import io.binlogreplica.source.offset.VerifyOffset;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through tables that are whole, by their keys, again and again, and has the stream say what rows they have: checksums of a range
 * at a time, and of single rows where somebody found a range to differ. Over one connection and in one thread. How far it is, is saved;
 * what is lost beyond that is done again, at once or when the table's turn comes next.
 */
final class Verifier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Verifier.class);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    /** How long a table may be read anew before what was asked of it is forgotten. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** So many intervals pass at least until a table is begun again: small ones need not be gone through all the time. */
    private static final int INTERVALS_PER_PASS = 60;

    // What one record may have of single rows.
    private static final int ROWS_MAX = 1_000;
    private static final int CHARACTERS_MAX = 300_000;

    private final Snapshot snapshot;
    private final Gate gate;
    private final ReadConnection connection;
    private final VerifyConfig config;
    private final Backoff backoff;
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private final Thread thread;
    /** Grows when what was read has no place in the stream any more. */
    private volatile int server;

    // Of the thread.
    private @Nullable Walk walk;
    private @Nullable Read read;
    private @Nullable TableId last;
    /** Where an earlier run ended within a table. */
    private @Nullable VerifyOffset resumed;

    private final List<Asked> later = new ArrayList<>();
    private final Map<TableId, String> said = new HashMap<>();
    private final Map<TableId, Long> begun = new HashMap<>();

    /** A range whose rows are to be told. */
    private record Asked(TableId table, KeyRange range, long untilNanos) {}

    /** What a range is read on. Once any of it is another, ranges that are not in the stream yet never will be. */
    private record Basis(TableCopy copy, int generation, int server, TableSchema schema) {

        boolean isWhole() {
            return copy.isWhole() && copy.generation() == generation;
        }
    }

    /**
     * What was read last.
     *
     * @param from where one was in the table; null for what was asked for
     * @param asked what was asked for; null for what comes by itself
     */
    private record Read(
            CheckedRange range,
            @Nullable Walk from,
            @Nullable Asked asked) {}

    /**
     * How far one is through a table.
     *
     * @param after the last key that was read; null before the first
     */
    private record Walk(
            Basis basis, RowSql sql, int rows, @Nullable List<String> after) {

        Walk behind(List<String> key) {
            return new Walk(basis, sql, rows, key);
        }
    }

    Verifier(
            Snapshot snapshot,
            Gate gate,
            Database database,
            VerifyConfig config,
            @Nullable VerifyOffset verified,
            FlowConfig flow) {
        this.snapshot = snapshot;
        this.gate = gate;
        this.connection = new ReadConnection(database);
        this.config = config;
        this.backoff = flow.newBackoff();
        this.last = verified == null ? null : verified.table();
        this.resumed = verified == null || verified.after() == null ? null : verified;
        this.thread = new Thread(this::run, "verifier");
        thread.setDaemon(true);
        thread.start();
    }

    // Called by the stream's thread.

    void ask(TableId table, KeyRange range) {
        asked.add(new Asked(table, range, System.nanoTime() + PATIENCE.toNanos()));
    }

    /** Connections are to another server from now on; one to the server before may wait for an answer that never comes. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the stream's thread alone
    void moved() {
        server++;
        connection.giveUp();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The thread

    private void run() {
        try {
            while (true) {
                Asked next = asked.poll(config.interval().toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    asked.addAll(later);
                    later.clear();
                }
                snapshot.queue().await();
                if (!isTaken()) {
                    if (next != null) {
                        later.add(next);
                    }
                    continue;
                }
                TableId table = next == null ? null : next.table;
                try {
                    if (next == null) {
                        TableCopy copy = nextTable();
                        table = copy == null ? null : copy.table();
                        if (copy != null) {
                            checkRange(copy);
                        }
                    } else {
                        digestRows(next);
                    }
                    backoff.reset();
                } catch (SQLException e) {
                    failed(e, table);
                } catch (IllegalArgumentException e) {
                    passOver(Objects.requireNonNull(table), String.valueOf(e.getMessage()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("[VERIFY] the replica is verified no more; restart the task to have it again", e);
        } finally {
            connection.close();
        }
    }

    /** Whether the stream has what was read last; if it wants that once more, that comes next. */
    private boolean isTaken() {
        Read before = read;
        if (before == null) {
            return true;
        }
        if (!before.range.isFinished()) {
            return false;
        }
        read = null;
        if (before.range.isToBeReadAgain()) {
            if (before.asked != null) {
                asked.add(before.asked);
            } else {
                walk = before.from;
            }
        }
        return true;
    }

    private void failed(SQLException e, @Nullable TableId table) throws InterruptedException {
        connection.close();
        if (ChunkReader.isTableChanged(e)) {
            log.info("[VERIFY] table {} was changed while it was read; its turn comes again", table);
            last = table;
            walk = null;
        } else if (SqlErrors.isTransient(e) && !BoundedQuery.isExceeded(e)) {
            Duration wait = backoff.next();
            log.warn("[RETRY] verifying failed, next attempt in {} ms: {}", wait.toMillis(), e.getMessage());
            TimeUnit.MILLISECONDS.sleep(wait.toMillis());
        } else if (table != null) {
            passOver(table, String.valueOf(e.getMessage()));
        }
    }

    private void passOver(TableId table, String reason) {
        if (!reason.equals(said.put(table, reason))) {
            log.warn("[VERIFY] table {} is not verified within the stream: {}", table, reason);
        }
        last = table;
        walk = null;
        resumed = null;
    }

    /** The table that one is in, or the next. */
    private @Nullable TableCopy nextTable() {
        Walk at = walk;
        if (at != null && at.basis.isWhole()) {
            return at.basis.copy;
        }
        VerifyOffset before = resumed;
        TableId in = at != null ? at.basis.schema.id() : before != null ? before.table() : null;
        TableCopy same = in == null ? null : snapshot.whole(in);
        if (same == null) {
            walk = null;
            resumed = null;
            long ago = System.nanoTime()
                    - config.interval().multipliedBy(INTERVALS_PER_PASS).toNanos();
            begun.values().removeIf(begunAt -> begunAt - ago < 0);
            TableCopy next = snapshot.nextWhole(last, table -> !begun.containsKey(table));
            if (next != null) {
                begun.put(next.table(), System.nanoTime());
            }
            return next;
        }
        return same;
    }

    private void checkRange(TableCopy copy) throws SQLException, InterruptedException {
        Basis basis = basis(copy);
        if (basis == null) {
            last = copy.table();
            walk = null;
            return;
        }
        Walk at = walk;
        Walk from = at == null || !at.basis.equals(basis) ? begin(basis) : at;
        KeyRange range = new KeyRange(from.after, boundary(from));
        CheckedRange checked = read(basis, statement -> {
            try (ResultSet row = BoundedQuery.execute(from.sql.checksum(range), statement)) {
                row.next();
                return new RangeChecksum(
                        Database.flavor(statement.getConnection()),
                        config.form().code(),
                        range,
                        RowSql.readChecksum(row, 1),
                        null);
            }
        });
        read = new Read(checked, from, null);
        List<String> upTo = range.upTo();
        last = copy.table();
        walk = upTo == null ? null : from.behind(upTo);
    }

    /** Null when the table is no more. */
    private @Nullable Basis basis(TableCopy copy) throws SQLException {
        // first: who sees these sees the rest
        int generation = copy.generation();
        int asOf = server;
        TableSchema schema = new InformationSchema(connection.open()).table(copy.table());
        return schema == null ? null : new Basis(copy, generation, asOf, schema);
    }

    private Walk begin(Basis basis) throws SQLException {
        TableSchema schema = basis.schema;
        RowSql sql = sql(schema);
        InformationSchema.Size size = new InformationSchema(connection.open())
                .sizes(List.of(schema.id()))
                .getOrDefault(schema.id(), new InformationSchema.Size(0, 0, false));
        List<String> leftOut = config.form().leftOut(schema);
        if (!leftOut.isEmpty()) {
            String what = "without " + leftOut;
            if (!what.equals(said.put(schema.id(), what))) {
                log.info("[VERIFY] table {} is verified without columns {}, which are JSON", schema.id(), leftOut);
            }
        }
        VerifyOffset before = resumed;
        resumed = null;
        List<String> after = before != null
                        && before.table().equals(schema.id())
                        && Objects.requireNonNull(before.after()).size() == sql.keyColumns()
                ? before.after()
                : null;
        return new Walk(basis, sql, new ChunkSize(config.chunkRows(), size.rowBytes()).rows(), after);
    }

    private void requireUnaltered(TableSchema schema) throws SQLException {
        if (!schema.equals(new InformationSchema(connection.open()).table(schema.id()))) {
            throw new SQLException("it was altered meanwhile", "HY000", ChunkReader.TABLE_DEFINITION_CHANGED);
        }
    }

    private RowSql sql(TableSchema schema) throws SQLException {
        RowSql sql;
        try {
            sql = config.form().onPrimary(schema);
        } catch (IllegalArgumentException e) {
            // the server tells columns and keys one after the other
            requireUnaltered(schema);
            throw e;
        }
        var information = new InformationSchema(connection.open());
        if (information.hasPrefixKey(schema.id())) {
            throw new IllegalArgumentException("a key of it has only the beginning of a column");
        }
        if (!information.isTransactional(schema.id())) {
            throw new IllegalArgumentException(
                    "its engine has no transactions, in which its rows could be read as of one place");
        }
        return sql;
    }

    private void digestRows(Asked range) throws SQLException, InterruptedException {
        TableCopy copy = snapshot.whole(range.table);
        if (copy == null) {
            if (range.untilNanos - System.nanoTime() > 0) {
                later.add(range);
            }
            return;
        }
        Basis basis = basis(copy);
        if (basis == null) {
            return;
        }
        RowSql sql = sql(basis.schema);
        CheckedRange checked = read(basis, statement -> {
            try (ResultSet rows = BoundedQuery.execute(sql.digests(range.range, ROWS_MAX + 1), statement)) {
                return digests(sql.readDigests(rows), range.range, Database.flavor(statement.getConnection()));
            }
        });
        KeyRange covered = checked.checksum().range();
        read = new Read(checked, null, new Asked(range.table, covered, range.untilNanos));
        List<String> upTo = covered.upTo();
        if (upTo != null && !upTo.equals(range.range.upTo())) {
            asked.add(new Asked(range.table, new KeyRange(upTo, range.range.upTo()), range.untilNanos));
        }
    }

    /** As many as a record takes; the range ends with them. */
    private RangeChecksum digests(List<RowDigest> rows, KeyRange range, Flavor flavor) {
        int count = 0;
        long characters = 0;
        BigDecimal sum = BigDecimal.ZERO;
        for (RowDigest row : rows) {
            characters += 40
                    + row.key().stream()
                            .mapToInt(literal -> literal.length() + 3)
                            .sum()
                    + 11L * row.columns().size();
            if (count > 0 && (count == ROWS_MAX || characters > CHARACTERS_MAX)) {
                break;
            }
            count++;
            sum = sum.add(new BigDecimal(row.digest()));
        }
        KeyRange covered = count == rows.size()
                ? range
                : new KeyRange(range.after(), rows.get(count - 1).key());
        return new RangeChecksum(
                flavor, config.form().code(), covered, new Checksum(count, sum), rows.subList(0, count));
    }

    /** Reads something in a view. */
    @FunctionalInterface
    private interface Reading {
        RangeChecksum read(Statement statement) throws SQLException;
    }

    /** Reads in a view, and hands over to the stream, which waits at the view's position meanwhile. */
    private CheckedRange read(Basis basis, Reading reading) throws SQLException, InterruptedException {
        CheckedRange range = null;
        try (ReadView view = gate.open(connection.views(), basis.copy.table(), true)) {
            range = new CheckedRange(
                    view.position(),
                    view.unsettled(),
                    basis.schema,
                    () -> basis.generation != basis.copy.generation() || basis.server != server);
            gate.opened(range);
            RangeChecksum found = reading.read(view.statement());
            // it cannot be altered any more now
            requireUnaltered(basis.schema);
            range.read(found);
            snapshot.wake();
            return range;
        } finally {
            if (range != null && !range.isRead()) {
                gate.remove(range);
            }
        }
    }

    /** Null when the table ends before. */
    private @Nullable List<String> boundary(Walk from) throws SQLException {
        try (Statement statement = connection.open().createStatement();
                ResultSet row =
                        BoundedQuery.execute(from.sql.boundary(new KeyRange(from.after, null), from.rows), statement)) {
            if (!row.next()) {
                return null;
            }
            var key = new ArrayList<String>();
            for (int i = 1; i <= from.sql.keyColumns(); i++) {
                key.add(row.getString(i));
            }
            return key;
        }
    }
}
