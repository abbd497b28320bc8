package io.binlogreplica.source.stream;

import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RangeChecksum;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.config.EventFailure;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.offset.VerifyOffset;
import io.binlogreplica.source.snapshot.Beginning;
import io.binlogreplica.source.snapshot.CheckedRange;
import io.binlogreplica.source.snapshot.Definition;
import io.binlogreplica.source.snapshot.Found;
import io.binlogreplica.source.snapshot.Piece;
import io.binlogreplica.source.snapshot.Snapshot;
import java.time.Clock;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What was read from tables, given out where it belongs in the stream: between two transactions. */
final class CopiedRows {

    private final Snapshot snapshot;
    private final Outlet outlet;
    private final LeftOutTables leftOut;
    private final RowLimit limit;
    private final EventFailure onLarger;
    private final Clock clock;
    private long bytes;

    CopiedRows(
            Snapshot snapshot,
            Outlet outlet,
            LeftOutTables leftOut,
            RowLimit limit,
            EventFailure onLarger,
            Clock clock) {
        this.snapshot = snapshot;
        this.outlet = outlet;
        this.leftOut = leftOut;
        this.limit = limit;
        this.onLarger = onLarger;
        this.clock = clock;
    }

    /**
     * Gives out what is due.
     *
     * @param last of the last transaction before it
     * @param lastGtid likewise; null when that is not known
     * @param before called before rows are given out
     * @return false when there is nothing, or nothing yet
     * @throws BinlogException when a row is too large, and that stops everything
     */
    boolean next(BinlogPosition position, Sequence last, @Nullable String lastGtid, Runnable before) {
        Found found = snapshot.next(position);
        if (found == null) {
            return false;
        }
        if (found instanceof CheckedRange range) {
            giveChecksum(range, last, lastGtid);
        } else {
            before.run();
            giveRows((Piece) found, last);
        }
        return true;
    }

    private void giveChecksum(CheckedRange range, Sequence last, @Nullable String lastGtid) {
        TableSchema schema = range.schema();
        RangeChecksum checksum = range.checksum();
        TableChange change = TableChange.checksum(
                copied(schema.id(), range.position(), last, lastGtid),
                null,
                new TableChange.Table(TableChange.Type.CREATE, schema.id(), schema),
                checksum);
        if (checksum.rows() == null) {
            outlet.give(change, new VerifyOffset(schema.id(), checksum.range().upTo()));
        } else {
            outlet.give(change, outlet.passed());
        }
        Milestone.CHECKSUM_EMITTED.reached();
    }

    /** How much was read for all rows that were given out. */
    long bytes() {
        return bytes;
    }

    private void giveRows(Piece piece, Sequence last) {
        bytes += piece.bytes();
        TableSchema schema = piece.schema();
        TableId table = schema.id();
        Origin origin = copied(table, piece.position(), last, null);
        for (Beginning beginning : piece.begun()) {
            announce(beginning, origin);
        }
        int end = piece.rows().size() - 1;
        var rows = new ArrayList<RowChange>(piece.rows().size());
        for (int i = 0; i <= end; i++) {
            var row = new RowChange(schema, Op.READ, null, piece.rows().get(i), origin, null, 0, i == end);
            String excess = limit.excess(row);
            if (excess != null) {
                leaveOut(table, excess, origin);
                return;
            }
            rows.add(row);
        }
        SourceOffset begin = snapshot.offset(piece);
        SourceOffset after = snapshot.emitted(piece);
        for (RowChange row : rows) {
            outlet.define(schema, origin);
            outlet.give(row, table, begin, row.last() ? after : begin);
        }
        if (piece.last()) {
            // rows of a table that is whole already complete nothing; but that they were read must be saved with
            // something
            TableChange.Kind kind = piece.reread() ? TableChange.Kind.DEFINITION : TableChange.Kind.COPY_COMPLETED;
            TableChange completed = Outlet.ofOne(kind, origin, null, schema, true);
            outlet.give(completed, table, after, snapshot.completed(piece));
        }
        Milestone.CHUNK_EMITTED.reached();
    }

    private void leaveOut(TableId table, String excess, Origin origin) {
        if (onLarger == EventFailure.FAIL) {
            throw new BinlogException(excess);
        }
        leftOut.leaveOut(table, excess, origin);
    }

    /** Saved with the table's own offset, so that a table whose copy has begun is known after a restart. */
    private void announce(Beginning beginning, Origin origin) {
        Definition definition = beginning.definition();
        TableChange.Kind kind = beginning.again() ? TableChange.Kind.COPY_RESTARTED : TableChange.Kind.COPY_STARTED;
        TableSchema schema = definition.schema();
        outlet.isDefined(schema);
        SourceOffset begun = TableOffset.begun();
        outlet.give(
                Outlet.ofOne(kind, origin.ofCopy(schema.id()), definition.ddl(), schema, true),
                schema.id(),
                begun,
                begun);
        Milestone.COPY_STARTED.reached();
    }

    private Origin copied(TableId table, BinlogPosition at, Sequence last, @Nullable String lastGtid) {
        return new Origin(
                clock.millis() * 1000, Origin.COPIED, table, last, 0, lastGtid, at.file(), at.position(), 0, null);
    }
}
