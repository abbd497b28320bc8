package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.GtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MySQL does not say where a view is; it is found out by GTIDs, in one of two ways.
 *
 * <p><em>In a quiet moment.</em> A transaction is in {@code gtid_owned} from before it is written to the binlog until after the engine
 * has committed it; then, at once, it is in {@code gtid_executed} instead. So if no transaction is owned at some moment behind the
 * opening of a view, what the view sees is executed then; and what was executed at some moment before, the view sees. If both sets
 * are the same, the view is exactly there.
 *
 * <p><em>Under a lock.</em> Where moments are never quiet, the table is locked against writes for the milliseconds that opening takes.
 * Each transaction that wrote to it, foreign keys' cascades included, is executed then, and none is under way. What others do does
 * not show in this table.
 */
final class MySqlReadViews implements ReadViews {

    private static final Logger log = LoggerFactory.getLogger(MySqlReadViews.class);

    /** With a round trip for each, a moment would be quiet more rarely. */
    private static final String OPEN_QUIETLY = "SELECT @@GLOBAL.gtid_executed;"
            + " START TRANSACTION WITH CONSISTENT SNAPSHOT;"
            + " SELECT @@GLOBAL.gtid_owned, @@GLOBAL.gtid_executed";

    private static final String OPEN_LOCKED =
            "START TRANSACTION WITH CONSISTENT SNAPSHOT; SELECT @@GLOBAL.gtid_executed";

    /** How many moments to try before a lock is taken. */
    private static final int QUIET_TRIES = 5;

    private static final int SYNTAX_ERROR = 1064;

    private final Connection connection;
    private final TableLock lock;

    MySqlReadViews(Connection connection, Database database) {
        this.connection = connection;
        this.lock = new TableLock(connection, database);
    }

    @Override
    public ReadView open(TableId table, boolean transactional, BinlogPosition reached)
            throws SQLException, InterruptedException {
        return transactional
                ? view(reached, statement -> withoutLock(statement, table, reached))
                : lock.hold(table, () -> view(reached, statement -> underLock(statement, reached)));
    }

    /** How a view is opened, and where it is then. */
    @FunctionalInterface
    private interface Opening {
        GtidSet open(Statement statement) throws SQLException, InterruptedException;
    }

    private ReadView view(BinlogPosition reached, Opening opening) throws SQLException, InterruptedException {
        Statement statement = connection.createStatement();
        try {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            GtidSet at = opening.open(statement);
            return new ReadView(statement, new BinlogPosition(reached.file(), reached.position(), at), null);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /** Without a lock that outlasts the opening. */
    private GtidSet withoutLock(Statement statement, TableId table, BinlogPosition reached)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TableLock.LIMIT.toNanos();
        Duration patience = TableLock.PATIENCE_MIN;
        while (true) {
            GtidSet at = quiet(statement, reached);
            if (at == null) {
                at = locked(statement, table, reached, patience);
                patience = TableLock.longer(patience);
            }
            if (at != null) {
                return at;
            }
            if (System.nanoTime() > deadline) {
                throw lock.refusal("no moment without commits, and no lock on table " + table);
            }
        }
    }

    private static GtidSet underLock(Statement statement, BinlogPosition reached) throws SQLException {
        GtidSet at = atOnce(statement, reached, System.nanoTime() + TableLock.LIMIT.toNanos());
        if (at == null) {
            throw new SQLTransientException("the server has not executed, within " + TableLock.LIMIT.toSeconds()
                    + " s, all that its binlog has");
        }
        return at;
    }

    private static @Nullable GtidSet quiet(Statement statement, BinlogPosition reached)
            throws SQLException, InterruptedException {
        for (int i = 0; i < QUIET_TRIES; i++) {
            statement.execute(OPEN_QUIETLY);
            String before = row(statement).get(0);
            statement.getMoreResults();
            statement.getMoreResults();
            List<String> behind = row(statement);
            if (behind.get(0).isEmpty() && behind.get(1).equals(before)) {
                GtidSet at = GtidSet.parse(Flavor.MYSQL, before);
                if (hasAll(at, reached)) {
                    return at;
                }
            }
            statement.execute("ROLLBACK");
            TimeUnit.MICROSECONDS.sleep(100);
        }
        return null;
    }

    /** Null when there was no lock to be had in that time, or the stream is before what is executed. */
    private @Nullable GtidSet locked(Statement statement, TableId table, BinlogPosition reached, Duration patience)
            throws SQLException, InterruptedException {
        if (!lock.acquire(table, patience)) {
            return null;
        }
        long began = System.nanoTime();
        try {
            return atOnce(statement, reached, began + patience.toNanos());
        } finally {
            lock.release();
            log.debug("[TRANSFER] {} was locked for {} us", table, (System.nanoTime() - began) / 1_000);
        }
    }

    /** Where a view is that is opened while nobody writes to its table. Null when the stream is ahead of that until then. */
    private static @Nullable GtidSet atOnce(Statement statement, BinlogPosition reached, long deadlineNanos)
            throws SQLException {
        while (true) {
            statement.execute(OPEN_LOCKED);
            statement.getMoreResults();
            GtidSet at = GtidSet.parse(Flavor.MYSQL, row(statement).get(0));
            if (hasAll(at, reached)) {
                return at;
            }
            statement.execute("ROLLBACK");
            if (System.nanoTime() - deadlineNanos > 0) {
                return null;
            }
        }
    }

    private static boolean hasAll(GtidSet executed, BinlogPosition reached) {
        return executed.containsAll(Objects.requireNonNull(reached.gtids(), "a position of MySQL has GTIDs"));
    }

    /** The only row of the statement's present result; what is null is empty. */
    private static List<String> row(Statement statement) throws SQLException {
        try (ResultSet rows = Objects.requireNonNull(statement.getResultSet())) {
            rows.next();
            var row = new ArrayList<String>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(Objects.requireNonNullElse(rows.getString(i), ""));
            }
            return row;
        }
    }

    /**
     * What is executed, and the end of the binlog, which may be behind transactions that are not executed yet: reading goes by the
     * GTIDs. Only where there are none it goes by the file; then both must be the same place.
     */
    @Override
    public BinlogPosition end() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TableLock.LIMIT.toNanos();
        while (true) {
            BinlogPosition before = status();
            if (!Objects.requireNonNull(before.gtids()).text().isEmpty()) {
                return before;
            }
            boolean quiet = isNothingOwned();
            if (quiet && status().equals(before)) {
                return before;
            }
            if (System.nanoTime() > deadline) {
                throw new SQLException("the server has executed no transaction with a GTID, and writes its binlog all"
                        + " the while: is its gtid_mode ON?");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private boolean isNothingOwned() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@GLOBAL.gtid_owned")) {
            return row.next()
                    && Objects.requireNonNullElse(row.getString(1), "").isEmpty();
        }
    }

    private BinlogPosition status() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SHOW BINARY LOG STATUS")) {
                return status(row);
            } catch (SQLException e) {
                if (e.getErrorCode() != SYNTAX_ERROR) {
                    throw e;
                }
            }
            // before 8.2
            try (ResultSet row = statement.executeQuery("SHOW MASTER STATUS")) {
                return status(row);
            }
        }
    }

    private static BinlogPosition status(ResultSet row) throws SQLException {
        if (!row.next()) {
            throw new SQLException("the server does not tell the end of its binlog; is it on?");
        }
        return new BinlogPosition(
                row.getString("File"),
                row.getLong("Position"),
                GtidSet.parse(Flavor.MYSQL, Objects.requireNonNullElse(row.getString("Executed_Gtid_Set"), "")));
    }

    @Override
    public void close() {
        lock.close();
    }
}
