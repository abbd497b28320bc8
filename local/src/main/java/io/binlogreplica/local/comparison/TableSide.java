package io.binlogreplica.local.comparison;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * One server's rows of one table.
 *
 * @param columns those that are compared, the key's first
 * @param keyColumns how many of them are the key; all in a table without one
 * @param acrossFamilies whether the other side is a server of the other family
 */
record TableSide(
        Connection connection,
        String database,
        String table,
        TableDefinition definition,
        List<String> columns,
        int keyColumns,
        boolean acrossFamilies) {

    private static final int FETCH_ROWS = 1_000;
    private static final int PROGRESS_ROWS = 50_000;

    @FunctionalInterface
    private interface RowConsumer {
        void accept(RowImage row);
    }

    /**
     * Reads all rows.
     *
     * @param progress told now and then how many it has read
     */
    TableChecksum checksum(LongConsumer progress) throws SQLException {
        var checksum = new TableChecksum();
        forEachRow(row -> {
            checksum.add(row);
            if (checksum.rows() % PROGRESS_ROWS == 0) {
                progress.accept(checksum.rows());
            }
        });
        return checksum;
    }

    /** An image of a row and how often the table has it: once, unless it has no key. */
    record CountedRow(byte[] image, int count) {}

    /** Reads all rows again and keeps those in certain buckets, by their keys. */
    Map<ByteBuffer, CountedRow> rowsIn(BitSet buckets) throws SQLException {
        var rows = new LinkedHashMap<ByteBuffer, CountedRow>();
        forEachRow(row -> {
            if (buckets.get(TableChecksum.bucket(row))) {
                byte[] image = Arrays.copyOf(row.bytes(), row.end());
                rows.merge(
                        ByteBuffer.wrap(image, 0, row.keyEnd()),
                        new CountedRow(image, 1),
                        (one, other) -> new CountedRow(other.image, one.count + other.count));
            }
        });
        return rows;
    }

    private void forEachRow(RowConsumer consumer) throws SQLException {
        String query = columns.stream()
                .map(column -> definition.expression(column, acrossFamilies))
                .collect(Collectors.joining(
                        ", ",
                        "SELECT ",
                        " FROM " + TableDefinition.quoted(database) + "." + TableDefinition.quoted(table)));
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet rows = statement.executeQuery(query)) {
                var image = new RowImage(keyColumns, columns.size());
                while (rows.next()) {
                    image.read(rows);
                    consumer.accept(image);
                }
            }
        } catch (SQLException e) {
            throw new SQLException("table " + table + " could not be read: " + e.getMessage(), e);
        }
    }
}
