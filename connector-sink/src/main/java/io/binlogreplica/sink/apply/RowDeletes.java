package io.binlogreplica.sink.apply;

import io.binlogreplica.sink.verify.RangeVerifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Deletes rows that the primary does not have. Nothing cascades from them: what hangs on them is compared by itself. */
final class RowDeletes implements RangeVerifier.Deletes {

    private final Connection connection;
    private final ForeignKeyChecks foreignKeyChecks;

    RowDeletes(Connection connection, ForeignKeyChecks foreignKeyChecks) {
        this.connection = connection;
        this.foreignKeyChecks = foreignKeyChecks;
    }

    @Override
    public void run(List<String> statements) throws SQLException {
        if (statements.isEmpty()) {
            return;
        }
        foreignKeyChecks.set(false);
        try (Statement delete = connection.createStatement()) {
            for (String statement : statements) {
                delete.executeUpdate(statement);
            }
        }
    }
}
