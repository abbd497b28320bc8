package io.binlogreplica.sink.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which connections write a partition: each holds a lock of the server by name for as long as it is there. */
final class Writers {

    private static final Logger log = LoggerFactory.getLogger(Writers.class);

    private static final int NO_SUCH_THREAD = 1094;

    /** The lock's name, of at most 64 characters. */
    private static final String LOCK = "SHA2(CONCAT('binlog_replica ', ?, ' ', ?, ' ', ?, ' ', ?), 224)";

    private final String connector;

    Writers(String connector) {
        this.connector = connector;
    }

    /** False when another connection is there, and does not go in that time. */
    boolean enter(TopicPartition partition, int lane, int seconds, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(" + LOCK + ", ?)")) {
            name(statement, partition, lane);
            statement.setInt(5, seconds);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == 1;
            }
        }
    }

    /** Ends all; false when there is none. */
    boolean end(TopicPartition partition, Connection connection) throws SQLException {
        boolean ended = false;
        for (int lane = 0; lane < StateTables.LANES_MAX; lane++) {
            ended |= end(partition, lane, connection);
        }
        return ended;
    }

    boolean end(TopicPartition partition, int lane, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT IS_USED_LOCK(" + LOCK + ")")) {
            name(statement, partition, lane);
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

    private void name(PreparedStatement statement, TopicPartition partition, int lane) throws SQLException {
        statement.setString(1, connector);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
        statement.setInt(4, lane);
    }
}
