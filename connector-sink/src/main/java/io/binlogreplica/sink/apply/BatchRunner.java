package io.binlogreplica.sink.apply;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement, executed for each row. MariaDB takes all rows at once (its bulk protocol); to others the driver sends one after the
 * other without waiting for each answer.
 */
final class BatchRunner implements RowRunner {

    private final Connection connection;

    BatchRunner(Connection connection) {
        this.connection = connection;
    }

    @Override
    public long insert(TableStatements sql, List<@Nullable Object[]> after) throws SQLException {
        return execute(sql.insert(), after.size(), (statement, i) -> sql.bindInsert(statement, 1, after.get(i)));
    }

    @Override
    public long update(TableStatements sql, List<@Nullable Object[]> before, List<@Nullable Object[]> after)
            throws SQLException {
        return execute(
                sql.update(), after.size(), (statement, i) -> sql.bindUpdate(statement, before.get(i), after.get(i)));
    }

    @Override
    public long delete(TableStatements sql, List<@Nullable Object[]> before) throws SQLException {
        return execute(sql.delete(), before.size(), (statement, i) -> sql.bindDelete(statement, 1, before.get(i)));
    }

    /** Sets a statement's parameters for one row. */
    private interface Binding {
        void bind(PreparedStatement statement, int row) throws SQLException;
    }

    private long execute(String sql, int rows, Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (rows == 1) {
                binding.bind(statement, 0);
                return statement.executeUpdate();
            }
            for (int i = 0; i < rows; i++) {
                binding.bind(statement, i);
                statement.addBatch();
            }
            return met(statement, statement.executeBatch());
        }
    }

    /** A server's bulk protocol may tell only the sum, as the statement's own count. */
    private static long met(PreparedStatement statement, int[] counts) throws SQLException {
        long sum = 0;
        for (int count : counts) {
            if (count == Statement.SUCCESS_NO_INFO) {
                return sumOfResults(statement);
            }
            sum += count;
        }
        return sum;
    }

    private static long sumOfResults(PreparedStatement statement) throws SQLException {
        long sum = 0;
        for (long count = statement.getLargeUpdateCount(); count >= 0; count = statement.getLargeUpdateCount()) {
            sum += count;
            statement.getMoreResults();
        }
        return sum;
    }
}
