package io.binlogreplica.local.demo;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.console.Screen;
import io.binlogreplica.local.workload.Workload;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the stages work with. */
record Parts(Pipeline pipeline, Workload workload, ReplicaState replica, Connectors connectors, Screen screen) {

    /** How long the replica may make no progress at all before that is a failure. */
    private static final Duration STANDSTILL_LIMIT = Duration.ofMinutes(3);

    DatabaseServer primary() {
        return pipeline.primary();
    }

    /** Shows something each time the replica has come further, and is told whether that was all. */
    @FunctionalInterface
    interface Look {

        /** True when there is nothing more to wait for. */
        boolean isDone() throws SQLException;
    }

    /**
     * Waits for the replica.
     *
     * @param what it is waited for, for the message
     * @throws DemoFailedException when a connector has failed, or the replica has stopped making progress
     */
    void await(String what, Duration interval, Look look) throws SQLException, InterruptedException {
        var standstill = new Standstill(replica);
        while (!look.isDone()) {
            connectors.requireNotFailed();
            if (standstill.lasts(STANDSTILL_LIMIT)) {
                throw new DemoFailedException("the replica has written nothing for " + STANDSTILL_LIMIT.toMinutes()
                        + " minutes while " + what + ". Run the demo again with --keep DIR and see"
                        + " DIR/worker/worker.log.");
            }
            TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        }
    }

    /** Waits until the replica shows all that the workload has committed. */
    void awaitCaughtUp() throws SQLException, InterruptedException {
        long last = workload.committedTransactions();
        await("it catches up", Duration.ofMillis(100), () -> replica.transaction() >= last);
    }
}
