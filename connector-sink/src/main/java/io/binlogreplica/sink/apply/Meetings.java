package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How changes of a table are to meet its rows: by the state of the table, and of those that foreign keys join it to. */
final class Meetings {

    private final Connection connection;
    private final TargetTables targets;
    private final TableHealth health;
    private final boolean tableLayout;

    /** Null until it was asked for. */
    private @Nullable Boolean cascadesByItself;

    /**
     * Meetings over a connection.
     *
     * @param tableLayout whether each table has a topic of its own: then rows come in any order, and again
     */
    Meetings(Connection connection, TargetTables targets, TableHealth health, boolean tableLayout) {
        this.connection = connection;
        this.targets = targets;
        this.health = health;
        this.tableLayout = tableLayout;
    }

    GroupWriter.Meeting of(TableId table) throws SQLException {
        if (tableLayout) {
            return GroupWriter.Meeting.RELAXED;
        }
        if (health.isAllWhole() || !health.isCopying(foreignKeys().group(table))) {
            return GroupWriter.Meeting.STRICT;
        }
        return relaxed(table);
    }

    /** Where the table's rows need not be as the primary's were. */
    GroupWriter.Meeting relaxed(TableId table) throws SQLException {
        return cascades(table) ? GroupWriter.Meeting.RELAXED_CASCADING : GroupWriter.Meeting.RELAXED;
    }

    /**
     * Whether the replica can check a change's foreign keys. Not while a table that they join lacks rows; but what a cascade reaches
     * must be reached.
     */
    boolean checks(TableId table, Op op) throws SQLException {
        if (op == Op.READ || tableLayout) {
            return false;
        }
        if (health.isAllWhole()) {
            return true;
        }
        Set<TableId> group = foreignKeys().group(table);
        return health.areWhole(group)
                || (op == Op.DELETE && health.isCopying(group))
                || (op != Op.CREATE && cascades(table));
    }

    /**
     * Looks whether the replica would cascade as the primary did. MySQL, where it does that by itself, ends where it comes back to a
     * table that it has passed.
     *
     * @throws StructureDrift when it would not
     */
    void requireCascadesAsOnThePrimary(TableId table, Op op) throws SQLException, StructureDrift {
        if (op != Op.CREATE && foreignKeys().isCascadingInCircles(table)) {
            if (cascadesByItself == null) {
                cascadesByItself = Database.cascadesByItself(connection);
            }
            if (cascadesByItself) {
                throw StructureDrift.circle(table);
            }
        }
    }

    private boolean cascades(TableId table) throws SQLException {
        return foreignKeys().ofParent(table).stream().anyMatch(ForeignKey::cascades);
    }

    /** The tables whose rows change with rows of this one, over any number of steps; without it. */
    Set<TableId> cascadesTo(TableId table) throws SQLException {
        var reached = new LinkedHashSet<TableId>();
        var next = new ArrayDeque<TableId>(List.of(table));
        while (!next.isEmpty()) {
            for (ForeignKey key : foreignKeys().ofParent(next.remove())) {
                if (key.cascades() && reached.add(key.child())) {
                    next.add(key.child());
                }
            }
        }
        reached.remove(table);
        return reached;
    }

    /** The tables whose rows change with this row: with one that is deleted, or has other values in columns that rows refer to. */
    Set<TableId> cascadesTo(RowChange row) throws SQLException {
        TableSchema schema = row.schema();
        @Nullable Object[] before = row.before();
        @Nullable Object[] after = row.after();
        boolean reaches = before != null
                && (after == null
                        || foreignKeys().ofParent(schema.id()).stream()
                                .filter(ForeignKey::cascades)
                                .flatMap(key -> key.parentColumns().stream())
                                .mapToInt(schema::indexOf)
                                .anyMatch(column -> column < 0 || !Objects.deepEquals(before[column], after[column])));
        return reaches ? cascadesTo(schema.id()) : Set.of();
    }

    /** A table whose rows would change rows of this one, over any number of steps, if its changes were not left out; null without. */
    @Nullable
    TableId degradedAbove(TableId table) throws SQLException {
        var reached = new LinkedHashSet<TableId>();
        var next = new ArrayDeque<TableId>(List.of(table));
        while (!next.isEmpty()) {
            for (ForeignKey key : foreignKeys().ofChild(next.remove())) {
                if (key.cascades() && health.isDegraded(key.parent())) {
                    return key.parent();
                }
                if (key.cascades() && reached.add(key.parent())) {
                    next.add(key.parent());
                }
            }
        }
        return null;
    }

    private ForeignKeys foreignKeys() throws SQLException {
        return targets.foreignKeys(connection);
    }
}
