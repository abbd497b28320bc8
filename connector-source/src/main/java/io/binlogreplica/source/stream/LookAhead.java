package io.binlogreplica.source.stream;

import io.binlogreplica.source.binlog.BinlogEvent;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.BinlogReader;
import io.binlogreplica.source.binlog.GtidSet;
import io.binlogreplica.source.schema.Definitions;
import io.binlogreplica.source.schema.Statement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Goes through a part of the binlog ahead of the stream, for nothing but statements that change tables. */
final class LookAhead {

    private final Function<BinlogEvent.Query, Statement> statements;
    private final Definitions definitions;
    private final BinlogPosition from;
    private final BinlogPosition to;
    private BinlogPosition position;
    private boolean inside;
    /** Whether the transaction's next statement ends it. */
    private boolean single;

    private @Nullable String gtid;

    LookAhead(Definitions.Unseen unseen, Definitions definitions, Function<BinlogEvent.Query, Statement> statements) {
        this.statements = statements;
        this.definitions = definitions;
        this.from = unseen.from();
        this.to = unseen.to();
        this.position = from;
    }

    /** Where a reader has to begin. */
    BinlogPosition from() {
        return from;
    }

    /** Whether all was seen that was to be. */
    boolean isComplete() {
        return position.reached(to);
    }

    /** Tells what was found. */
    void complete() {
        definitions.lookedTo(position);
    }

    void read(BinlogEvent event, BinlogReader reader) {
        if (event instanceof BinlogEvent.Rotate rotate) {
            position = new BinlogPosition(rotate.file(), rotate.position(), position.gtids());
            return;
        }
        if (event instanceof BinlogEvent.TransactionStart start) {
            inside = true;
            single = start.statement();
            gtid = start.gtid();
        } else if (event instanceof BinlogEvent.Query query) {
            read(statements.apply(query), reader);
        } else if (event instanceof BinlogEvent.Commit || event instanceof BinlogEvent.XaPrepare || !inside) {
            end(reader);
        }
    }

    private void read(Statement statement, BinlogReader reader) {
        switch (statement.kind()) {
            case TABLE, DATABASE, DROP_DATABASE -> definitions.add(statement, position);
            case BEGIN -> single = false;
            case COMMIT, ROLLBACK -> single = true;
            default -> {
                // changes no definition
            }
        }
        if (single) {
            end(reader);
        }
    }

    /** A transaction's end, or what lies between two. */
    private void end(BinlogReader reader) {
        inside = false;
        GtidSet gtids = position.gtids();
        position = new BinlogPosition(
                position.file(),
                Math.max(reader.endPosition(), position.position()),
                gtids == null || gtid == null ? gtids : gtids.with(gtid));
    }
}
