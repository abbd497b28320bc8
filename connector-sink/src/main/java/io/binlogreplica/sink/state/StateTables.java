package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's own tables on the replica. {@code binlog_position} says how far each topic partition is applied, and which task may go
 * on: a task that takes a partition over raises the epoch, and every write of the position names the epoch and offset it goes on
 * from, so that of two tasks only the later one can write.
 */
public final class StateTables {

    private static final Logger log = LoggerFactory.getLogger(StateTables.class);

    private static final int NO_SUCH_THREAD = 1094;
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    /** How many connections may write a partition at the same time. */
    public static final int LANES_MAX = 8;

    private static final int HOLD_SECONDS = 10;

    /** The name of a lock that a connection holds for as long as it is there; of at most 64 characters. */
    private static final String LOCK = "SHA2(CONCAT('binlog_replica ', ?, ' ', ?, ' ', ?, ' ', ?), 224)";

    private final String connector;
    private final String database;
    private final String positions;
    private final TableStates tables;
    private final TableDefinitions definitions;
    private final ResyncRequests requests;
    private final DdlSteps ddlSteps;

    /**
     * The tables of one connector.
     *
     * @param connector its name
     * @param database where the tables are
     */
    public StateTables(String connector, String database) {
        this.connector = connector;
        this.database = database;
        this.positions = Identifier.quote(new TableId(database, "binlog_position"));
        this.tables = new TableStates(connector, database);
        this.definitions = new TableDefinitions(connector, database);
        this.requests = new ResyncRequests(connector, database);
        this.ddlSteps = new DdlSteps(connector, database);
    }

    /** Makes what is missing. */
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS " + Identifier.quote(database));
            statement.execute("CREATE TABLE IF NOT EXISTS " + positions + " ("
                    + "connector VARCHAR(191) NOT NULL, topic VARCHAR(249) NOT NULL, `partition` INT NOT NULL,"
                    + " next_offset BIGINT NOT NULL COMMENT 'first record not applied',"
                    + " epoch BIGINT NOT NULL COMMENT 'which task may write: the one that took it over last',"
                    + " source_epoch BIGINT NULL, source_transaction BIGINT NULL,"
                    + " gtid VARCHAR(255) NULL COMMENT 'of the last applied transaction',"
                    + " file VARCHAR(255) NULL, pos BIGINT UNSIGNED NULL,"
                    + " source_time DATETIME(6) NULL COMMENT 'when it was made on the primary, UTC',"
                    + " applied_time DATETIME(6) NULL COMMENT 'UTC',"
                    + " cluster_id VARCHAR(64) NULL, topic_id VARCHAR(64) NULL COMMENT 'of the topic that next_offset is of',"
                    + " lag_ms BIGINT AS (TIMESTAMPDIFF(MICROSECOND, source_time, applied_time) DIV 1000) VIRTUAL,"
                    + " PRIMARY KEY (connector, topic, `partition`)"
                    + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
            tables.create(statement);
            definitions.create(statement);
            requests.create(statement);
            ddlSteps.create(statement);
        }
    }

    // Positions

    /**
     * A partition that was taken over.
     *
     * @param position where it stands
     * @param epoch to write it with
     * @param topic which topic the position's offset is of; null when that is not known
     */
    public record Taken(
            Position position, long epoch, @Nullable TopicIdentity topic) {}

    /**
     * Takes a partition over; from now on whoever had it can write no more. A transaction that is about to be committed may be; then
     * the connections are ended that the task before may still have, one that hangs, or whose machine is gone without a word.
     */
    public Taken take(TopicPartition partition, Connection connection) throws SQLException {
        Taken taken;
        try {
            taken = takeUnlocked(partition, connection);
        } catch (SQLException e) {
            if (e.getErrorCode() != LOCK_WAIT_TIMEOUT || !endOwner(partition, connection)) {
                throw e;
            }
            taken = takeUnlocked(partition, connection);
        }
        endOwner(partition, connection);
        return taken;
    }

    /** False when there is none. */
    private boolean endOwner(TopicPartition partition, Connection connection) throws SQLException {
        boolean ended = false;
        for (int lane = 0; lane < LANES_MAX; lane++) {
            ended |= endHolder(partition, lane, connection);
        }
        return ended;
    }

    /**
     * Makes a connection known as one that writes a partition. A connection of the task that had the partition before is ended: that
     * task hangs, or its machine is gone without a word, and rows that it has locked would stay so.
     *
     * @param lane tells apart the connections that write a partition at the same time; less than {@link #LANES_MAX}
     * @throws FencedException when another task has taken the partition over
     */
    public void hold(TopicPartition partition, int lane, long epoch, Connection connection) throws SQLException {
        boolean free = getLock(partition, lane, 0, connection);
        // whoever took the partition over has ended all connections that were there; later ones shall not get past this
        Stored stored = stored(partition, connection, false);
        if (stored == null || stored.epoch != epoch) {
            throw fenced(partition, epoch, stored == null ? -1 : stored.position.nextOffset(), connection);
        }
        if (!free) {
            endHolder(partition, lane, connection);
            if (!getLock(partition, lane, HOLD_SECONDS, connection)) {
                throw new SQLTransientException("the connection that wrote " + partition + " before does not end");
            }
        }
    }

    private boolean getLock(TopicPartition partition, int lane, int seconds, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(" + LOCK + ", ?)")) {
            lock(statement, partition, lane);
            statement.setInt(5, seconds);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == 1;
            }
        }
    }

    private boolean endHolder(TopicPartition partition, int lane, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT IS_USED_LOCK(" + LOCK + ")")) {
            lock(statement, partition, lane);
            try (ResultSet row = statement.executeQuery();
                    Statement kill = connection.createStatement()) {
                row.next();
                long holder = row.getLong(1);
                if (row.wasNull()) {
                    return false;
                }
                log.warn("The task that had {} before holds on to it; its connection {} is ended", partition, holder);
                kill.execute("KILL " + holder);
                return true;
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_THREAD) {
                return true;
            }
            throw e;
        }
    }

    private void lock(PreparedStatement statement, TopicPartition partition, int lane) throws SQLException {
        key(statement, 1, partition);
        statement.setInt(4, lane);
    }

    private Taken takeUnlocked(TopicPartition partition, Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + positions
                    + " (connector, topic, `partition`, next_offset, epoch) VALUES (?, ?, ?, -1, 1)"
                    + " ON DUPLICATE KEY UPDATE epoch = epoch + 1")) {
                key(statement, 1, partition);
                statement.executeUpdate();
            }
            Stored stored = Objects.requireNonNull(stored(partition, connection, false));
            connection.commit();
            return new Taken(stored.position, stored.epoch, stored.topic);
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    /** Keeps which topic the position is of; in a transaction of its own. */
    public void identify(TopicPartition partition, long epoch, TopicIdentity topic, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + positions
                + " SET cluster_id = ?, topic_id = ?"
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ?")) {
            statement.setString(1, topic.clusterId());
            statement.setString(2, topic.topicId());
            key(statement, 3, partition);
            statement.setLong(6, epoch);
            statement.executeUpdate();
        }
    }

    /**
     * Goes on at another offset than the stored one, since what was between is not there any more: all tables differ from here on. In
     * a transaction of its own.
     *
     * @param state what tables come to be
     */
    public void breakOff(
            TopicPartition partition, Taken taken, long next, TableState state, String cause, Connection connection)
            throws SQLException {
        long epoch = taken.epoch;
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE " + positions
                    + " SET next_offset = ? WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ?")) {
                statement.setLong(1, next);
                key(statement, 2, partition);
                statement.setLong(5, epoch);
                if (statement.executeUpdate() != 1) {
                    throw fenced(partition, epoch, next, connection);
                }
            }
            identify(partition, epoch, Objects.requireNonNull(taken.topic), connection);
            tables.damageAll(state, cause, partition + "@" + next, connection);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    /**
     * Puts partitions at offsets, as an operator wants it; whoever writes them now can write no more. In a transaction of its own.
     *
     * @param next null for a partition that is to begin with nothing known
     */
    public void put(Map<TopicPartition, @Nullable Long> next, Connection connection) throws SQLException {
        create(connection);
        connection.setAutoCommit(false);
        try {
            for (Map.Entry<TopicPartition, @Nullable Long> partition : next.entrySet()) {
                put(partition.getKey(), partition.getValue(), connection);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void put(TopicPartition partition, @Nullable Long next, Connection connection) throws SQLException {
        Stored before = stored(partition, connection, true);
        if (next == null) {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE " + positions
                    + " SET next_offset = -1, epoch = epoch + 1, source_epoch = NULL, source_transaction = NULL,"
                    + " gtid = NULL, file = NULL, pos = NULL, source_time = NULL, cluster_id = NULL, topic_id = NULL"
                    + " WHERE connector = ? AND topic = ? AND `partition` = ?")) {
                key(statement, 1, partition);
                statement.executeUpdate();
            }
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + positions
                + " (connector, topic, `partition`, next_offset, epoch) VALUES (?, ?, ?, ?, 1)"
                + " ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset), epoch = epoch + 1, source_epoch = NULL,"
                + " source_transaction = NULL, cluster_id = NULL, topic_id = NULL")) {
            key(statement, 1, partition);
            statement.setLong(4, next);
            statement.executeUpdate();
        }
        if (before != null && before.position.nextOffset() >= 0 && before.position.nextOffset() < next) {
            tables.damageAll(
                    TableState.DAMAGED,
                    "records " + before.position.nextOffset() + " to " + (next - 1) + " of " + partition
                            + " were passed over: the connector's offsets were altered.",
                    partition + "@" + before.position.nextOffset(),
                    connection);
        }
    }

    /**
     * Moves a partition on, in the connection's transaction.
     *
     * @throws FencedException when another task has taken it over or moved it
     */
    public void advance(TopicPartition partition, long epoch, long from, Position to, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + positions
                + " SET next_offset = ?, source_epoch = ?, source_transaction = ?, gtid = ?, file = ?, pos = ?,"
                + " source_time = ?, applied_time = ?"
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ? AND next_offset = ?")) {
            statement.setLong(1, to.nextOffset());
            Sequence sequence = to.sequence();
            setLong(statement, 2, sequence == null ? null : sequence.epoch());
            setLong(statement, 3, sequence == null ? null : sequence.transaction());
            Origin origin = to.origin();
            statement.setString(4, origin == null ? null : origin.gtid());
            statement.setString(5, origin == null ? null : origin.file());
            setLong(statement, 6, origin == null ? null : origin.pos());
            statement.setString(7, origin == null ? null : time(origin.tsMicros()));
            statement.setString(8, time(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now())));
            key(statement, 9, partition);
            statement.setLong(12, epoch);
            statement.setLong(13, from);
            if (statement.executeUpdate() != 1) {
                throw fenced(partition, epoch, from, connection);
            }
        }
    }

    /**
     * Locks a partition's row in the connection's transaction, for one that writes the position only at its end.
     *
     * @throws FencedException as {@link #advance} does
     */
    public void lock(TopicPartition partition, long epoch, long from, Connection connection) throws SQLException {
        Stored stored = stored(partition, connection, true);
        if (stored == null || stored.epoch != epoch || stored.position.nextOffset() != from) {
            throw fenced(partition, epoch, from, connection);
        }
    }

    /**
     * Whether a commit whose outcome is not known was done.
     *
     * @throws FencedException when neither it nor the state before is there
     */
    public boolean isCommitted(TopicPartition partition, long epoch, long from, long to, Connection connection)
            throws SQLException {
        Stored stored = stored(partition, connection, false);
        if (stored != null && stored.epoch == epoch) {
            if (stored.position.nextOffset() == to) {
                return true;
            }
            if (stored.position.nextOffset() == from) {
                return false;
            }
        }
        throw fenced(partition, epoch, from, connection);
    }

    private FencedException fenced(TopicPartition partition, long epoch, long from, Connection connection)
            throws SQLException {
        Stored stored = stored(partition, connection, false);
        return new FencedException("another task writes " + partition + " to this replica: expected epoch " + epoch
                + " at offset " + from + ", found "
                + (stored == null ? "no row" : "epoch " + stored.epoch + " at offset " + stored.position.nextOffset())
                + " in " + positions + "; this task stops");
    }

    /** A row of binlog_position. */
    private record Stored(
            Position position, long epoch, @Nullable TopicIdentity topic) {}

    private @Nullable Stored stored(TopicPartition partition, Connection connection, boolean lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT next_offset, epoch, source_epoch, source_transaction, cluster_id, topic_id FROM " + positions
                        + " WHERE connector = ? AND topic = ? AND `partition` = ?" + (lock ? " FOR UPDATE" : ""))) {
            key(statement, 1, partition);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                long epoch = rows.getLong(3);
                Sequence sequence = rows.wasNull() ? null : new Sequence(epoch, rows.getLong(4));
                String topic = rows.getString(6);
                return new Stored(
                        new Position(rows.getLong(1), sequence, null),
                        rows.getLong(2),
                        topic == null ? null : new TopicIdentity(rows.getString(5), topic));
            }
        }
    }

    private void key(PreparedStatement statement, int first, TopicPartition partition) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, partition.topic());
        statement.setInt(first + 2, partition.partition());
    }

    private static void setLong(PreparedStatement statement, int parameter, @Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(parameter, Types.BIGINT);
        } else {
            statement.setLong(parameter, value);
        }
    }

    private static String time(long micros) {
        return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC)
                .toString()
                .replace('T', ' ');
    }

    // Tables

    public TableStates tables() {
        return tables;
    }

    public DdlSteps ddlSteps() {
        return ddlSteps;
    }

    public ResyncRequests requests() {
        return requests;
    }

    public TableDefinitions definitions() {
        return definitions;
    }
}
