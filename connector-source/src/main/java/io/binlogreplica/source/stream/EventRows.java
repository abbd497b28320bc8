package io.binlogreplica.source.stream;

import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.RowDecoder;
import io.binlogreplica.source.binlog.RowsEvent;
import io.binlogreplica.source.binlog.TableMap;

/** A rows event that is being gone through. */
final class EventRows {

    private final TableMap map;
    private final RowDecoder decoder;
    private final RowsEvent event;
    private final RowsEvent.Rows rows;
    private final long serverId;
    private final long micros;
    private final String file;
    private final long pos;
    private int index;
    private int rowsRead;

    /**
     * The rows of an event, before the first.
     *
     * @param serverId the server that first executed it
     * @param micros when that was, in microseconds since 1970
     * @param pos where the event begins in the binlog {@code file}
     * @param firstIndex number of its first row among those at that place, from 0
     */
    EventRows(
            TableMap map,
            RowDecoder decoder,
            RowsEvent event,
            long serverId,
            long micros,
            String file,
            long pos,
            int firstIndex) {
        this.map = map;
        this.decoder = decoder;
        this.event = event;
        this.rows = event.rows(decoder);
        this.serverId = serverId;
        this.micros = micros;
        this.file = file;
        this.pos = pos;
        this.index = firstIndex;
    }

    TableMap map() {
        return map;
    }

    RowsEvent event() {
        return event;
    }

    /** How many of its rows were read. */
    int rowsRead() {
        return rowsRead;
    }

    TableSchema table() {
        return decoder.table();
    }

    /**
     * Reads the next row; false at the event's end.
     *
     * @throws BinlogException when it cannot be read
     */
    boolean advance() {
        try {
            if (!rows.next()) {
                return false;
            }
        } catch (RuntimeException e) {
            throw new BinlogException(
                    table().id(), "a row of table " + table().id() + " cannot be read: " + e.getMessage(), e);
        }
        index++;
        rowsRead++;
        return true;
    }

    /** Where the row is from. */
    Origin origin(Transaction transaction) {
        return new Origin(
                micros,
                Origin.STREAMED,
                table().id(),
                transaction.sequence(),
                serverId,
                transaction.gtid(),
                file,
                pos,
                index - 1,
                null);
    }

    /** The row that was read last, as a change that does not end its transaction. */
    RowChange change(Origin origin, RowChange.TransactionPlace place) {
        int flags = event.flags() & (RowChange.NO_FOREIGN_KEY_CHECKS | RowChange.CASCADES_LOGGED);
        Op op = switch (event.kind()) {
            case INSERT -> Op.CREATE;
            case UPDATE -> Op.UPDATE;
            case DELETE -> Op.DELETE;
        };
        return new RowChange(table(), op, rows.before(), rows.after(), origin, place, flags, false);
    }
}
