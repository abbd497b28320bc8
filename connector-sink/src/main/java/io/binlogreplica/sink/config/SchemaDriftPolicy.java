package io.binlogreplica.sink.config;

import java.util.Locale;

/** {@code schema.drift.policy}: what to do when a table of the replica is not what the primary's rows, or its DDL, need. */
public enum SchemaDriftPolicy {
    /** The table degrades; the others go on. */
    DEGRADE,
    /** Likewise, but a table that is to be copied is made anew if it does not fit. */
    EVOLVE,
    /** The task stops. */
    FAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
