package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that lets others read a table, not write to it, over a connection of its own: on the one that reads, the transaction's begin
 * would end it. Whoever writes to the table must wait from when the lock is asked for, so it is asked for with a patience of
 * milliseconds, which the server itself does not know.
 */
final class TableLock implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TableLock.class);

    static final Duration PATIENCE_MIN = Duration.ofMillis(20);
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(1);

    /** The stream waits for that long at most, and goes on before the next attempt. */
    static final Duration LIMIT = Duration.ofSeconds(3);

    private static final Duration BREATH = Duration.ofMillis(20);

    /** Of the thread that reads, and free while the lock is asked for. */
    private final Connection other;

    private final Database database;
    private final ExecutorService asker = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "table-lock");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Connection connection;
    private long connectionId;
    private @Nullable SQLException lastRefusal;

    TableLock(Connection other, Database database) {
        this.other = other;
        this.database = database;
    }

    /** How a view is opened. */
    @FunctionalInterface
    interface Opening {
        ReadView open() throws SQLException, InterruptedException;
    }

    /** Opens a view under the lock, which ends with the view. */
    ReadView hold(TableId table, Opening opening) throws SQLException, InterruptedException {
        acquire(table);
        ReadView view = null;
        try {
            view = opening.open().under(this);
            return view;
        } finally {
            if (view == null) {
                release();
            }
        }
    }

    /** Asks for the lock, again and again with breaks, for some seconds. */
    private void acquire(TableId table) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (Duration patience = PATIENCE_MIN; !acquire(table, patience); patience = longer(patience)) {
            if (System.nanoTime() - deadline > 0) {
                throw refusal("no lock on table " + table + ", whose engine has no transactions");
            }
        }
    }

    static Duration longer(Duration patience) {
        Duration doubled = patience.multipliedBy(2);
        return doubled.compareTo(PATIENCE_MAX) < 0 ? doubled : PATIENCE_MAX;
    }

    /**
     * Asks for the lock.
     *
     * @return whether it was to be had in that time
     * @throws SQLException when the table is gone, among others
     */
    boolean acquire(TableId table, Duration patience) throws SQLException, InterruptedException {
        Connection connected = connected();
        Future<@Nullable Void> asked = asker.submit(() -> {
            try (Statement statement = connected.createStatement()) {
                statement.execute("LOCK TABLES " + Identifier.quote(table) + " READ");
                return null;
            }
        });
        try {
            try {
                asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                giveUp();
                asked.get();
            }
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof SQLException refusal)) {
                throw new IllegalStateException("locking table " + table + " failed", e.getCause());
            }
            SqlFailure failure = SqlErrors.classify(refusal);
            if (failure != SqlFailure.REFUSED && failure != SqlFailure.DENIED) {
                throw refusal;
            }
            lastRefusal = refusal;
            log.debug("[TRANSFER] no lock on {} within {} ms", table, patience.toMillis(), refusal);
            // those that had to wait are let through
            TimeUnit.MILLISECONDS.sleep(BREATH.toMillis());
            return false;
        }
    }

    private void giveUp() throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute("KILL QUERY " + connectionId);
        }
    }

    void release() throws SQLException {
        if (connection != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("UNLOCK TABLES");
            }
        }
    }

    /**
     * Why there was no view in all that time. It passes by itself, unless the user lacks a privilege.
     *
     * @param missed what there was not
     */
    SQLException refusal(String missed) {
        SQLException last = lastRefusal;
        String message =
                missed + ", within " + LIMIT.toSeconds() + " s" + (last == null ? "" : ": " + last.getMessage());
        boolean denied = last != null && SqlErrors.classify(last) == SqlFailure.DENIED;
        return new SQLException(
                denied ? message + "; GRANT LOCK TABLES ON it to the user" : message,
                last == null ? "40001" : last.getSQLState(),
                last == null ? 0 : last.getErrorCode(),
                last);
    }

    private Connection connected() throws SQLException {
        if (connection == null || !connection.isValid(1)) {
            Database.close(connection);
            connection = database.connect();
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                connectionId = row.getLong(1);
            }
        }
        return connection;
    }

    @Override
    public void close() {
        asker.shutdownNow();
        Database.close(connection);
        connection = null;
    }
}
