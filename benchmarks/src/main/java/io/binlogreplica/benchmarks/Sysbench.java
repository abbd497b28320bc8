package io.binlogreplica.benchmarks;

import io.binlogreplica.local.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/** The tables and the write-only transactions of sysbench's OLTP tests: rows of 190 bytes, four changes a transaction. */
final class Sysbench {

    static final String DATABASE = "replica";
    static final int TABLES = 4;
    static final int CHANGES_PER_TRANSACTION = 4;

    private static final int ROWS_PER_STATEMENT = 1_000;

    private final DatabaseServer server;
    private final int rowsPerTable;
    private final Keys keys;
    private final SplittableRandom random = new SplittableRandom(1);

    Sysbench(DatabaseServer server, int rowsPerTable, Keys keys) {
        this.server = server;
        this.rowsPerTable = rowsPerTable;
        this.keys = keys;
    }

    long rows() {
        return (long) TABLES * rowsPerTable;
    }

    void load() throws SQLException {
        server.execute("CREATE DATABASE " + DATABASE);
        for (int table = 1; table <= TABLES; table++) {
            server.execute("CREATE TABLE " + name(table) + " (id INT NOT NULL AUTO_INCREMENT,"
                    + " k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', "
                    + keys.definition() + ")");
            try (Connection connection = server.connect("useBulkStmts=true");
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO " + name(table) + " VALUES (?, ?, ?, ?)")) {
                connection.setAutoCommit(false);
                for (int id = 1; id <= rowsPerTable; id++) {
                    insert.setInt(1, id);
                    insert.setInt(2, anyId());
                    insert.setString(3, digits(10));
                    insert.setString(4, digits(5));
                    insert.addBatch();
                    if (id % ROWS_PER_STATEMENT == 0 || id == rowsPerTable) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
            }
        }
    }

    /** Two updates, a delete, and an insert in its place, as {@code oltp_write_only} has them. */
    String transaction() {
        int deleted = anyId();
        String fromTable = name(anyTable());
        return "BEGIN; UPDATE " + name(anyTable()) + " SET k = k + 1 WHERE id = " + anyId() + "; UPDATE "
                + name(anyTable()) + " SET c = '" + digits(10) + "' WHERE id = " + anyId() + "; DELETE FROM "
                + fromTable + " WHERE id = " + deleted + "; INSERT INTO " + fromTable + " VALUES (" + deleted + ", "
                + anyId() + ", '" + digits(10) + "', '" + digits(5) + "'); COMMIT";
    }

    void write(int transactions) throws SQLException {
        try (Connection connection = server.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < transactions; i++) {
                statement.execute(transaction());
            }
        }
    }

    private static String name(int table) {
        return DATABASE + ".sbtest" + table;
    }

    private int anyTable() {
        return 1 + random.nextInt(TABLES);
    }

    private int anyId() {
        return 1 + random.nextInt(rowsPerTable);
    }

    /** Groups of eleven digits, as sysbench fills its columns. */
    private String digits(int groups) {
        var text = new StringBuilder(12 * groups);
        for (int i = 0; i < groups; i++) {
            text.append(i == 0 ? "" : "-");
            for (int k = 0; k < 11; k++) {
                text.append((char) ('0' + random.nextInt(10)));
            }
        }
        return text.toString();
    }
}
