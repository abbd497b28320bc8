package io.binlogreplica.sink.apply;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.ValueSize;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many rows fit into one packet of the replica. One that is too large is not refused with an error: the server ends the
 * connection, as if it were gone.
 */
final class Packets {

    /** For a value that is not measured, and what goes with each that is. */
    private static final int VALUE_BYTES = 32;

    /** For the statement itself. */
    private static final int STATEMENT_BYTES = 16 * 1024;

    private static final int TOO_LARGE = 1153;

    private final long bytesMax;
    private final IdentityHashMap<Mapping, int[]> wide = new IdentityHashMap<>();

    Packets(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** As large as that connection's session takes them. */
    static Packets of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@max_allowed_packet")) {
            row.next();
            return new Packets(Math.max(row.getLong(1) - STATEMENT_BYTES, row.getLong(1) / 2));
        }
    }

    /** Tables may be others now. */
    void forget() {
        wide.clear();
    }

    /**
     * Where the rows end that go into one statement, from one on.
     *
     * @param by what the statement finds rows by
     * @param most no further than that
     * @throws SQLException when not even the first row fits
     */
    int end(Mapping mapping, TableStatements.Finding by, List<Located> rows, int from, int most) throws SQLException {
        int[] measured = wide.computeIfAbsent(mapping, Packets::wideColumns);
        if (measured.length == 0) {
            return most;
        }
        long sum = 0;
        for (int i = from; i < most; i++) {
            sum += atMost((RowChange) rows.get(i).change(), mapping, measured);
            if (sum > bytesMax) {
                if (i > from) {
                    return i;
                }
                boolean byWholeRow =
                        by == TableStatements.Finding.WHOLE_ROW || mapping.key().isEmpty();
                long exactly = exactly((RowChange) rows.get(i).change(), mapping, byWholeRow, measured);
                if (exactly > bytesMax) {
                    throw new SQLDataException(
                            "a row of " + exactly + " bytes is larger than the replica's max_allowed_packet takes",
                            "22001",
                            TOO_LARGE);
                }
                return i + 1;
            }
        }
        return most;
    }

    /** Columns with values that may be large. */
    private static int[] wideColumns(Mapping mapping) {
        List<Column> columns = mapping.source().columns();
        return mapping.written().stream()
                .mapToInt(i -> i)
                .filter(i -> isWide(columns.get(i).type().type()))
                .toArray();
    }

    private static boolean isWide(SqlType type) {
        return switch (type.family()) {
            case TEXT, BINARY, JSON, GEOMETRY, VECTOR -> true;
            default -> false;
        };
    }

    private static long atMost(RowChange row, Mapping mapping, int[] measured) {
        return (long) mapping.written().size() * 2 * VALUE_BYTES
                + atMost(row.before(), measured)
                + atMost(row.after(), measured);
    }

    private static long atMost(@Nullable Object @Nullable [] row, int[] measured) {
        long bytes = 0;
        if (row != null) {
            for (int column : measured) {
                bytes += ValueSize.parameterAtMost(row[column]);
            }
        }
        return bytes;
    }

    /** What goes with the statement: the new row, if there is one, and what finds the old one. */
    private static long exactly(RowChange row, Mapping mapping, boolean byWholeRow, int[] measured) {
        boolean bindsBefore = byWholeRow || row.after() == null;
        return (long) mapping.written().size() * 2 * VALUE_BYTES
                + exactly(bindsBefore ? row.before() : null, measured)
                + exactly(row.after(), measured);
    }

    private static long exactly(@Nullable Object @Nullable [] row, int[] measured) {
        long bytes = 0;
        if (row != null) {
            for (int column : measured) {
                bytes += ValueSize.parameter(row[column]);
            }
        }
        return bytes;
    }
}
