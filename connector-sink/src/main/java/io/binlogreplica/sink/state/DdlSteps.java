package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code replica_ddl_step}: which statement is about to be run that the replica commits by itself, and how its tables were
 * before. After a kill in between it tells whether the statement was run.
 */
public final class DdlSteps {

    private final String connector;
    private final String table;

    DdlSteps(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "replica_ddl_step"));
    }

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
                + "connector VARCHAR(191) NOT NULL, topic VARCHAR(249) NOT NULL, `partition` INT NOT NULL,"
                + " record_offset BIGINT NOT NULL COMMENT 'of the statement run last',"
                + " tables_before LONGTEXT NOT NULL COMMENT 'the definitions of its tables before it',"
                + " PRIMARY KEY (connector, topic, `partition`)"
                + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }

    /** How the statement's tables were before it was begun; null when it never was. */
    public @Nullable String before(TopicPartition partition, long offset, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT tables_before FROM " + table
                + " WHERE connector = ? AND topic = ? AND `partition` = ? AND record_offset = ?")) {
            key(statement, partition);
            statement.setLong(4, offset);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /** The statement is about to be run. In the connection's transaction. */
    public void begin(TopicPartition partition, long offset, String tablesBefore, Connection connection)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " (connector, topic, `partition`, record_offset, tables_before) VALUES (?, ?, ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE record_offset = VALUES(record_offset),"
                + " tables_before = VALUES(tables_before)")) {
            key(statement, partition);
            statement.setLong(4, offset);
            statement.setString(5, tablesBefore);
            statement.executeUpdate();
        }
    }

    /** It was not run, for certain. In the connection's transaction. */
    public void forget(TopicPartition partition, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE connector = ? AND topic = ? AND `partition` = ?")) {
            key(statement, partition);
            statement.executeUpdate();
        }
    }

    private void key(PreparedStatement statement, TopicPartition partition) throws SQLException {
        statement.setString(1, connector);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
    }
}
