package io.binlogreplica.sink.state;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table {@code replica_verification}: what came of comparing tables with the primary's. */
public final class Verifications {

    /** Of texts for people; a key may be long. */
    private static final int CHARACTERS_MAX = 2_000;

    private final String connector;
    private final String table;

    Verifications(String connector, String database) {
        this.connector = connector;
        this.table = Identifier.quote(new TableId(database, "replica_verification"));
    }

    void create(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table + " ("
                + "connector VARCHAR(191) NOT NULL, database_name VARCHAR(64) NOT NULL,"
                + " table_name VARCHAR(64) NOT NULL,"
                + " verified DATETIME(6) NULL COMMENT 'when rows were compared last, UTC',"
                + " passes BIGINT NOT NULL DEFAULT 0 COMMENT 'how often the whole table was compared',"
                + " last_pass DATETIME(6) NULL COMMENT 'when it was last, UTC',"
                + " chunks BIGINT NOT NULL DEFAULT 0 COMMENT 'of this pass, from here on',"
                + " verified_rows BIGINT NOT NULL DEFAULT 0,"
                + " differing_chunks BIGINT NOT NULL DEFAULT 0,"
                + " missing_rows BIGINT NOT NULL DEFAULT 0 COMMENT 'only the primary has them',"
                + " extra_rows BIGINT NOT NULL DEFAULT 0 COMMENT 'only the replica has them',"
                + " different_rows BIGINT NOT NULL DEFAULT 0 COMMENT 'both have them, with other values',"
                + " repairs BIGINT NOT NULL DEFAULT 0 COMMENT 'rows that were deleted, or asked of the primary anew',"
                + " last_difference TEXT NULL, last_difference_time DATETIME(6) NULL COMMENT 'UTC',"
                + " last_difference_gtid VARCHAR(255) NULL COMMENT 'of the last transaction before',"
                + " last_difference_file VARCHAR(255) NULL, last_difference_pos BIGINT UNSIGNED NULL,"
                + " last_difference_record VARCHAR(300) NULL COMMENT 'topic-partition@offset',"
                + " note TEXT NULL COMMENT 'why the table, or some of it, is not compared in this pass',"
                + " PRIMARY KEY (connector, database_name, table_name)"
                + ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }

    /**
     * Some rows of a table.
     *
     * @param begins whether they are the first of the table
     * @param ends whether they are the last
     * @param differing whether they differ from the primary's
     */
    public record Chunk(long rows, boolean begins, boolean ends, boolean differing) {}

    /** Rows that differ. */
    public record Rows(long missing, long extra, long different, long repairs) {}

    /** Rows were compared, which ends a pass if none of it were not. In the connection's transaction, as all that follows. */
    public void compared(TableId id, Chunk chunk, Connection connection) throws SQLException {
        boolean isNew = insert(id, connection);
        if (chunk.begins) {
            update(
                    id,
                    "chunks = 0, verified_rows = 0, differing_chunks = 0, missing_rows = 0, extra_rows = 0,"
                            + " different_rows = 0, repairs = 0, note = NULL",
                    connection);
        } else if (isNew) {
            notCompared(id, "it was not compared from its first row on", connection);
        }
        String ends = chunk.ends ? "1" : "0";
        update(
                id,
                "verified = UTC_TIMESTAMP(6), chunks = chunks + 1, verified_rows = verified_rows + ?,"
                        + " differing_chunks = differing_chunks + ?, passes = passes + IF(note IS NULL, ?, 0),"
                        + " last_pass = IF(note IS NULL AND ? = 1, UTC_TIMESTAMP(6), last_pass)",
                connection,
                Long.toString(chunk.rows),
                chunk.differing ? "1" : "0",
                ends,
                ends);
    }

    /** Rows were found to differ. */
    public void found(TableId id, Rows rows, Connection connection) throws SQLException {
        insert(id, connection);
        update(
                id,
                "missing_rows = missing_rows + ?, extra_rows = extra_rows + ?, different_rows = different_rows + ?,"
                        + " repairs = repairs + ?",
                connection,
                Long.toString(rows.missing),
                Long.toString(rows.extra),
                Long.toString(rows.different),
                Long.toString(rows.repairs));
    }

    /** What differs, in words. */
    public void differs(TableId id, String what, Place place, Connection connection) throws SQLException {
        insert(id, connection);
        update(
                id,
                "last_difference = ?, last_difference_time = UTC_TIMESTAMP(6), last_difference_gtid = ?,"
                        + " last_difference_file = ?, last_difference_pos = ?, last_difference_record = ?",
                connection,
                shortened(what),
                place.gtid(),
                place.file(),
                Long.toString(place.pos()),
                place.record());
    }

    /** Rows could not be compared. That is kept until the next pass begins. */
    public void notCompared(TableId id, String why, Connection connection) throws SQLException {
        insert(id, connection);
        update(id, "note = ?", connection, shortened(why));
    }

    /** The table is no more, or has another name. */
    public void forget(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            key(statement, 1, id);
            statement.executeUpdate();
        }
    }

    /** How many rows were repaired in this pass. */
    public long repairs(TableId id, Connection connection) throws SQLException {
        return number("repairs", id, connection);
    }

    /** How many rows differ in this pass, as far as is known: while none is named, one in each chunk that does. */
    public long differing(TableId id, Connection connection) throws SQLException {
        String named = "missing_rows + extra_rows + different_rows";
        return number("IF(" + named + " = 0, differing_chunks, " + named + ")", id, connection);
    }

    private long number(String expression, TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + expression + " FROM " + table
                + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            key(statement, 1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /**
     * When a table was found to differ, by the replica's clock, UTC.
     *
     * @param last when last
     * @param pass when it was compared as a whole last; null for never
     */
    public record Differed(LocalDateTime last, @Nullable LocalDateTime pass) {

        /** Whether it was compared as a whole since then, and did not differ. */
        public boolean isEqualSince(LocalDateTime time) {
            return last.isBefore(time) && pass != null && pass.isAfter(time);
        }
    }

    /** All tables that ever were. */
    public Map<TableId, Differed> differed(Connection connection) throws SQLException {
        var differed = new HashMap<TableId, Differed>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT database_name, table_name, last_difference_time, last_pass FROM "
                        + table + " WHERE connector = ? AND last_difference_time IS NOT NULL")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    differed.put(
                            new TableId(rows.getString(1), rows.getString(2)),
                            new Differed(
                                    rows.getObject(3, LocalDateTime.class), rows.getObject(4, LocalDateTime.class)));
                }
            }
        }
        return differed;
    }

    /** Whether there was no row. */
    private boolean insert(TableId id, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT IGNORE INTO " + table + " (connector, database_name, table_name) VALUES (?, ?, ?)")) {
            key(statement, 1, id);
            return statement.executeUpdate() > 0;
        }
    }

    private void update(TableId id, String assignments, Connection connection, @Nullable String... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table + " SET " + assignments
                + " WHERE connector = ? AND database_name = ? AND table_name = ?")) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            key(statement, values.length + 1, id);
            statement.executeUpdate();
        }
    }

    private void key(PreparedStatement statement, int first, TableId id) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, id.database());
        statement.setString(first + 2, id.table());
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), CHARACTERS_MAX));
    }
}
