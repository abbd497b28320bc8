package io.binlogreplica.sink.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows that have the error value of an ENUM, which a strict server refuses, and one that is not strict takes with a warning. One
 * by one, so that each warning is known to be for such a value: a value that is bent to fit gives one too, and is refused as ever.
 */
final class EnumErrorRunner implements RowRunner {

    private static final int TRUNCATED = 1265;

    private final Connection connection;
    private final RowRunner usual;

    EnumErrorRunner(Connection connection, RowRunner usual) {
        this.connection = connection;
        this.usual = usual;
    }

    @Override
    public long insert(TableStatements sql, List<@Nullable Object[]> after) throws SQLException {
        return hasErrors(sql, after)
                ? leniently(sql, after, i -> usual.insert(sql, after.subList(i, i + 1)))
                : usual.insert(sql, after);
    }

    @Override
    public long update(TableStatements sql, List<@Nullable Object[]> before, List<@Nullable Object[]> after)
            throws SQLException {
        return hasErrors(sql, after)
                ? leniently(sql, after, i -> usual.update(sql, before.subList(i, i + 1), after.subList(i, i + 1)))
                : usual.update(sql, before, after);
    }

    @Override
    public long delete(TableStatements sql, List<@Nullable Object[]> before) throws SQLException {
        return usual.delete(sql, before);
    }

    private static boolean hasErrors(TableStatements sql, List<@Nullable Object[]> rows) {
        return sql.hasEnums() && rows.stream().anyMatch(row -> sql.enumErrors(row) > 0);
    }

    /** Writes one of the rows. */
    private interface One {
        long write(int row) throws SQLException;
    }

    private long leniently(TableStatements sql, List<@Nullable Object[]> after, One one) throws SQLException {
        long met = 0;
        mode(ReplicaSession.LENIENT);
        try {
            for (int i = 0; i < after.size(); i++) {
                met += one.write(i);
                requireWarnings(sql.enumErrors(after.get(i)));
            }
        } finally {
            mode(ReplicaSession.STRICT);
        }
        return met;
    }

    private void requireWarnings(int errors) throws SQLException {
        int truncated = 0;
        try (Statement statement = connection.createStatement();
                ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
            while (warnings.next()) {
                if (warnings.getInt(2) != TRUNCATED || ++truncated > errors) {
                    throw new SQLDataException(warnings.getString(3), "22000", warnings.getInt(2));
                }
            }
        }
    }

    private void mode(String mode) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '" + mode + "'");
        }
    }
}
