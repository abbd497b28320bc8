package io.binlogreplica.local.verify;

import java.sql.SQLException;

/** Waits until the replica shows what the primary showed. */
@FunctionalInterface
interface Fence {

    /**
     * Waits until all that the primary shows at the time of the call has had its time to arrive.
     *
     * @return false when it may still be behind after that time
     */
    boolean await() throws SQLException, InterruptedException;
}
