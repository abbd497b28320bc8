package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.GtidSet;
import io.binlogreplica.source.binlog.Xid;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * MariaDB says where a view is (binlog_snapshot_file, binlog_snapshot_position); no lock is taken but on tables whose engine has no
 * transactions.
 */
final class MariaDbReadViews implements ReadViews {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How often to open a view while XA transactions are prepared, which most are for moments. */
    private static final int SETTLED_TRIES = 20;

    private static final String POSITION = "SHOW STATUS LIKE 'binlog\\_snapshot\\_%'";

    /** What is prepared comes behind the position: a commit before that is done by now, or among them still. */
    private static final String OPEN =
            POSITION + "; XA RECOVER; START TRANSACTION WITH CONSISTENT SNAPSHOT; " + POSITION;

    private final Connection connection;
    private final TableLock lock;

    MariaDbReadViews(Connection connection, Database database) {
        this.connection = connection;
        this.lock = new TableLock(connection, database);
    }

    @Override
    public ReadView open(TableId table, boolean transactional, BinlogPosition reached)
            throws SQLException, InterruptedException {
        return transactional ? open(reached) : lock.hold(table, () -> open(reached));
    }

    private ReadView open(BinlogPosition reached) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int i = 1; ; i++) {
            ReadView view = open();
            boolean settled =
                    view.unsettled() == null || view.unsettled().prepared().isEmpty();
            if (view.position().reached(reached) && (settled || i >= SETTLED_TRIES)) {
                return view;
            }
            view.close();
            if (System.nanoTime() > deadline) {
                throw new SQLException("read views stay at " + view.position() + ", before the stream's " + reached
                        + ", for " + LIMIT.toSeconds() + " s: is this another server than the one whose"
                        + " binlog is read?");
            }
            TimeUnit.MICROSECONDS.sleep(200);
        }
    }

    @Override
    public BinlogPosition end() throws SQLException {
        try (ReadView view = open()) {
            BinlogPosition position = view.position();
            return new BinlogPosition(position.file(), position.position(), gtids(position));
        }
    }

    private ReadView open() throws SQLException {
        Statement statement = connection.createStatement();
        try {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute(OPEN);
            BinlogPosition before = position(statement);
            statement.getMoreResults();
            Set<Xid> prepared = prepared(statement);
            statement.getMoreResults();
            statement.getMoreResults();
            return new ReadView(statement, position(statement), new Unsettled(before, prepared));
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static BinlogPosition position(Statement statement) throws SQLException {
        Map<String, String> status = new HashMap<>();
        try (ResultSet rows = Objects.requireNonNull(statement.getResultSet())) {
            while (rows.next()) {
                status.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
            }
        }
        String file = status.get("binlog_snapshot_file");
        if (file == null || file.isEmpty()) {
            throw new SQLException("the server does not tell a read view's position in the binlog"
                    + " (status binlog_snapshot_file); is its binlog on?");
        }
        return new BinlogPosition(file, Long.parseLong(status.getOrDefault("binlog_snapshot_position", "4")), null);
    }

    private static Set<Xid> prepared(Statement statement) throws SQLException {
        var prepared = new HashSet<Xid>();
        try (ResultSet rows = Objects.requireNonNull(statement.getResultSet())) {
            while (rows.next()) {
                prepared.add(Xid.of(rows.getBytes(4), rows.getInt(2), rows.getInt(3), rows.getLong(1)));
            }
        }
        return prepared;
    }

    private GtidSet gtids(BinlogPosition position) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            statement.setString(1, position.file());
            statement.setLong(2, position.position());
            try (ResultSet rows = statement.executeQuery()) {
                String text = rows.next() ? rows.getString(1) : null;
                return GtidSet.parse(Flavor.MARIADB, text == null ? "" : text);
            }
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
