package io.binlogreplica.source.stream;

import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.snapshot.Beginning;
import io.binlogreplica.source.snapshot.Definition;
import io.binlogreplica.source.snapshot.Piece;
import io.binlogreplica.source.snapshot.Snapshot;
import java.time.Clock;

/** Rows read from tables, given out where they belong in the stream: between two transactions. */
final class CopiedRows {

    private final Snapshot snapshot;
    private final Outlet outlet;
    private final Clock clock;

    CopiedRows(Snapshot snapshot, Outlet outlet, Clock clock) {
        this.snapshot = snapshot;
        this.outlet = outlet;
        this.clock = clock;
    }

    /**
     * Gives out rows that are due.
     *
     * @param last of the last transaction before them
     * @return false when there are none, or none yet
     */
    boolean next(BinlogPosition position, Sequence last) {
        Piece piece = snapshot.next(position);
        if (piece == null) {
            return false;
        }
        TableSchema schema = piece.schema();
        TableId table = schema.id();
        Origin origin = copied(piece, last);
        for (Beginning beginning : piece.begun()) {
            announce(beginning, origin);
        }
        SourceOffset before = snapshot.offset(piece);
        SourceOffset after = snapshot.emitted(piece);
        int end = piece.rows().size() - 1;
        for (int i = 0; i <= end; i++) {
            outlet.define(schema, origin);
            var row = new RowChange(schema, Op.READ, null, piece.rows().get(i), origin, null, 0, i == end);
            outlet.give(row, table, before, i == end ? after : before);
        }
        if (piece.last()) {
            // rows of a table that is whole already complete nothing; but that they were read must be saved with
            // something
            TableChange.Kind kind = piece.reread() ? TableChange.Kind.DEFINITION : TableChange.Kind.COPY_COMPLETED;
            TableChange completed = Outlet.ofOne(kind, origin, null, schema, true);
            outlet.give(completed, table, after, snapshot.completed(piece));
        }
        Milestone.CHUNK_EMITTED.reached();
        return true;
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

    private Origin copied(Piece piece, Sequence last) {
        BinlogPosition at = piece.position();
        return new Origin(
                clock.millis() * 1000,
                Origin.COPIED,
                piece.schema().id(),
                last,
                0,
                null,
                at.file(),
                at.position(),
                0,
                null);
    }
}
