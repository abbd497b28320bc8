package io.binlogreplica.source.stream;

import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogEvent;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.RowsEvent;
import io.binlogreplica.source.binlog.TableMap;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The transaction of the binlog that is being read. */
final class Transaction {

    private final @Nullable String gtid;
    private final String id;
    private final Sequence sequence;
    private final long commitMicros;
    private final BinlogPosition begin;
    private final boolean announced;
    private boolean statement;
    private int events;
    private final Set<TableId> tables = new LinkedHashSet<>();
    private @Nullable Origin leftOutAt;
    /** Null while rows need not wait. */
    private @Nullable WaitingRows waiting;

    private long rows;
    private final Map<TableId, Long> rowsByTable = new HashMap<>();

    Transaction(BinlogEvent.TransactionStart start, BinlogPosition position, Sequence sequence) {
        this.gtid = start.gtid();
        this.id = gtid == null ? "file=" + position.file() + ",pos=" + position.position() : gtid;
        this.sequence = sequence;
        this.commitMicros = start.commitMicros();
        this.begin = position;
        this.announced = start.nature() == BinlogEvent.Nature.ANNOUNCED;
        this.statement = start.statement();
    }

    @Nullable
    String gtid() {
        return gtid;
    }

    /** The GTID, or where the transaction begins. */
    String id() {
        return id;
    }

    Sequence sequence() {
        return sequence;
    }

    /** When its change was made, in microseconds since 1970: its commit if the server logs that, else the statement's begin. */
    long micros(long statementSeconds) {
        return commitMicros == 0 ? statementSeconds * 1_000_000 : commitMicros;
    }

    /** Whether its first statement is also its end. */
    boolean isStatement() {
        return statement;
    }

    /** A BEGIN was seen: only a COMMIT ends it. */
    void begun() {
        statement = false;
    }

    /** Where it begins. */
    BinlogPosition begin() {
        return begin;
    }

    /** Whether its statement comes once more when it is done. */
    boolean isAnnounced() {
        return announced;
    }

    /** Its rows wait from here on. */
    void letWait(WaitingRows rowsOfTables) {
        statement = false;
        waiting = rowsOfTables;
    }

    /** The rows that wait; null while rows need not wait. */
    @Nullable
    WaitingRows waiting() {
        return waiting;
    }

    /** Counts an event of a captured table. */
    void countEvent(TableId table) {
        events++;
        tables.add(table);
    }

    /** The captured tables that it had events of. */
    Set<TableId> tables() {
        return Collections.unmodifiableSet(tables);
    }

    /** How many events of captured tables it had so far. */
    int events() {
        return events;
    }

    /** Counts a captured row. */
    RowChange.TransactionPlace next(TableId table) {
        rows++;
        return new RowChange.TransactionPlace(id, rows, rowsByTable.merge(table, 1L, Long::sum));
    }

    /**
     * Counts the rows of an event that are left out, so that those behind it have the same numbers in every run.
     *
     * @param counted how many of them were counted already
     */
    void count(TableMap map, RowsEvent event, int counted) {
        long more;
        try {
            more = event.count(map) - (long) counted;
        } catch (BinlogException | IndexOutOfBoundsException e) {
            // what cannot be counted cannot be counted in any run
            return;
        }
        rows += more;
        rowsByTable.merge(map.id(), more, Long::sum);
    }

    /** Changes of a table are left out from that one on. */
    void leavesOut(Origin origin) {
        leftOutAt = origin;
    }

    /** The last change of those from which on changes of a table are left out; null when none are. */
    @Nullable
    Origin leftOutAt() {
        return leftOutAt;
    }

    /** How many captured rows it had so far. */
    long rows() {
        return rows;
    }
}
