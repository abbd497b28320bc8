package io.binlogreplica.it.oracle;

import io.binlogreplica.local.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a script's steps on the primary, one after the other, each in its session. Nothing waits for a lock. */
final class ScriptRun implements AutoCloseable {

    private static final String[] SETTINGS = {
        "SET NAMES utf8mb4",
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        "SET SESSION innodb_lock_wait_timeout = 0",
        "SET SESSION lock_wait_timeout = 0"
    };

    private final DatabaseServer primary;
    private final String database;
    private final List<@Nullable Connection> sessions = new ArrayList<>();
    private int succeeded;

    ScriptRun(DatabaseServer primary, String database) {
        this.primary = primary;
        this.database = database;
        for (int i = 0; i < RandomScript.SESSIONS; i++) {
            sessions.add(null);
        }
    }

    /** A statement that fails has no effect, as far as the server says; a session that is lost begins anew. */
    void run(Step step) {
        try (Statement statement = session(step.session()).createStatement()) {
            statement.execute(step.sql());
            succeeded++;
        } catch (SQLException e) {
            Connection session = sessions.get(step.session());
            if (session != null && isLost(session)) {
                sessions.set(step.session(), null);
            }
        }
    }

    int succeeded() {
        return succeeded;
    }

    private Connection session(int index) throws SQLException {
        Connection session = sessions.get(index);
        if (session == null) {
            session = primary.connect();
            sessions.set(index, session);
            session.setCatalog(database);
            try (Statement statement = session.createStatement()) {
                for (String setting : SETTINGS) {
                    statement.execute(setting);
                }
            }
        }
        return session;
    }

    private static boolean isLost(Connection session) {
        try {
            return !session.isValid(5);
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection session : sessions) {
            if (session != null) {
                session.close();
            }
        }
    }
}
