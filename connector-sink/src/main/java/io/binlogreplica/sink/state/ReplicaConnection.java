package io.binlogreplica.sink.state;

import io.binlogreplica.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection to the replica for one thread, opened when it is needed; the connector's own tables are there then. */
public final class ReplicaConnection implements AutoCloseable {

    private final Database database;
    private final StateTables states;
    private final Preparation preparation;
    private @Nullable Connection connection;

    /** What is done with a connection that was opened just now. */
    @FunctionalInterface
    public interface Preparation {
        void prepare(Connection connected) throws SQLException;
    }

    public ReplicaConnection(Database database, StateTables states, Preparation preparation) {
        this.database = database;
        this.states = states;
        this.preparation = preparation;
    }

    public Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = database.connect();
            connection = open;
            try {
                states.create(open);
                preparation.prepare(open);
            } catch (SQLException | RuntimeException e) {
                close();
                throw e;
            }
        }
        return open;
    }

    /** It is opened anew when it is needed again. */
    @Override
    public void close() {
        Database.close(connection);
        connection = null;
    }
}
