package io.binlogreplica.source.stream;

import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.Xid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that are prepared (XA PREPARE) and neither committed nor rolled back. Where they begin in the binlog is saved with the
 * stream's offset; their rows are kept while they are few, and otherwise read once more when they are committed.
 */
final class PreparedTransactions {

    private static final long KEPT_BYTES_MAX = 8 << 20;

    private final Map<Xid, Prepared> prepared = new LinkedHashMap<>();
    private long keptBytes;

    /** Those that were prepared when the offset was saved. */
    PreparedTransactions(Map<Xid, BinlogPosition> saved) {
        saved.forEach((xid, position) -> prepared.put(xid, new Prepared(position, null)));
    }

    /**
     * A prepared transaction.
     *
     * @param position where it begins
     * @param rows its events in their order; null when they must be read once more
     */
    record Prepared(BinlogPosition position, @Nullable List<WaitingRows.RowsOfTable> rows) {}

    /**
     * For rows that have to wait.
     *
     * @param before events of the transaction that were given out
     */
    WaitingRows collect(int before) {
        return new WaitingRows(before, bytes -> keptBytes + bytes <= KEPT_BYTES_MAX);
    }

    /** The transaction is prepared. */
    void add(Xid xid, Prepared transaction) {
        prepared.put(xid, transaction);
        keptBytes += bytes(transaction);
    }

    /** Null when it was prepared before this source began to read. */
    @Nullable
    Prepared find(Xid xid) {
        return prepared.get(xid);
    }

    /** It was committed or rolled back. */
    void remove(Xid xid) {
        Prepared transaction = prepared.remove(xid);
        if (transaction != null) {
            keptBytes -= bytes(transaction);
        }
    }

    /** Where those begin that will be left without that one. */
    Map<Xid, BinlogPosition> positionsWithout(@Nullable Xid completed) {
        if (prepared.isEmpty()) {
            return Map.of();
        }
        var positions = new LinkedHashMap<Xid, BinlogPosition>();
        prepared.forEach((xid, transaction) -> positions.put(xid, transaction.position()));
        positions.remove(completed);
        return positions;
    }

    private static long bytes(Prepared transaction) {
        List<WaitingRows.RowsOfTable> rows = transaction.rows();
        return rows == null
                ? 0
                : rows.stream().mapToLong(row -> row.event().length()).sum();
    }
}
