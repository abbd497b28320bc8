package io.binlogreplica.source;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Logins;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server now and then whether it still has what is read from it. One whose binlog is reset meanwhile may wait in the file that
 * was, for the one of the same name to grow beyond the position, and send heartbeats until then. Nobody waits for the answer: a server
 * that has fallen silent is noticed by the reader.
 */
final class BinlogWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BinlogWatch.class);

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ExecutorService asking = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "binlog-watch");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable Future<Optional<String>> answer;
    private long dueNanos = System.nanoTime();

    /** Why the server cannot be read from there on; null when that is not known, or it can. */
    @Nullable
    String gap(DatabaseConfig host, Logins logins, BinlogPosition position) {
        if (answer != null) {
            return answer.isDone() ? taken(answer) : null;
        }
        long now = System.nanoTime();
        if (now - dueNanos >= 0) {
            dueNanos = now + INTERVAL.toNanos();
            answer = asking.submit(() -> ask(host, logins, position));
        }
        return null;
    }

    private @Nullable String taken(Future<Optional<String>> done) {
        answer = null;
        try {
            return done.get().orElse(null);
        } catch (ExecutionException e) {
            log.debug("The primary does not say how far its binlog reaches", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private static Optional<String> ask(DatabaseConfig host, Logins logins, BinlogPosition position)
            throws SQLException {
        try (var primary = new Primary(host, logins)) {
            // MySQL sends a transaction before it is among the executed ones, but no file gets shorter
            BinlogPosition asked = primary.flavor() == Flavor.MYSQL
                    ? new BinlogPosition(position.file(), position.position(), null)
                    : position;
            return Optional.ofNullable(primary.extent().gap(asked));
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
