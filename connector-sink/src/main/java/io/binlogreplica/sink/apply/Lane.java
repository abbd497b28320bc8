package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.sink.apply.Applier.Owned;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.failure.RowFailure;
import io.binlogreplica.sink.plan.Footprint;
import io.binlogreplica.sink.plan.Plan;
import io.binlogreplica.sink.state.StateTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the replica, and a thread that writes batches over it. Lanes take batches in turn. One may write rows while the batch
 * before is not committed on another, if none of its rows depends on that; it commits behind it.
 */
final class Lane implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;

    /** How many seconds a connection waits for locks: for those of rows, and for those that keep a table's definition as it is. */
    private enum Patience {
        /** Not, or as short as the server can: the lock may be that of a batch behind, which waits for this one. */
        NONE(0, 0),
        /** Those behind were asked to take back what they have written. */
        SOME(5, 5),
        /**
         * Nothing of this task can be in the way, and beginning anew costs much: an ALTER waits for the table's readers once more
         * when its work of hours is done.
         */
        LONG(5, 3_600);

        private final int rowSeconds;
        private final int tableSeconds;

        Patience(int rowSeconds, int tableSeconds) {
            this.rowSeconds = rowSeconds;
            this.tableSeconds = tableSeconds;
        }
    }

    private final int number;
    private final Applier applier;
    private final Order order;
    private final Database database;
    private final StateTables states;
    private final Applier.BatchWriterFactory writers;
    private final Backoff backoff;

    /** Held while a batch is applied; whoever else holds it may close the connection. */
    private final ReentrantLock inUse = new ReentrantLock();

    private @Nullable Connection connection;
    private @Nullable BatchWriter writer;
    /** How long the connection waits for locks. */
    private Patience patience = Patience.NONE;
    /** Partitions that this connection is known to write, with the epoch at that time. */
    private final Map<TopicPartition, Long> held = new HashMap<>();
    /** What {@link Applier#definitionChanges} was when the writer last looked. */
    private long definitionsSeen;
    /** Likewise {@link Applier#stateChanges}. */
    private long statesSeen;

    Lane(
            int number,
            Applier applier,
            Order order,
            Database database,
            StateTables states,
            Applier.BatchWriterFactory writers,
            Backoff backoff) {
        this.number = number;
        this.applier = applier;
        this.order = order;
        this.database = database;
        this.states = states;
        this.writers = writers;
        this.backoff = backoff;
    }

    @Override
    public void run() {
        try {
            for (Work work = order.take(); work != null; work = order.take()) {
                inUse.lock();
                try {
                    apply(work);
                } catch (Throwable e) {
                    // before the next batch's turn comes
                    applier.fail(e);
                    return;
                } finally {
                    if (!isWithinTransaction()) {
                        order.release();
                    }
                    inUse.unlock();
                    order.end(work);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            order.release();
            inUse.lock();
            try {
                disconnect();
            } finally {
                inUse.unlock();
            }
        }
    }

    /** Ends the connection, unless it is in use for longer than that. */
    void disconnect(long millis) throws InterruptedException {
        if (inUse.tryLock(millis, TimeUnit.MILLISECONDS)) {
            try {
                disconnect();
            } finally {
                inUse.unlock();
            }
        }
    }

    private void apply(Work work) throws InterruptedException, SQLException {
        // the end of a transaction that is written in part already is no whole
        boolean whole = work.mayRunAhead() && !isWithinTransaction();
        boolean ahead = whole;
        Exception refusal = null;
        boolean outcomeUnknown = false;
        // nothing is written ahead of what is not whole
        Patience wanted = whole ? Patience.NONE : Patience.LONG;
        while (true) {
            List<Footprint> underWay = ahead ? order.footprintsBefore(work) : null;
            if (underWay == null) {
                ahead = false;
                underWay = List.of();
                order.awaitFirst(work);
            }
            try {
                Owned owned = applier.owner(work);
                if (owned == null || !ahead && !applier.isNext(work)) {
                    takeBack();
                    return;
                }
                BatchWriter to = connected(work.batch().partition(), owned.epoch());
                setPatience(wanted);
                if (outcomeUnknown && isCommitted(work, owned)) {
                    sayChanged(work);
                    applier.committed(work, owned);
                    return;
                }
                if (refusal != null) {
                    applier.metrics().refused();
                    to.writeCarefully(work.batch(), owned.epoch(), work.from(), refusal);
                    sayStatesChanged();
                } else if (whole) {
                    Plan plan = to.plan(work.batch(), underWay);
                    order.planned(work, plan.footprint());
                    to.write(plan.ahead(), work.batch().partition());
                    if (!order.awaitTurn(work) || !isUpToDate()) {
                        to.rollback();
                        ahead = false;
                        continue;
                    }
                    ahead = false;
                    if (!applier.isNext(work)) {
                        takeBack();
                        return;
                    }
                    to.write(plan.behind(), work.batch().partition());
                    if (!plan.last().isEmpty()) {
                        setPatience(Patience.LONG);
                        to.writeLast(plan.last(), work.batch().partition(), owned.epoch(), work.from());
                    }
                    to.commit(work.batch(), owned.epoch(), work.from());
                } else {
                    to.write(work.batch(), owned.epoch(), work.from());
                    sayChanged(work);
                }
                if (work.batch().whole()) {
                    applier.committed(work, owned);
                }
                backoff.reset();
                return;
            } catch (SQLException e) {
                if (ahead && !order.isFirst(work)) {
                    // what is not committed before it may be all that is in its way
                    log.debug("A batch is written again behind the one before it", e);
                    takeBack();
                    ahead = false;
                } else if (isLocked(e) && wanted == Patience.NONE) {
                    log.debug(
                            "Something is locked, perhaps by a batch behind; those take back what they have written",
                            e);
                    takeBack();
                    order.askForRoom(work);
                    wanted = Patience.SOME;
                    ahead = false;
                } else if (SqlErrors.isTransient(e)) {
                    boolean part = isWithinTransaction();
                    disconnect();
                    order.askForRoom(work);
                    outcomeUnknown = true;
                    if (part) {
                        if (applier.owner(work) != null) {
                            applier.lose(work.batch().partition());
                        }
                        return;
                    }
                    waitAfter(e, work);
                } else if (refusal != null) {
                    throw e;
                } else {
                    order.askForRoom(work);
                    refusal = e;
                    wanted = Patience.LONG;
                    ahead = false;
                }
            } catch (RowFailure | StructureDrift e) {
                if (ahead && !order.isFirst(work)) {
                    takeBack();
                } else {
                    // what a batch is refused for as a whole, one of its rows is refused for
                    order.askForRoom(work);
                    refusal = e;
                    wanted = Patience.LONG;
                }
                ahead = false;
            }
        }
    }

    /** To all lanes. */
    private void sayChanged(Work work) {
        if (work.batch().alone()) {
            applier.definitionsChanged();
        } else {
            applier.laneChangedStates();
        }
    }

    /** To other lanes: this one's writer knows, since it has changed them. */
    private void sayStatesChanged() {
        boolean upToDate = statesSeen == applier.stateChanges();
        applier.laneChangedStates();
        if (upToDate) {
            statesSeen = applier.stateChanges();
        }
    }

    private boolean isUpToDate() {
        return definitionsSeen == applier.definitionChanges() && statesSeen == applier.stateChanges();
    }

    private boolean isCommitted(Work work, Owned owned) throws SQLException {
        return work.batch().whole()
                && work.from() != work.to()
                && states.positions()
                        .isCommitted(
                                work.batch().partition(),
                                owned.epoch(),
                                work.from(),
                                work.to(),
                                Objects.requireNonNull(connection));
    }

    private void waitAfter(SQLException e, Work work) throws InterruptedException {
        applier.metrics().retried();
        Duration wait = backoff.next();
        log.warn(
                "[RETRY] applying {} failed, next attempt in {} ms: {}",
                work.batch().partition(),
                wait.toMillis(),
                e.getMessage());
        if (applier.awaitClosed(wait)) {
            throw new InterruptedException("closed while the replica could not be reached");
        }
    }

    private static boolean isLocked(SQLException e) {
        return e.getErrorCode() == LOCK_WAIT_TIMEOUT || e.getErrorCode() == DEADLOCK;
    }

    private void setPatience(Patience wanted) throws SQLException {
        if (patience != wanted && connection != null) {
            lockWait(connection, wanted);
            patience = wanted;
        }
    }

    /** MySQL takes no wait for a second. */
    private static void lockWait(Connection connection, Patience patience) throws SQLException {
        int least = Database.flavor(connection) == Flavor.MARIADB ? 0 : 1;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET innodb_lock_wait_timeout = " + Math.max(patience.rowSeconds, least)
                    + ", lock_wait_timeout = " + Math.max(patience.tableSeconds, least));
        }
    }

    private boolean isWithinTransaction() {
        return writer != null && writer.isWithinTransaction();
    }

    private void takeBack() {
        try {
            if (writer != null) {
                writer.rollback();
            }
        } catch (SQLException e) {
            disconnect();
        }
    }

    private BatchWriter connected(TopicPartition partition, long epoch) throws SQLException {
        BatchWriter ready = writer;
        Connection open = connection;
        if (ready == null || open == null) {
            held.clear();
            long definitions = applier.definitionChanges();
            long stateChanges = applier.stateChanges();
            open = database.connect();
            try {
                // DDL takes its time; a server that is gone is noticed by TCP's keepalive
                open.setNetworkTimeout(Runnable::run, 0);
                open.setAutoCommit(false);
                lockWait(open, Patience.NONE);
                patience = Patience.NONE;
                ready = writers.create(open);
            } catch (SQLException e) {
                open.close();
                throw e;
            }
            connection = open;
            writer = ready;
            definitionsSeen = definitions;
            statesSeen = stateChanges;
        } else if (definitionsSeen != applier.definitionChanges() && !ready.isWithinTransaction()) {
            definitionsSeen = applier.definitionChanges();
            statesSeen = applier.stateChanges();
            ready.forget();
        } else if (statesSeen != applier.stateChanges() && !ready.isWithinTransaction()) {
            statesSeen = applier.stateChanges();
            ready.reloadStates();
        }
        Long heldUnder = held.get(partition);
        if (heldUnder == null || heldUnder != epoch) {
            states.hold(partition, number, epoch, open);
            open.commit();
            held.put(partition, epoch);
        }
        return ready;
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.rollback();
                connection.close();
            } catch (SQLException e) {
                log.debug("Closing the connection failed", e);
            }
            connection = null;
            writer = null;
        }
    }
}
