package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The sink's own tables on the replica, and what concerns several of them. Of two tasks that have the same partition only the later
 * one can write: a task that takes a partition over raises its epoch in {@link Positions}, and ends the {@link Writers} before it.
 */
public final class StateTables {

    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /** How many connections may write a partition at the same time. */
    public static final int LANES_MAX = 8;

    private static final int HOLD_SECONDS = 10;

    private final String database;
    private final Positions positions;
    private final Writers writers;
    private final TableStates tables;
    private final TableDefinitions definitions;
    private final ResyncRequests requests;
    private final Verifications verifications;
    private final DdlSteps ddlSteps;

    /**
     * The tables of one connector.
     *
     * @param connector its name
     * @param database where the tables are
     */
    public StateTables(String connector, String database) {
        this.database = database;
        this.positions = new Positions(connector, database);
        this.writers = new Writers(connector);
        this.tables = new TableStates(connector, database);
        this.definitions = new TableDefinitions(connector, database);
        this.requests = new ResyncRequests(connector, database);
        this.verifications = new Verifications(connector, database);
        this.ddlSteps = new DdlSteps(connector, database);
    }

    public Positions positions() {
        return positions;
    }

    public TableStates tables() {
        return tables;
    }

    public DdlSteps ddlSteps() {
        return ddlSteps;
    }

    public ResyncRequests requests() {
        return requests;
    }

    public Verifications verifications() {
        return verifications;
    }

    public TableDefinitions definitions() {
        return definitions;
    }

    /** Makes what is missing. */
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS " + Identifier.quote(database));
            positions.create(statement);
            tables.create(statement);
            definitions.create(statement);
            requests.create(statement);
            verifications.create(statement);
            ddlSteps.create(statement);
        }
    }

    /**
     * Takes a partition over; from now on whoever had it can write no more. A transaction that is about to be committed may be; then
     * the connections are ended that the task before may still have, one that hangs, or whose machine is gone without a word.
     */
    public Positions.Taken take(TopicPartition partition, Connection connection) throws SQLException {
        var taken = new Positions.Taken[1];
        try {
            inTransaction(connection, () -> taken[0] = positions.take(partition, connection));
        } catch (SQLException e) {
            if (e.getErrorCode() != LOCK_WAIT_TIMEOUT || !writers.end(partition, connection)) {
                throw e;
            }
            inTransaction(connection, () -> taken[0] = positions.take(partition, connection));
        }
        writers.end(partition, connection);
        return taken[0];
    }

    /**
     * Makes a connection known as one that writes a partition. A connection of the task that had the partition before is ended: that
     * task hangs, or its machine is gone without a word, and rows that it has locked would stay so.
     *
     * @param lane tells apart the connections that write a partition at the same time; less than {@link #LANES_MAX}
     * @throws FencedException when another task has taken the partition over
     */
    public void hold(TopicPartition partition, int lane, long epoch, Connection connection) throws SQLException {
        boolean free = writers.enter(partition, lane, 0, connection);
        // whoever took the partition over has ended all connections that were there; later ones shall not get past this
        positions.requireEpoch(partition, epoch, connection);
        if (!free) {
            writers.end(partition, lane, connection);
            if (!writers.enter(partition, lane, HOLD_SECONDS, connection)) {
                throw new SQLTransientException(
                        "the connection that wrote " + partition + " before does not end", "08000");
            }
        }
    }

    /**
     * Goes on at another place than the stored one, since what was between is not there any more: all tables differ from here on. In
     * a transaction of its own.
     *
     * @param from that place, and under which epoch
     * @param state what tables come to be
     */
    public void breakOff(
            TopicPartition partition, Positions.Taken from, TableState state, String cause, Connection connection)
            throws SQLException {
        inTransaction(connection, () -> {
            positions.move(partition, from.epoch(), from.position(), connection);
            ddlSteps.forget(partition, connection);
            if (from.topic() != null) {
                positions.identify(partition, from.epoch(), from.topic(), connection);
            }
            tables.damageAll(state, cause, partition + "@" + from.position().nextOffset(), connection);
        });
    }

    /**
     * Puts partitions at offsets, as an operator wants it; whoever writes them now can write no more. In a transaction of its own.
     *
     * @param next null for a partition that is to begin with nothing known
     * @param again whether changes may be applied that were applied before
     */
    public void put(Map<TopicPartition, @Nullable Long> next, boolean again, Connection connection)
            throws SQLException {
        create(connection);
        inTransaction(connection, () -> {
            for (Map.Entry<TopicPartition, @Nullable Long> partition : next.entrySet()) {
                put(partition.getKey(), partition.getValue(), again, connection);
            }
        });
    }

    /** Likewise, all of the connector's partitions begin with nothing known. */
    public void reset(Connection connection) throws SQLException {
        create(connection);
        inTransaction(connection, () -> {
            for (TopicPartition partition : positions.offsets(connection).keySet()) {
                put(partition, null, true, connection);
            }
        });
    }

    private void put(TopicPartition partition, @Nullable Long next, boolean again, Connection connection)
            throws SQLException {
        // another run of the same statement is no second half of the first
        ddlSteps.forget(partition, connection);
        if (next == null) {
            positions.reset(partition, connection);
            return;
        }
        long before = positions.put(partition, next, connection);
        if (before > next && !again) {
            tables.damageAll(
                    TableState.DAMAGED,
                    "records " + next + " to " + (before - 1) + " of " + partition
                            + " are applied once more: the connector's offsets were altered.",
                    partition + "@" + next,
                    connection);
        } else if (before >= 0 && before < next) {
            tables.damageAll(
                    TableState.DAMAGED,
                    "records " + before + " to " + (next - 1) + " of " + partition
                            + " were passed over: the connector's offsets were altered.",
                    partition + "@" + before,
                    connection);
        }
    }

    private interface Steps {
        void run() throws SQLException;
    }

    private static void inTransaction(Connection connection, Steps steps) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            steps.run();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }
}
