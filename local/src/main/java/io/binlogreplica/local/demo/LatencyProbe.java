package io.binlogreplica.local.demo;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.workload.Workload;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Measures by this machine's one clock how long a committed change takes to the replica: writes a mark and looks for it there. */
public final class LatencyProbe implements AutoCloseable {

    private static final String TABLE = Workload.DATABASE + ".latency_probe";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    private final Connection primary;
    private final Connection replica;
    private long mark;

    private LatencyProbe(Connection primary, Connection replica) {
        this.primary = primary;
        this.replica = replica;
    }

    public static void createTable(DatabaseServer primary) throws SQLException {
        primary.execute(
                "CREATE TABLE " + TABLE + " (id INT NOT NULL PRIMARY KEY, mark BIGINT NOT NULL)",
                "INSERT INTO " + TABLE + " VALUES (1, 0)");
    }

    public static LatencyProbe open(DatabaseServer primary, DatabaseServer replica) throws SQLException {
        Connection first = primary.connect();
        try {
            return new LatencyProbe(first, replica.connect());
        } catch (SQLException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Nanoseconds from the moment at which the primary has committed a change until the replica shows it.
     *
     * @throws DemoFailedException when it does not show it in time
     */
    public long measure(Duration limit) throws SQLException, InterruptedException {
        mark++;
        try (PreparedStatement write = primary.prepareStatement("UPDATE " + TABLE + " SET mark = ? WHERE id = 1")) {
            write.setLong(1, mark);
            write.executeUpdate();
        }
        long committed = System.nanoTime();
        try (PreparedStatement look =
                replica.prepareStatement("SELECT 1 FROM " + TABLE + " WHERE id = 1 AND mark = ?")) {
            look.setLong(1, mark);
            while (!found(look)) {
                if (System.nanoTime() - committed > limit.toNanos()) {
                    throw new DemoFailedException("the replica does not show a change that the primary committed "
                            + limit.toSeconds() + " s ago");
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
        return System.nanoTime() - committed;
    }

    @Override
    public void close() throws SQLException {
        try (primary;
                replica) {
            // closes both
        }
    }

    private static boolean found(PreparedStatement look) throws SQLException {
        try (ResultSet rows = look.executeQuery()) {
            return rows.next();
        }
    }
}
