package io.binlogreplica.sink.resync;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.config.LayoutConfig;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.config.ResyncMode;
import io.binlogreplica.sink.config.SchemaDriftPolicy;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.state.ReplicaConnection;
import io.binlogreplica.sink.state.ResyncRequests.Request;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStates.Since;
import io.binlogreplica.sink.state.TableStatus;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then which tables differ, and asks the source to copy them anew once what was in the way is gone. A thread of its own,
 * with a connection of its own: nothing here holds up the changes of other tables. When the copy begins, it comes in its order with
 * all other changes, and the table is whole again where it ends.
 */
public final class Resync implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Resync.class);

    private static final Duration LOOK_MAX = Duration.ofSeconds(5);
    /** Listing all tables costs a server with many of them more than the rest. */
    private static final int LOOKS_PER_LISTING = 12;

    private static final int CHECKED_AT_ONCE = 50;
    /** Comes before every table. */
    private static final TableId FIRST = new TableId("", "");

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final SinkConfig config;
    private final ResyncConfig resync;
    private final StateTables states;
    private final Signals signals;
    private final Runnable statesChanged;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    // Of the thread.
    private final ReplicaConnection connection;
    /** What was said last of each table that stays as it is. */
    private final Map<TableId, String> said = new HashMap<>();
    /** Live tables that were missing at the last look. */
    private Set<TableId> missing = Set.of();
    /** Live tables that did not fit at the last look. */
    private Map<TableId, String> altered = Map.of();

    private TableId lastChecked = FIRST;

    private long looks;

    /**
     * Begins to look.
     *
     * @param changes the topics with changes
     * @param statesChanged is called when a table's state was changed here
     */
    public Resync(
            SinkConfig config,
            Collection<String> changes,
            Database database,
            StateTables states,
            Runnable statesChanged) {
        this.config = config;
        this.resync = config.resync();
        this.states = states;
        this.connection = new ReplicaConnection(database, states, connected -> {});
        this.signals = new Signals(resync, changes);
        this.statesChanged = statesChanged;
        this.thread = new Thread(this::run, "resync-" + config.connector());
        thread.setDaemon(true);
        if (resync.mode() == ResyncMode.AUTO && !mayAsk()) {
            log.warn("[RESYNC] tables that come to differ are not copied anew by themselves: {}", whyNot());
        }
        thread.start();
    }

    /** Topics of single tables do not tell where a copy begins. */
    private boolean mayAsk() {
        return resync.mode() == ResyncMode.AUTO
                && !config.layout().isTable()
                && resync.hasBrokers()
                && signals.haveAddress();
    }

    private String whyNot() {
        if (config.layout().isTable()) {
            return LayoutConfig.LAYOUT + " is table";
        }
        return ResyncConfig.BOOTSTRAP_SERVERS + " is not set"
                + (signals.haveAddress() ? "" : ", nor can " + ResyncConfig.TOPIC_PREFIX + " be read off the topics");
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = Math.min(LOOK_MAX.toMillis(), Math.max(50, resync.delay().toMillis() / 2));
        try {
            while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (SQLException | KafkaException e) {
                    log.warn("[RETRY] cannot look after tables that differ: {}", e.getMessage());
                    connection.close();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("[RESYNC] looking after tables has failed; restart the task to have it again", e);
        } finally {
            connection.close();
        }
    }

    private void look() throws SQLException, InterruptedException {
        Connection connected = connection.open();
        Map<TableId, Since> tables = states.tables().since(connected);
        if (looks++ % LOOKS_PER_LISTING < 2) {
            degradeGone(tables, connected);
            if (config.failures().structure() != SchemaDriftPolicy.FAIL) {
                degradeAltered(tables, connected);
            }
        }
        if (!mayAsk()) {
            return;
        }
        Map<TableId, Request> requests = states.requests().load(connected);
        ResyncPlan plan =
                ResyncPlan.of(tables, requests, states.verifications().differed(connected), now(connected), resync);
        states.requests().forget(plan.whole(), connected);
        said.keySet().removeIf(table -> {
            Since state = tables.get(table);
            return state == null || !state.differs();
        });
        for (TableId table : plan.givenUp()) {
            say(table, "was copied anew in vain " + resync.attemptsMax() + " times, and is left to the operator");
        }
        Set<TableId> ready = new TreeSet<>();
        for (TableId table : plan.due()) {
            String inTheWay = inTheWay(table, connected);
            if (inTheWay == null) {
                ready.add(table);
            } else {
                say(table, "is not copied anew, since that would be in vain: " + inTheWay);
            }
        }
        if (!ready.isEmpty()) {
            ask(ready, connected);
        }
        forgetOthers(tables, requests, plan.givenUp(), connected);
    }

    private void ask(Set<TableId> ready, Connection connected) throws SQLException, InterruptedException {
        Set<TableId> asked = ready.contains(TableStatus.ALL_OTHERS) ? ready : withCascades(ready, connected);
        signals.askForCopies(asked);
        states.requests().asked(asked, connected);
        log.info("[RESYNC] the source is asked, on topic {}, to copy anew: {}", signals.topic(), asked);
        asked.forEach(said::remove);
    }

    /** What is in the way of a copy for certain; null when nothing is known to be. */
    private @Nullable String inTheWay(TableId table, Connection connected) throws SQLException {
        return difference(
                states.definitions().latest(table, connected), config.apply().createTables(), connected);
    }

    /**
     * What is different about a table from the primary's as the source told it last; null when nothing is.
     *
     * @param copied whether it is to be copied: what the copy makes anew is no difference
     */
    private @Nullable String difference(@Nullable TableSchema schema, boolean copied, Connection connected)
            throws SQLException {
        if (schema == null) {
            return null;
        }
        try {
            Mapping.Fit fit = new TargetTables().fit(schema, connected);
            if (fit == null) {
                return copied ? null : "the replica has no such table";
            }
            if (fit instanceof Mapping.Misnamed misnamed) {
                return misnamed.reason();
            }
            boolean replaced = copied && config.failures().structure() == SchemaDriftPolicy.EVOLVE;
            return fit instanceof Mapping.Misfit misfit && !replaced ? String.join("; ", misfit.differences()) : null;
        } catch (SQLException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return e.getMessage();
            }
            throw e;
        }
    }

    /** Tables that rows of these cascade to differ as soon as these are emptied: they are copied together. */
    private static Set<TableId> withCascades(Set<TableId> tables, Connection connected) throws SQLException {
        ForeignKeys keys = ForeignKeys.ofReadable(new InformationSchema(connected).tables(), connected);
        var all = new TreeSet<TableId>(tables);
        var next = new ArrayDeque<TableId>(tables);
        while (!next.isEmpty()) {
            for (ForeignKey key : keys.ofParent(next.remove())) {
                if (key.cascades() && all.add(key.child())) {
                    next.add(key.child());
                }
            }
        }
        return all;
    }

    /**
     * A table that somebody has dropped on the replica, with no change to tell of it. A table that DDL of the primary's drops or renames
     * may be gone for a moment before that is saved, so one look is not enough.
     */
    private void degradeGone(Map<TableId, Since> tables, Connection connected) throws SQLException {
        var gone = new HashSet<TableId>();
        var present = new HashSet<TableId>(new InformationSchema(connected).tables());
        for (Map.Entry<TableId, Since> table : tables.entrySet()) {
            TableId id = table.getKey();
            if (table.getValue().state() == TableState.LIVE
                    && !present.contains(id)
                    && new InformationSchema(connected).table(id) == null) {
                gone.add(id);
            }
        }
        for (TableId id : gone) {
            if (missing.contains(id)) {
                degrade(
                        id,
                        "the replica has no table " + id + " any more, and the primary has not dropped it.",
                        connected);
            }
        }
        missing = gone;
    }

    /** Some tables at each look: whether they still take the primary's rows, though no row of theirs may come for long. */
    private void degradeAltered(Map<TableId, Since> tables, Connection connected) throws SQLException {
        var looked = new TreeSet<TableId>(altered.keySet());
        TableId last = null;
        for (TableId id : new TreeMap<>(tables).tailMap(lastChecked, false).keySet()) {
            if (looked.size() >= CHECKED_AT_ONCE + altered.size()) {
                break;
            }
            looked.add(id);
            last = id;
        }
        lastChecked = last == null ? FIRST : last;
        var found = new HashMap<TableId, String>();
        for (TableId id : looked) {
            Since state = tables.get(id);
            String difference = state == null || state.state() != TableState.LIVE
                    ? null
                    : difference(states.definitions().certain(id, connected), false, connected);
            if (difference != null && difference.equals(altered.get(id))) {
                degrade(
                        id,
                        "table " + id + " of the replica does not fit the primary's: " + difference + ".",
                        connected);
            } else if (difference != null) {
                found.put(id, difference);
            }
        }
        altered = found;
    }

    /** What changes of the table would have cascaded to goes first: once the table itself is marked, nothing comes back to these. */
    private void degrade(TableId table, String cause, Connection connected) throws SQLException {
        for (TableId dependent : withCascades(Set.of(table), connected)) {
            if (!dependent.equals(table)) {
                states.tables().degradeDependent(dependent, TableHealth.cascaded(table, cause), connected);
            }
        }
        states.tables().degrade(table, cause, connected);
        statesChanged.run();
        log.error("[DRIFT] table {} is {}: {}", table, TableState.DEGRADED, cause);
    }

    /** Once all tables were asked for, and each has a state of its own, nothing needs to stand for others. */
    private void forgetOthers(
            Map<TableId, Since> tables, Map<TableId, Request> requests, Set<TableId> givenUp, Connection connected)
            throws SQLException {
        Since others = tables.get(TableStatus.ALL_OTHERS);
        Request request = requests.get(TableStatus.ALL_OTHERS);
        if (others == null || request == null || !request.requested().isAfter(others.since())) {
            return;
        }
        boolean whole = tables.entrySet().stream()
                .allMatch(table -> table.getKey().equals(TableStatus.ALL_OTHERS)
                        || table.getValue().state() == TableState.LIVE
                        || givenUp.contains(table.getKey()));
        if (ResyncPlan.hasBegun(tables, request) && whole && tables.keySet().containsAll(known(connected))) {
            states.tables().forgetOthers(connected);
            states.requests().forget(List.of(TableStatus.ALL_OTHERS), connected);
            statesChanged.run();
            log.info("[RESYNC] all tables were copied anew");
        }
    }

    /** The tables that the replica has and the source has told of; those that were dropped or renamed since are not there. */
    private Set<TableId> known(Connection connected) throws SQLException {
        Set<TableId> known = new TreeSet<>(states.definitions().tables(connected));
        known.retainAll(Set.copyOf(new InformationSchema(connected).tables()));
        return known;
    }

    private void say(TableId table, String what) {
        if (!what.equals(said.put(table, what))) {
            log.warn("[RESYNC] table {} {}", table, what);
        }
    }

    private static LocalDateTime now(Connection connected) throws SQLException {
        try (Statement statement = connected.createStatement();
                ResultSet row = statement.executeQuery("SELECT UTC_TIMESTAMP(6)")) {
            row.next();
            return row.getObject(1, LocalDateTime.class);
        }
    }
}
