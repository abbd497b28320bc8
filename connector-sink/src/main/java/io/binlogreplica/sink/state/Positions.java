package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code binlog_position}: how far each topic partition is applied, and which task may go on. A task that takes a partition
 * over raises the epoch, and every write of the position names the epoch and offset it goes on from.
 */
public final class Positions {

    private final String connector;
    private final String table;

    Positions(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "binlog_position"));
    }

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
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
    }

    /**
     * A partition that was taken over.
     *
     * @param position where it stands
     * @param epoch to write it with
     * @param topic which topic the position's offset is of; null when that is not known
     */
    public record Taken(
            Position position, long epoch, @Nullable TopicIdentity topic) {}

    /** Raises the epoch, in the connection's transaction. */
    Taken take(TopicPartition partition, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, topic, `partition`, next_offset, epoch) VALUES (?, ?, ?, -1, 1)"
                + " ON DUPLICATE KEY UPDATE epoch = epoch + 1")) {
            key(statement, 1, partition);
            statement.executeUpdate();
        }
        return Objects.requireNonNull(stored(partition, connection, false));
    }

    /** Keeps which topic the position is of. */
    public void identify(TopicPartition partition, long epoch, TopicIdentity topic, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET cluster_id = ?, topic_id = ?"
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ?")) {
            statement.setString(1, topic.clusterId());
            statement.setString(2, topic.topicId());
            key(statement, 3, partition);
            statement.setLong(6, epoch);
            statement.executeUpdate();
        }
    }

    /** Goes on at another place, in the connection's transaction. */
    void move(TopicPartition partition, long epoch, Position to, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET next_offset = ?, source_epoch = ?, source_transaction = ?, gtid = ?"
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ?")) {
            statement.setLong(1, to.nextOffset());
            setSequence(statement, 2, to.sequence());
            statement.setString(4, to.gtid());
            key(statement, 5, partition);
            statement.setLong(8, epoch);
            if (statement.executeUpdate() != 1) {
                throw fenced(partition, epoch, to.nextOffset(), connection);
            }
        }
    }

    /** Where each of the connector's partitions stands, also of topics that it does not read any more; negative where that is not known. */
    public Map<TopicPartition, Long> offsets(Connection connection) throws SQLException {
        var offsets = new HashMap<TopicPartition, Long>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT topic, `partition`, next_offset FROM " + table + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    offsets.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                }
            }
        }
        return offsets;
    }

    /** As if nothing was known of the partition, in the connection's transaction; whoever writes it can write no more. */
    void reset(TopicPartition partition, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET next_offset = -1, epoch = epoch + 1, source_epoch = NULL, source_transaction = NULL,"
                + " gtid = NULL, file = NULL, pos = NULL, source_time = NULL, cluster_id = NULL, topic_id = NULL"
                + " WHERE connector = ? AND topic = ? AND `partition` = ?")) {
            key(statement, 1, partition);
            statement.executeUpdate();
        }
    }

    /**
     * Puts a partition at an offset, in the connection's transaction; whoever writes it can write no more.
     *
     * @return where it was before; negative when that is not known
     */
    long put(TopicPartition partition, long next, Connection connection) throws SQLException {
        Taken before = stored(partition, connection, true);
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, topic, `partition`, next_offset, epoch) VALUES (?, ?, ?, ?, 1)"
                + " ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset), epoch = epoch + 1, source_epoch = NULL,"
                + " source_transaction = NULL, cluster_id = NULL, topic_id = NULL")) {
            key(statement, 1, partition);
            statement.setLong(4, next);
            statement.executeUpdate();
        }
        return before == null ? -1 : before.position.nextOffset();
    }

    /**
     * Moves a partition on, in the connection's transaction.
     *
     * @throws FencedException when another task has taken it over or moved it
     */
    public void advance(TopicPartition partition, long epoch, long from, Position to, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table
                + " SET next_offset = ?, source_epoch = ?, source_transaction = ?, gtid = ?, file = ?, pos = ?,"
                + " source_time = ?, applied_time = ?"
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND epoch = ? AND next_offset = ?")) {
            statement.setLong(1, to.nextOffset());
            setSequence(statement, 2, to.sequence());
            Origin origin = to.origin();
            statement.setString(4, to.gtid());
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
        Taken stored = stored(partition, connection, true);
        if (stored == null || stored.epoch != epoch || stored.position.nextOffset() != from) {
            throw fenced(partition, epoch, from, connection);
        }
    }

    /** Throws when another task has taken the partition over. */
    void requireEpoch(TopicPartition partition, long epoch, Connection connection) throws SQLException {
        Taken stored = stored(partition, connection, false);
        if (stored == null || stored.epoch != epoch) {
            throw fenced(partition, epoch, stored == null ? -1 : stored.position.nextOffset(), connection);
        }
    }

    /**
     * Whether a commit whose outcome is not known was done.
     *
     * @throws FencedException when neither it nor the state before is there
     */
    public boolean isCommitted(TopicPartition partition, long epoch, long from, long to, Connection connection)
            throws SQLException {
        Taken stored = stored(partition, connection, false);
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
        Taken stored = stored(partition, connection, false);
        return new FencedException("another task writes " + partition + " to this replica: expected epoch " + epoch
                + " at offset " + from + ", found "
                + (stored == null ? "no row" : "epoch " + stored.epoch + " at offset " + stored.position.nextOffset())
                + " in " + table + "; this task stops");
    }

    private @Nullable Taken stored(TopicPartition partition, Connection connection, boolean lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT next_offset, epoch, source_epoch, source_transaction, cluster_id, topic_id, gtid FROM " + table
                        + " WHERE connector = ? AND topic = ? AND `partition` = ?" + (lock ? " FOR UPDATE" : ""))) {
            key(statement, 1, partition);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return null;
                }
                long epoch = rows.getLong(3);
                Sequence sequence = rows.wasNull() ? null : new Sequence(epoch, rows.getLong(4));
                String topic = rows.getString(6);
                return new Taken(
                        new Position(rows.getLong(1), sequence, rows.getString(7), null),
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

    private static void setSequence(PreparedStatement statement, int first, @Nullable Sequence sequence)
            throws SQLException {
        setLong(statement, first, sequence == null ? null : sequence.epoch());
        setLong(statement, first + 1, sequence == null ? null : sequence.transaction());
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
}
