package io.binlogreplica.source.stream;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.StatementSession;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogEvent;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.schema.PresentTables;
import io.binlogreplica.source.schema.Statement;
import io.binlogreplica.source.snapshot.Snapshot;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Statements that change tables as a whole: gives them out, and has copies and definitions follow. */
final class Ddl {

    private final CaptureConfig capture;
    private final PresentTables presentTables;
    private final Snapshot snapshot;
    private final Outlet outlet;
    private final StreamOffset start;
    private final Clock clock;

    Ddl(
            CaptureConfig capture,
            PresentTables presentTables,
            Snapshot snapshot,
            Outlet outlet,
            StreamOffset start,
            Clock clock) {
        this.capture = capture;
        this.presentTables = presentTables;
        this.snapshot = snapshot;
        this.outlet = outlet;
        this.start = start;
        this.clock = clock;
    }

    /** What of a statement is about captured tables. */
    List<Statement.Action> captured(Statement statement) {
        return statement.actions().stream()
                .filter(action ->
                        capture.includes(action.table()) || (action.to() != null && capture.includes(action.to())))
                .toList();
    }

    /** A database that was there before the stream. */
    void createDatabase(String database, String statement) {
        BinlogPosition at = start.position();
        var origin = new Origin(
                clock.millis() * 1000,
                Origin.COPIED,
                new TableId(database, ""),
                start.sequence(),
                0,
                null,
                at.file(),
                at.position(),
                0,
                null);
        outlet.give(
                new TableChange(TableChange.Kind.DDL, origin, database, statement, List.of(), true), outlet.passed());
    }

    /** Whether the statement is about anything captured. */
    boolean isCaptured(Statement statement) {
        return isOfCapturedDatabase(statement) || !captured(statement).isEmpty();
    }

    private boolean isOfCapturedDatabase(Statement statement) {
        String database = statement.database();
        return database != null && capture.includesDatabase(database);
    }

    /** Captured tables that the statement is about. */
    List<TableId> tables(Statement statement) {
        return captured(statement).stream()
                .flatMap(action -> Stream.concat(Stream.of(action.table()), Stream.ofNullable(action.to())))
                .filter(capture::includes)
                .distinct()
                .toList();
    }

    /**
     * Captured tables that have other rows behind a statement, or less of them, of which the binlog says nothing.
     *
     * @param reason why that is so
     * @param gone captured tables that are no more what they were, though what takes them away is not given out
     * @param given whether readers must have the statement all the same, for what it does to the tables besides
     */
    record Unlogged(List<TableId> tables, String reason, List<TableId> gone, boolean given) {

        Unlogged(List<TableId> tables, String reason, boolean given) {
            this(tables, reason, List.of(), given);
        }
    }

    /** Null when the statement's effect on rows is what readers of the topic make of it, or of what follows. */
    @Nullable
    Unlogged unlogged(Statement statement, StatementSession session, boolean threadSpecific) {
        List<Statement.Action> captured = captured(statement);
        if (threadSpecific && captured.stream().anyMatch(Ddl::worksOnTemporaryTables)) {
            return new Unlogged(
                    tables(statement),
                    "a statement was logged that may be about a temporary table of that name",
                    false);
        }
        List<TableId> exchanged = tables(captured, Statement.Verb.EXCHANGE);
        if (!exchanged.isEmpty()) {
            return new Unlogged(
                    exchanged, "rows of a partition were exchanged with another table, or with a file", false);
        }
        List<TableId> filled = tables(captured, Statement.Verb.FILL);
        if (!filled.isEmpty()) {
            return new Unlogged(filled, "a statement that fills a table was logged instead of the rows", filled, false);
        }
        List<TableId> rewritten = tables(captured, Statement.Verb.REWRITE);
        if (!rewritten.isEmpty()) {
            return new Unlogged(
                    rewritten,
                    "a statement has done to its rows what it would not do to the same rows elsewhere",
                    true);
        }
        for (Statement.Action action : captured) {
            if (isRenamed(action) && !capture.includes(action.table())) {
                return renamed(
                        captured, "table " + action.table() + ", which is not captured, was renamed to " + action.to());
            }
        }
        List<TableId> altered =
                StatementSession.SYSTEM.equals(session.timeZone()) ? tables(captured, Statement.Verb.ALTER) : List.of();
        return altered.isEmpty()
                ? null
                : new Unlogged(
                        altered,
                        "a statement has used the time zone of the primary's machine, which is not always as far from UTC, and"
                                + " which the replica need not have: set the primary's time_zone to a zone by its name",
                        true);
    }

    /** Whether it is logged alike for a table and for a temporary one, which is in the way of the other (in statement format). */
    private static boolean worksOnTemporaryTables(Statement.Action action) {
        return switch (action.verb()) {
            case ALTER, EXCHANGE, REWRITE, TRUNCATE -> true;
            case CREATE, CREATE_IF_ABSENT, FILL, DROP, RENAME, WRITE -> false;
        };
    }

    private List<TableId> tables(List<Statement.Action> actions, Statement.Verb verb) {
        return actions.stream()
                .filter(action -> action.verb() == verb)
                .flatMap(action -> Stream.concat(
                        isRenamed(action) ? Stream.empty() : Stream.of(action.table()), Stream.ofNullable(action.to())))
                .filter(capture::includes)
                .toList();
    }

    /** All that a statement renames: names may go round, and what had a name before is another table. */
    private Unlogged renamed(List<Statement.Action> actions, String reason) {
        var present = new LinkedHashSet<TableId>();
        for (Statement.Action action : actions) {
            present.remove(action.table());
            present.add(Objects.requireNonNull(action.to()));
        }
        return new Unlogged(
                present.stream().filter(capture::includes).toList(),
                reason,
                actions.stream()
                        .map(Statement.Action::table)
                        .filter(capture::includes)
                        .distinct()
                        .toList(),
                false);
    }

    private static boolean isRenamed(Statement.Action action) {
        return action.to() != null && (action.verb() == Statement.Verb.RENAME || action.verb() == Statement.Verb.ALTER);
    }

    /** Gives out that tables are no more. */
    void drop(List<TableId> gone, Origin origin) {
        List<TableId> known = gone.stream().filter(this::isKnown).toList();
        if (!known.isEmpty()) {
            outlet.give(
                    new TableChange(
                            TableChange.Kind.DDL,
                            origin,
                            known.get(0).database(),
                            drop(known),
                            known.stream()
                                    .map(table -> new TableChange.Table(TableChange.Type.DROP, table, null))
                                    .toList(),
                            false),
                    outlet.passed());
        }
        for (TableId table : gone) {
            outlet.forget(table);
            snapshot.dropped(table);
        }
    }

    /** Whether readers of the topic have the table. */
    private boolean isKnown(TableId table) {
        return snapshot.sends(table) || snapshot.isLeftOut(table);
    }

    /** The table is not what it was, and is to be read as it is now. */
    void replaced(TableId table) {
        outlet.forget(table);
        snapshot.altered(table);
    }

    /** Whether readers of the topic must have the statement; they need not where the tables' copies will show its effect. */
    boolean isWanted(Statement statement) {
        return !wanted(statement).isEmpty() || isOfCapturedDatabase(statement);
    }

    /** What of it readers must have: what is done to tables that they have, under the names that the statement itself gives these. */
    private List<Statement.Action> wanted(Statement statement) {
        var wanted = new ArrayList<Statement.Action>();
        Map<TableId, Boolean> renamed = new HashMap<>();
        for (Statement.Action action : captured(statement)) {
            Boolean before = renamed.get(action.table());
            boolean isWanted = before == null ? isWanted(action) : before;
            if (isWanted) {
                wanted.add(action);
            }
            if (action.to() != null) {
                renamed.put(action.to(), isWanted);
            }
        }
        return wanted;
    }

    private boolean isWanted(Statement.Action action) {
        return creates(action) && !snapshot.isPresent(action.table()) || isKnown(action.table());
    }

    /**
     * Gives out a wanted statement.
     *
     * @param behind the offset behind its transaction, if it ends it
     */
    void give(
            Statement statement,
            BinlogEvent.Query query,
            StatementSession session,
            Origin origin,
            Transaction within,
            @Nullable StreamOffset behind) {
        List<Statement.Action> captured = captured(statement);
        List<Statement.Action> wanted = wanted(statement);
        boolean last = behind != null;
        SourceOffset after = behind == null ? outlet.passed() : behind;
        TableSchema truncated = captured.size() == 1 && captured.get(0).verb() == Statement.Verb.TRUNCATE
                ? presentTables.find(origin.table())
                : null;
        if (truncated != null) {
            outlet.define(truncated, origin);
            var place = within.next(origin.table());
            outlet.give(new RowChange(truncated, Op.TRUNCATE, null, null, origin, place, 0, last), after);
        } else {
            List<TableChange.Table> changed = wanted.stream()
                    .flatMap(action -> changed(action).stream())
                    .filter(table -> capture.includes(table.id()))
                    .toList();
            String sql = wanted.size() == statement.actions().size() ? query.sql() : only(wanted, statement, query);
            outlet.give(TableChange.ddl(origin, query.database(), sql, changed, last, session), after);
        }
        captured.forEach(action -> follow(action, origin));
        dropTables(statement);
    }

    /** A statement that leaves the other tables of a list alone, which readers do not have, or have from elsewhere. */
    private static String only(List<Statement.Action> wanted, Statement statement, BinlogEvent.Query query) {
        if (isAll(statement, Statement.Verb.DROP)) {
            return drop(wanted.stream().map(Statement.Action::table).toList());
        }
        if (isAll(statement, Statement.Verb.RENAME)) {
            return wanted.stream()
                    .map(action -> Identifier.quote(action.table()) + " TO "
                            + Identifier.quote(Objects.requireNonNull(action.to())))
                    .collect(Collectors.joining(", ", "RENAME TABLE ", ""));
        }
        return query.sql();
    }

    private static boolean isAll(Statement statement, Statement.Verb verb) {
        return statement.actions().stream().allMatch(action -> action.verb() == verb);
    }

    private static String drop(List<TableId> tables) {
        return tables.stream().map(Identifier::quote).collect(Collectors.joining(", ", "DROP TABLE IF EXISTS ", ""));
    }

    /**
     * Of a transaction that is read again, and of whose rows some were given out, the statement before them was, too.
     */
    void given(Statement statement) {
        for (Statement.Action action : captured(statement)) {
            if (creates(action) && !snapshot.hasTable(action.table())) {
                snapshot.created(action.table(), presentTables.find(action.table()) != null);
            }
        }
    }

    /** A database that is gone has taken its tables with it. */
    private void dropTables(Statement statement) {
        if (statement.kind() == Statement.Kind.DROP_DATABASE) {
            snapshot.tables(Objects.requireNonNull(statement.database())).forEach(table -> {
                outlet.forget(table);
                snapshot.dropped(table);
            });
        }
    }

    /** What happens to a table whose copy is not begun, the copy will show; unless there is nothing left to copy. */
    void passOver(Statement statement) {
        dropTables(statement);
        for (Statement.Action action : captured(statement)) {
            if (action.verb() == Statement.Verb.DROP) {
                snapshot.dropped(action.table());
                continue;
            }
            if (action.verb() == Statement.Verb.ALTER || creates(action)) {
                // what is known of its columns, and read with them, does not hold any more
                snapshot.altered(action.table());
            }
            if (isRenamed(action)) {
                saveRenamed(action);
            }
        }
    }

    /** A statement of a server whose changes are not captured: readers of the topic have it from elsewhere. */
    void passOverForeign(Statement statement) {
        dropTables(statement);
        for (Statement.Action action : captured(statement)) {
            outlet.forget(action.table());
            TableId to = action.to();
            if (action.verb() == Statement.Verb.DROP || isRenamed(action)) {
                snapshot.dropped(action.table());
            } else if (action.verb() == Statement.Verb.ALTER) {
                snapshot.altered(action.table());
            } else if (creates(action) && capture.includes(action.table())) {
                snapshot.created(action.table(), true);
            }
            if (to != null && capture.includes(to)) {
                outlet.forget(to);
                snapshot.created(to, true);
            }
        }
    }

    /** Also when it says IF NOT EXISTS, and there was none. */
    private boolean creates(Statement.Action action) {
        return action.verb() == Statement.Verb.CREATE
                || action.verb() == Statement.Verb.FILL
                || (action.verb() == Statement.Verb.CREATE_IF_ABSENT && !snapshot.hasTable(action.table()));
    }

    /** The tables after an action, as far as the primary still has them like that. */
    private List<TableChange.Table> changed(Statement.Action action) {
        TableId table = action.table();
        TableId to = action.to();
        if (isRenamed(action)) {
            return List.of(
                    new TableChange.Table(TableChange.Type.DROP, table, null),
                    present(TableChange.Type.CREATE, Objects.requireNonNull(to)));
        }
        return switch (action.verb()) {
            case CREATE, CREATE_IF_ABSENT, FILL ->
                List.of(present(creates(action) ? TableChange.Type.CREATE : TableChange.Type.ALTER, table));
            case DROP -> List.of(new TableChange.Table(TableChange.Type.DROP, table, null));
            case RENAME, ALTER, REWRITE, EXCHANGE, TRUNCATE, WRITE ->
                to == null
                        ? List.of(present(TableChange.Type.ALTER, table))
                        : List.of(present(TableChange.Type.ALTER, table), present(TableChange.Type.ALTER, to));
        };
    }

    private TableChange.Table present(TableChange.Type type, TableId table) {
        return new TableChange.Table(type, table, presentTables.find(table));
    }

    private void follow(Statement.Action action, Origin origin) {
        outlet.forget(action.table());
        switch (action.verb()) {
            case CREATE, CREATE_IF_ABSENT, FILL -> {
                if (creates(action)) {
                    created(action.table(), origin);
                }
            }
            case DROP -> snapshot.dropped(action.table());
            case RENAME, ALTER -> {
                if (action.verb() == Statement.Verb.ALTER) {
                    snapshot.altered(action.table());
                }
                TableOffset offset = isRenamed(action) ? renamed(action) : null;
                if (offset != null && offset.state() == TableOffset.State.COMPLETE) {
                    complete(Objects.requireNonNull(action.to()), offset, origin);
                } else if (offset != null) {
                    outlet.save(Objects.requireNonNull(action.to()), offset);
                }
            }
            case REWRITE, EXCHANGE, TRUNCATE, WRITE -> {
                // copies go on: what was removed, later chunks do not have
            }
        }
    }

    /** Null when it is captured no more under its new name. */
    private @Nullable TableOffset renamed(Statement.Action action) {
        TableId to = Objects.requireNonNull(action.to());
        outlet.forget(to);
        if (capture.includes(to)) {
            return snapshot.renamed(action.table(), to, presentTables.find(to) != null);
        }
        snapshot.dropped(action.table());
        return null;
    }

    private void saveRenamed(Statement.Action action) {
        TableOffset offset = renamed(action);
        if (offset != null) {
            outlet.save(Objects.requireNonNull(action.to()), offset);
        }
    }

    /** What comes to be in the stream is complete from its beginning; Connect shall know, so that it is not copied later. */
    private void created(TableId table, Origin origin) {
        outlet.forget(table);
        if (capture.includes(table)) {
            complete(table, snapshot.created(table, presentTables.find(table) != null), origin);
        }
    }

    private void complete(TableId table, TableOffset offset, Origin origin) {
        TableSchema schema = presentTables.find(table);
        if (schema == null) {
            // it has another name by now, or is no more; what becomes of it depends on this all the same
            outlet.save(table, offset);
        } else {
            outlet.isDefined(schema);
            outlet.give(
                    Outlet.ofOne(TableChange.Kind.COPY_COMPLETED, origin.ofCopy(table), null, schema, true),
                    table,
                    offset,
                    offset);
        }
    }
}
