package io.binlogreplica.source.schema;

import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of tables whose columns the binlog does not name. The primary says how a table is defined at some place of its binlog,
 * mostly ahead of the one that is being read. It was the same there, if no statement in between is about the table; which is known
 * once somebody has looked.
 */
public final class Definitions {

    private final PresentTables presentTables;
    private final Map<TableId, DatedDefinition> known = new HashMap<>();
    /** Statements about tables, from the place that was asked for last. */
    private final List<Stated> statements = new ArrayList<>();
    /** All statements before that place, and behind the one that is being read, are known; null when nobody has looked. */
    private @Nullable BinlogPosition lookedTo;

    private record Stated(Statement statement, BinlogPosition at) {}

    /** What has to be looked through before a definition is certain. */
    public record Unseen(BinlogPosition from, BinlogPosition to) {}

    Definitions(PresentTables presentTables) {
        this.presentTables = presentTables;
    }

    /** What has to be looked through first; null when nothing has. */
    @Nullable
    Unseen unseen(TableId table, BinlogPosition place) {
        DatedDefinition definition = definition(table, place);
        if (definition == null || place.reached(definition.asOf())) {
            return null;
        }
        BinlogPosition seen = lookedTo;
        if (seen != null && seen.reached(definition.asOf())) {
            return null;
        }
        return new Unseen(seen != null && seen.reached(place) ? seen : place, definition.asOf());
    }

    /** All statements between the place that is read and that one have been {@link #add added}. */
    public void lookedTo(BinlogPosition place) {
        lookedTo = place;
    }

    /** There is a statement about tables in the transaction that begins there. */
    public void add(Statement statement, BinlogPosition at) {
        statements.add(new Stated(statement, at));
    }

    /** Nothing is known any more: what comes may be another server's binlog. */
    public void clear() {
        known.clear();
        statements.clear();
        lookedTo = null;
    }

    /** How the table is defined at a place; null when that is not certain. */
    @Nullable
    TableSchema at(TableId table, BinlogPosition place) {
        DatedDefinition definition = definition(table, place);
        return definition == null || isChangedUntil(definition, table, place) ? null : definition.schema();
    }

    /** Read at the place or behind it; null when the table is gone. */
    private @Nullable DatedDefinition definition(TableId table, BinlogPosition place) {
        DatedDefinition definition = known.get(table);
        if (definition == null || isChangedSince(definition, table, place)) {
            definition = presentTables.findDated(table);
            if (definition == null) {
                known.remove(table);
            } else {
                known.put(table, definition);
            }
        }
        statements.removeIf(stated ->
                !stated.at.reached(place) && known.values().stream().noneMatch(each -> stated.at.reached(each.asOf())));
        return definition;
    }

    /** Of a definition from before the place: a statement's transaction begins there or behind it, and up to the place. */
    private boolean isChangedSince(DatedDefinition definition, TableId table, BinlogPosition place) {
        return statements.stream()
                .anyMatch(stated -> stated.at.reached(definition.asOf())
                        && place.reached(stated.at)
                        && stated.statement.concerns(table));
    }

    /** Of a definition from behind the place: a statement's transaction begins behind the one at the place, and before it. */
    private boolean isChangedUntil(DatedDefinition definition, TableId table, BinlogPosition place) {
        return statements.stream()
                .anyMatch(stated -> !place.reached(stated.at)
                        && !stated.at.reached(definition.asOf())
                        && stated.statement.concerns(table));
    }
}
