package io.binlogreplica.local.verify;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.local.comparison.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the two servers: a connection that is opened again when it is lost, and a thread that works on it. */
final class Server implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private static final int ATTEMPTS_MAX = 12;
    private static final Duration WAIT_MIN = Duration.ofMillis(200);
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    /** Values come in one form whatever a server's or client's defaults are. */
    private static final String SESSION =
            "SET SESSION time_zone = '+00:00', sql_mode = '', character_set_results = 'utf8mb4',"
                    + " character_set_client = 'utf8mb4', character_set_connection = 'utf8mb4'";

    private final String name;
    private final ConnectionSource source;
    private final ExecutorService thread;
    /** Of the thread. */
    private @Nullable Connection connection;

    /** Something to ask a server. It reads only, so it may be asked again after an error. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Statement statement) throws SQLException;
    }

    Server(String name, ConnectionSource source) {
        this.name = name;
        this.source = source;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            var made = new Thread(task, "verify-" + name);
            made.setDaemon(true);
            return made;
        });
    }

    /** Asks, and waits for nothing. */
    <T> Future<T> submit(Question<T> question) {
        return thread.submit(() -> answer(question));
    }

    /** Asks, and waits for the answer. */
    <T> T ask(Question<T> question) throws SQLException, InterruptedException {
        return await(submit(question));
    }

    /** Asks both servers at the same time. */
    static <T> Both<T> askBoth(Server primary, Question<T> onPrimary, Server replica, Question<T> onReplica)
            throws SQLException, InterruptedException {
        Future<T> first = primary.submit(onPrimary);
        Future<T> second = replica.submit(onReplica);
        T answer = await(first);
        return new Both<>(answer, await(second));
    }

    private static <T> T await(Future<T> future) throws SQLException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            if (e.getCause() instanceof InterruptedException cause) {
                throw cause;
            }
            throw new IllegalStateException("verification failed", e.getCause());
        }
    }

    private <T> T answer(Question<T> question) throws SQLException, InterruptedException {
        var backoff = new Backoff(WAIT_MIN, WAIT_MAX);
        for (int attempt = 1; ; attempt++) {
            try (Statement statement = connected().createStatement()) {
                return question.ask(statement);
            } catch (SQLException e) {
                if (!SqlErrors.isTransient(e)) {
                    throw new SQLException("the " + name + ": " + e.getMessage(), e.getSQLState(), e.getErrorCode(), e);
                }
                disconnect();
                if (attempt == ATTEMPTS_MAX) {
                    throw new SQLException(
                            "the " + name + " does not answer, after " + attempt + " attempts: " + e.getMessage(),
                            e.getSQLState(),
                            e.getErrorCode(),
                            e);
                }
                log.warn("The {} did not answer, it is asked again: {}", name, e.getMessage());
                Thread.sleep(backoff.next().toMillis());
            }
        }
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            Connection opened = source.open();
            try (Statement statement = opened.createStatement()) {
                statement.execute(SESSION);
            } catch (SQLException e) {
                opened.close();
                throw e;
            }
            connection = opened;
        }
        return connection;
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                log.debug("The connection to the {} was lost already", name, e);
            }
            connection = null;
        }
    }

    /** Gives up what is being asked. */
    @Override
    public void close() {
        thread.execute(this::disconnect);
        thread.shutdown();
    }
}
