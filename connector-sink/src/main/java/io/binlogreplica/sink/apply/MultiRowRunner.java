package io.binlogreplica.sink.apply;

import io.binlogreplica.record.ValueSize;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements that name many rows, for MySQL, which has no bulk protocol: {@code VALUES (...), (...)} and {@code WHERE ... OR ...}.
 * No statement of its own gives many rows values of their own and converts these as a column does, so updates go one by one.
 */
final class MultiRowRunner implements RowRunner {

    /** The protocol's limit is 65,535 parameters; above some thousands nothing is gained. */
    private static final int PARAMETERS_MAX = 16_384;

    /** Well below what servers take in one packet by default. */
    private static final int CHARACTERS_MAX = 2 << 20;

    /**
     * Statements that are sent before the answer to the first of them is read. The server executes all of them even if one is refused: where a
     * lock is waited for in vain, each of them waits as long.
     */
    private static final int SENT_AHEAD = 50;

    private final Connection connection;
    private final BatchRunner single;

    MultiRowRunner(Connection connection, BatchRunner single) {
        this.connection = connection;
        this.single = single;
    }

    @Override
    public long insert(TableStatements sql, List<@Nullable Object[]> after) throws SQLException {
        return execute(after, sql.insertParameters(), sql::insert, sql::bindInsert);
    }

    @Override
    public long update(TableStatements sql, List<@Nullable Object[]> before, List<@Nullable Object[]> after)
            throws SQLException {
        return oneByOne(
                after.size(), (from, to) -> single.update(sql, before.subList(from, to), after.subList(from, to)));
    }

    @Override
    public long delete(TableStatements sql, List<@Nullable Object[]> before) throws SQLException {
        return sql.isKeyed()
                ? execute(before, sql.deleteParameters(), sql::delete, sql::bindDelete)
                : oneByOne(before.size(), (from, to) -> single.delete(sql, before.subList(from, to)));
    }

    /** Executes a statement for some rows. */
    private interface Rows {
        long execute(int from, int to) throws SQLException;
    }

    private static long oneByOne(int rows, Rows some) throws SQLException {
        long met = 0;
        for (int from = 0; from < rows; from += SENT_AHEAD) {
            met += some.execute(from, Math.min(rows, from + SENT_AHEAD));
        }
        return met;
    }

    /** Makes a statement for a number of rows. */
    private interface Sql {
        String of(int rows);
    }

    /** Sets the parameters for one row, from {@code first} on. */
    private interface Binding {
        void bind(PreparedStatement statement, int first, @Nullable Object[] row) throws SQLException;
    }

    private long execute(List<@Nullable Object[]> rows, int parameters, Sql sql, Binding binding) throws SQLException {
        long met = 0;
        for (int from = 0; from < rows.size(); ) {
            int count = together(rows, from, Math.max(1, PARAMETERS_MAX / Math.max(1, parameters)));
            try (PreparedStatement statement = connection.prepareStatement(sql.of(count))) {
                for (int i = 0; i < count; i++) {
                    binding.bind(statement, 1 + i * parameters, rows.get(from + i));
                }
                met += statement.executeUpdate();
            }
            from += count;
        }
        return met;
    }

    /** How many rows the next statement takes: a power of two, so that few statements have to be prepared. */
    private static int together(List<@Nullable Object[]> rows, int from, int limit) {
        int fitting = 0;
        long characters = 0;
        while (fitting < limit && from + fitting < rows.size()) {
            characters += characters(rows.get(from + fitting));
            if (characters > CHARACTERS_MAX && fitting > 0) {
                break;
            }
            fitting++;
        }
        return Integer.highestOneBit(fitting);
    }

    private static long characters(@Nullable Object[] row) {
        long characters = 0;
        for (Object value : row) {
            characters += ValueSize.length(value);
        }
        return characters;
    }
}
