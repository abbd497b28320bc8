package io.binlogreplica.local.comparison;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A connection to each server, on which a thread of its own works. Each sees its server as it was when it was opened. */
final class BothSides implements AutoCloseable {

    /** A server that sends nothing for so long is taken for dead. */
    private static final int SILENCE_MILLIS_MAX = 600_000;

    /** What was found on each server. */
    record Found<T>(T primary, T replica) {}

    private final Connection primary;
    private final Connection replica;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        var thread = new Thread(task, "comparison");
        thread.setDaemon(true);
        return thread;
    });

    private BothSides(Connection primary, Connection replica) {
        this.primary = primary;
        this.replica = replica;
    }

    static BothSides open(ConnectionSource primary, ConnectionSource replica) throws SQLException {
        Connection first = openSnapshot(primary);
        try {
            return new BothSides(first, openSnapshot(replica));
        } catch (SQLException e) {
            first.close();
            throw e;
        }
    }

    private static Connection openSnapshot(ConnectionSource source) throws SQLException {
        Connection connection = source.open();
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, SILENCE_MILLIS_MAX);
            // text arrives as the bytes that are stored, timestamps in the same zone
            statement.execute("SET SESSION time_zone = '+00:00', character_set_results = NULL, sql_mode = ''");
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection primary() {
        return primary;
    }

    Connection replica() {
        return replica;
    }

    /** Does something on both servers at the same time; when one fails, the other is given up too. */
    <T> Found<T> run(Callable<T> onPrimary, Callable<T> onReplica) throws SQLException, InterruptedException {
        CompletionService<T> tasks = new ExecutorCompletionService<>(threads);
        Future<T> first = tasks.submit(onPrimary);
        Future<T> second = tasks.submit(onReplica);
        boolean done = false;
        try {
            tasks.take().get();
            tasks.take().get();
            done = true;
            return new Found<>(first.get(), second.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException("the comparison failed", e.getCause());
        } finally {
            if (!done) {
                primary.abort(Runnable::run);
                replica.abort(Runnable::run);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        threads.shutdownNow();
        try (primary;
                replica) {
            // closes both
        }
    }
}
