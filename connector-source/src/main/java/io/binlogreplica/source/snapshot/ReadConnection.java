package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection over which one thread reads tables, opened when it is needed, with the read views over it. */
final class ReadConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReadConnection.class);

    /** Changes of all tables wait while one that somebody is about to alter is waited for. */
    private static final int LOCK_WAIT_SECONDS = 1;

    private final Database database;
    private volatile @Nullable Connection connection;
    // Of the reading thread.
    private @Nullable ReadViews views;

    ReadConnection(Database database) {
        this.database = database;
    }

    /**
     * Ends whatever is waited for or read, and opens another connection when one is needed, to whichever is the server then. For any thread.
     */
    void giveUp() {
        Connection before = connection;
        connection = null;
        if (before != null) {
            try {
                before.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("Ending a connection failed", e);
            }
        }
    }

    /** @throws SQLException a transient one when the server is another meanwhile */
    Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            // views over the connection that was before
            close();
            DatabaseConfig server = database.config();
            open = database.connect();
            connection = open;
            try (Statement statement = open.createStatement()) {
                statement.execute("SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
            }
            if (!server.equals(database.config())) {
                throw new SQLTransientConnectionException("reading goes on with another server", "08S01");
            }
        }
        return open;
    }

    ReadViews views() throws SQLException {
        Connection open = open();
        ReadViews known = views;
        if (known == null) {
            known = ReadViews.of(open, database);
            views = known;
        }
        return known;
    }

    /** It is opened anew when it is needed again. */
    @Override
    public void close() {
        if (views != null) {
            views.close();
            views = null;
        }
        Database.close(connection);
        connection = null;
    }
}
