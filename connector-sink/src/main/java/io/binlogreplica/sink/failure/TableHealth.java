package io.binlogreplica.sink.failure;

import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.state.Place;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStates;
import io.binlogreplica.sink.state.TableStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How each table is, as of a transaction: what changes here is to be saved in it, and all of it to be loaded again when it is rolled
 * back.
 *
 * <p>A change that cannot be applied is left out, and with the first of these its table is {@link TableState#DAMAGED}: it differs from
 * the primary's, and says so, until it is copied anew. Its other changes go on to be applied, unless as many as {@code failuresMax}
 * fail one after the other, or the table cannot take any: then it is {@link TableState#DEGRADED}.
 */
public final class TableHealth {

    private static final Logger log = LoggerFactory.getLogger(TableHealth.class);

    private static final String REMEDY = "Put right what is in the way, then have the table copied anew.";

    private final int failuresMax;
    private final Consumer<Map<TableId, TableStatus>> watcher;
    private final Map<TableId, TableStatus> statuses = new HashMap<>();
    private final Map<TableId, @Nullable TableStatus> changes = new LinkedHashMap<>();
    /** How many changes were left out of tables that are degraded. */
    private final Map<TableId, Long> skipped = new HashMap<>();
    /** How many tables are not whole; mostly none, and then nobody need look further. */
    private int notWhole;

    /**
     * Health of no table yet.
     *
     * @param watcher is given the status of all tables when they were loaded or changes of them are saved; must keep a copy
     */
    public TableHealth(int failuresMax, Consumer<Map<TableId, TableStatus>> watcher) {
        this.failuresMax = failuresMax;
        this.watcher = watcher;
    }

    /** Begins with what is saved. */
    public void load(TableStates saved, Connection connection) throws SQLException {
        load(saved.load(connection));
    }

    /** Saves what has changed, in the connection's transaction. */
    public void save(TableStates to, Connection connection) throws SQLException {
        if (!changes.isEmpty()) {
            to.save(takeChanges(), connection);
            watcher.accept(statuses);
        }
        for (Map.Entry<TableId, Long> table : skipped.entrySet()) {
            to.addSkipped(table.getKey(), table.getValue(), connection);
        }
        skipped.clear();
    }

    void load(Map<TableId, TableStatus> saved) {
        statuses.clear();
        statuses.putAll(saved);
        changes.clear();
        skipped.clear();
        notWhole = (int)
                saved.values().stream().filter(status -> !status.isWhole()).count();
        watcher.accept(statuses);
    }

    /** What has changed since the last call; null for tables that are no more. */
    Map<TableId, @Nullable TableStatus> takeChanges() {
        var taken = new LinkedHashMap<>(changes);
        changes.clear();
        return taken;
    }

    public boolean isDegraded(TableId table) {
        return notWhole > 0 && is(table, TableState.DEGRADED);
    }

    public boolean isLive(TableId table) {
        return is(table, TableState.LIVE);
    }

    /** Whether any of the tables is being copied. */
    public boolean isCopying(Collection<TableId> tables) {
        return notWhole > 0 && tables.stream().anyMatch(table -> is(table, TableState.COPYING));
    }

    /** Whether none of the tables is known to lack, or to have too many, rows. */
    public boolean areWhole(Collection<TableId> tables) {
        return notWhole == 0
                || tables.stream().map(this::status).allMatch(status -> status == null || status.isWhole());
    }

    /** Whether every table is whole. */
    public boolean isAllWhole() {
        return notWhole == 0;
    }

    private boolean is(TableId table, TableState state) {
        TableStatus status = status(table);
        return status != null && status.state() == state;
    }

    /** Its own, or that of all others; null when nothing is known of it. */
    private @Nullable TableStatus status(TableId table) {
        TableStatus own = statuses.get(table);
        return own == null && notWhole > 0 ? statuses.get(TableStatus.ALL_OTHERS) : own;
    }

    private TableStatus statusOrLive(TableId table) {
        return Objects.requireNonNullElse(status(table), TableStatus.LIVE);
    }

    /** Says which tables have to be copied anew. */
    public void sayDamaged() {
        new TreeMap<>(statuses).forEach((table, status) -> {
            if (status.state() == TableState.DEGRADED || status.state() == TableState.DAMAGED) {
                log.warn("[HEALTH] table {} is {}: {}", table, status.state(), status.cause());
            }
        });
    }

    // Copies

    /** What was wrong with the table is void: its rows are sent anew. */
    public void copyStarted(TableId table) {
        put(table, TableStatus.COPYING);
        log.info("[TRANSFER] {} is {}", table, TableState.COPYING);
    }

    public void copyCompleted(TableId table) {
        TableStatus after = statusOrLive(table).copied();
        put(table, after);
        if (after.isWhole()) {
            log.info("[TRANSFER] {} is {}", table, after.state());
        } else {
            log.warn("[TRANSFER] {} is copied, but {}: {}", table, after.state(), after.cause());
        }
    }

    /** The table is new, and whole once that is said: what is true of all others is not true of it. */
    public void created(TableId table) {
        if (!statuses.containsKey(table) && status(table) != null) {
            put(table, TableStatus.COPYING);
        }
    }

    /** The database's tables of which something is known. */
    public List<TableId> tablesOf(String database) {
        return statuses.keySet().stream()
                .filter(table -> table.database().equals(database))
                .toList();
    }

    public void dropped(TableId table) {
        if (statuses.containsKey(table)) {
            notWhole -= isWhole(statuses.remove(table)) ? 0 : 1;
            changes.put(table, null);
        }
    }

    /** The table has another name now. */
    public void renamed(TableId from, TableId to) {
        TableStatus status = status(from);
        dropped(from);
        if (status != null) {
            put(to, status);
        }
    }

    // Changes

    /** A change of the table was applied. */
    public void applied(TableId table) {
        if (notWhole > 0) {
            TableStatus status = statuses.get(table);
            if (status != null && status.failures() > 0) {
                put(table, status.withSuccess());
            }
        }
    }

    /** A change was left out because its table is degraded. */
    public void skipped(TableId table) {
        skipped.merge(table, 1L, Long::sum);
    }

    /** A change did not find its row as it should be, and was settled. */
    public void conflict(TableId table) {
        update(table, TableStatus::withConflict);
    }

    /**
     * A change could not be applied, and was left out.
     *
     * @param dependent tables whose rows it may have changed too
     */
    public void failed(TableId table, Set<TableId> dependent, String cause, Place place) {
        update(table, status -> status.damaged(cause, place).withFailure());
        int failures = statusOrLive(table).failures();
        if (failures >= failuresMax) {
            degraded(table, dependent, failures + " changes in a row could not be applied, the last: " + cause, place);
            return;
        }
        log.warn("[DRIFT] {} It is left out; failure {} of {} of table {}", cause, failures, failuresMax, table);
        dependent.forEach(other -> damaged(other, cascaded(table, cause), place));
    }

    /** The table differs from the primary's, though nothing of its own was left out. */
    public void damaged(TableId table, String cause, Place place) {
        TableStatus before = statusOrLive(table);
        if (before.cause() == null) {
            put(table, before.damaged(cause, place));
            log.warn("[DRIFT] table {} is {}: {}", table, TableState.DAMAGED, cause);
        }
    }

    /**
     * From now on all changes of the table are left out.
     *
     * @param dependent tables whose rows these change too
     */
    public void degraded(TableId table, Set<TableId> dependent, String cause, Place place) {
        degrade(table, cause, place);
        dependent.forEach(other -> degrade(other, cascaded(table, cause), place));
    }

    /** Why a table differs that changes of another cascade to. */
    public static String cascaded(TableId table, String cause) {
        return "changes of " + table + " cascade to it, and: " + cause;
    }

    private void degrade(TableId table, String cause, Place place) {
        TableStatus before = statusOrLive(table);
        if (!before.isDegraded()) {
            put(table, before.degraded(cause, place));
            log.error(
                    "[DRIFT] table {} is {}; its changes are left out from here on, other tables go on; {}: {} {}",
                    table,
                    TableState.DEGRADED,
                    place.text(),
                    cause,
                    REMEDY);
        }
    }

    private void update(TableId table, UnaryOperator<TableStatus> change) {
        put(table, change.apply(statusOrLive(table)));
    }

    private void put(TableId table, TableStatus status) {
        TableStatus before = statuses.put(table, status);
        notWhole += (status.isWhole() ? 0 : 1) - (before == null || before.isWhole() ? 0 : 1);
        changes.put(table, status);
    }

    private static boolean isWhole(@Nullable TableStatus status) {
        return status == null || status.isWhole();
    }
}
