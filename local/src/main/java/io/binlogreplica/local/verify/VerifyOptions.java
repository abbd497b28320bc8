package io.binlogreplica.local.verify;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to verify.
 *
 * @param tables which tables
 * @param stateDatabase where the sink keeps its own tables on the replica
 * @param rowsPerSecond the most rows to read from each server in a second; 0 for no limit
 * @param settle how long to wait for the replica to reach the primary before a row counts as not confirmed
 * @param differencesMax after so many differing rows a table is given up
 * @param progressFile where to note what is done, to go on from there; null for nowhere
 */
public record VerifyOptions(
        TableFilter tables,
        String stateDatabase,
        long rowsPerSecond,
        Duration settle,
        int differencesMax,
        @Nullable Path progressFile) {

    boolean includesDatabase(String database) {
        return tables.includesDatabase(database) && !database.equals(stateDatabase);
    }

    boolean includes(String database, String table) {
        return includesDatabase(database) && tables.includes(database, table);
    }
}
