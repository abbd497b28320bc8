package io.binlogreplica.sink.config;

import java.util.Locale;

/** {@code resync.mode}: who has a table that differs copied anew. */
public enum ResyncMode {
    /** The connector, by a signal to the source. */
    AUTO,
    /** The operator. */
    MANUAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
