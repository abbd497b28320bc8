package io.binlogreplica.source.stream;

import io.binlogreplica.source.binlog.BinlogEvent;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.BinlogReader;
import io.binlogreplica.source.binlog.TableMap;
import io.binlogreplica.source.binlog.Xid;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.offset.StreamOffset;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that waited and now happen: out of memory, or read once more from where their transaction begins in the binlog. */
final class Committing {

    private final @Nullable Xid xid;
    private final BinlogPosition position;
    private final BitSet leftOut;
    private final StreamOffset behind;
    /** Null when the rows are read once more. */
    private final @Nullable Iterator<WaitingRows.RowsOfTable> kept;

    private final Map<Long, TableMap> tables = new HashMap<>();
    private int events;
    private boolean begun;
    private @Nullable String gtid;
    private boolean complete;

    /** A prepared transaction; {@code behind} is the offset behind the one that commits it. */
    Committing(Xid xid, PreparedTransactions.Prepared prepared, StreamOffset behind) {
        this(xid, prepared.position(), prepared.rows(), new BitSet(), behind);
    }

    /** The rest of the current transaction, which begins at {@code position} and ends at {@code behind}. */
    Committing(@Nullable Xid xid, BinlogPosition position, WaitingRows waiting, StreamOffset behind) {
        this(xid, position, waiting.kept(), waiting.leftOut(), behind);
    }

    private Committing(
            @Nullable Xid xid,
            BinlogPosition position,
            @Nullable List<WaitingRows.RowsOfTable> kept,
            BitSet leftOut,
            StreamOffset behind) {
        this.xid = xid;
        this.position = position;
        this.leftOut = leftOut;
        this.behind = behind;
        this.kept = kept == null ? null : kept.iterator();
    }

    /** Its name; null for a transaction that is no XA transaction. */
    @Nullable
    Xid xid() {
        return xid;
    }

    /** Where it begins in the binlog. */
    BinlogPosition position() {
        return position;
    }

    StreamOffset behind() {
        return behind;
    }

    /** Whether its rows need not be read once more. */
    boolean isKept() {
        return kept != null;
    }

    /** Whether there are no more rows. */
    boolean isComplete() {
        return kept == null ? complete : !kept.hasNext();
    }

    /**
     * Its next rows.
     *
     * @param reader that began at {@link #position}; null while there is none
     * @return null when there are no more, or none yet
     */
    WaitingRows.@Nullable RowsOfTable next(@Nullable BinlogReader reader, CaptureConfig capture) throws IOException {
        if (kept != null) {
            return kept.hasNext() ? kept.next() : null;
        }
        while (reader != null && !complete) {
            BinlogEvent event = reader.next();
            if (event == null) {
                return null;
            }
            WaitingRows.RowsOfTable rows = read(event, capture, reader);
            if (rows != null) {
                return rows;
            }
        }
        return null;
    }

    private WaitingRows.@Nullable RowsOfTable read(BinlogEvent event, CaptureConfig capture, BinlogReader from) {
        if (event instanceof BinlogEvent.Table table) {
            if (capture.includes(table.map().id()) && capture.includesOrigin(from.serverId(), gtid)) {
                tables.put(table.map().number(), table.map());
            } else {
                tables.remove(table.map().number());
            }
        } else if (event instanceof BinlogEvent.Rows rows) {
            TableMap table = tables.get(rows.event().tableNumber());
            return table == null || leftOut.get(events++) ? null : new WaitingRows.RowsOfTable(table, rows.event());
        } else if (isEnd(event)) {
            complete = true;
        } else if (event instanceof BinlogEvent.Commit
                || event instanceof BinlogEvent.XaPrepare
                || (event instanceof BinlogEvent.TransactionStart && begun)) {
            throw new BinlogException("a transaction " + (xid == null ? "" : xid + " ")
                    + "that has to be read once more" + " is not at " + position + ", where it was");
        }
        if (event instanceof BinlogEvent.TransactionStart start) {
            begun = true;
            gtid = start.gtid();
        }
        return null;
    }

    private boolean isEnd(BinlogEvent event) {
        return xid == null
                ? event instanceof BinlogEvent.Commit
                        || (event instanceof BinlogEvent.Query query
                                && query.sql().equals("COMMIT"))
                : event instanceof BinlogEvent.XaPrepare prepare
                        && prepare.xid().equals(xid);
    }
}
