package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Logins;
import java.util.Map;

/** The session in which rows are applied: pinned, so that no setting of the server changes a value on its way. */
public final class ReplicaSession {

    /** The session's {@code sql_mode}. */
    static final String STRICT = "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO";

    /** Likewise, for values that are legal, but that a strict server takes from nobody but its own replica thread. */
    static final String LENIENT = "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO";

    /**
     * Times in UTC; no value is bent to fit (strict), but zero and invalid dates and a zero in an AUTO_INCREMENT column are what they
     * are.
     */
    private static final String VARIABLES = "time_zone='+00:00',"
            + "sql_mode='" + STRICT + "',"
            + "foreign_key_checks=1,unique_checks=1,wait_timeout=28800,net_write_timeout=600,net_read_timeout=600,"
            + "innodb_lock_wait_timeout=20,lock_wait_timeout=20,"
            // tables in memory that are made here have room for whatever the primary's have
            + "max_heap_table_size=4294966272"
            // nothing is ended for the time it takes; each family takes the other's for a comment
            + "/*M!100101 ,max_statement_time=0*//*!80000 ,max_execution_time=0*/";

    private static final Map<String, String> DRIVER = Map.of(
            "useServerPrepStmts", "true",
            "cachePrepStmts", "true",
            "prepStmtCacheSize", "500",
            "useBulkStmts", "true",
            "transactionIsolation", "READ-COMMITTED");

    private ReplicaSession() {}

    /** Opens connections with that session. */
    public static Database of(DatabaseConfig config, Logins logins) {
        return new Database(config, logins, VARIABLES, DRIVER);
    }
}
