package io.binlogreplica.sink.config;

import java.util.Locale;

/** {@code conflict.policy}: what to do with a change whose row on the replica is not what it was on the primary. */
public enum ConflictPolicy {
    /** The replica's row becomes what the primary's is. */
    OVERWRITE,
    /** The replica's row stays as it is. */
    KEEP,
    /** The change is skipped and counts as a failure of the table. */
    DEGRADE,
    /** The task stops; so it does at a row that the replica refuses. */
    FAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
