package io.binlogreplica.local.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Notices that the replica is not written to. Looks every second, however often it is asked. */
final class Standstill {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReplicaState replica;
    private long written = -1;
    private long writtenNanos = System.nanoTime();
    private long lookedNanos = writtenNanos - LOOK_AGAIN_NANOS;

    Standstill(ReplicaState replica) {
        this.replica = replica;
    }

    boolean lasts(Duration limit) throws SQLException {
        long now = System.nanoTime();
        if (now - lookedNanos >= LOOK_AGAIN_NANOS) {
            lookedNanos = now;
            long writtenNow = replica.rowsWritten();
            if (writtenNow != written) {
                written = writtenNow;
                writtenNanos = now;
            }
        }
        return now - writtenNanos > limit.toNanos();
    }
}
