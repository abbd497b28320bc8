package io.binlogreplica.sink.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection's {@code foreign_key_checks}: whether the server checks foreign keys, and cascades. */
final class ForeignKeyChecks {

    private final Connection connection;
    /** As {@link ReplicaSession} has it. */
    private boolean on = true;

    ForeignKeyChecks(Connection connection) {
        this.connection = connection;
    }

    boolean isOn() {
        return on;
    }

    void set(boolean wanted) throws SQLException {
        if (on != wanted) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET foreign_key_checks = " + (wanted ? 1 : 0));
            }
            on = wanted;
        }
    }
}
