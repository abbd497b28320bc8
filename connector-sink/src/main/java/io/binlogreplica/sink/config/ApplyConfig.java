package io.binlogreplica.sink.config;

import io.binlogreplica.database.NumberRange;
import io.binlogreplica.sink.state.StateTables;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How changes are applied.
 *
 * @param stateDatabase where on the replica the connector keeps its position and what it knows of tables
 * @param batchRowsMax changes to apply in one transaction of the replica; whole source transactions, so a larger one is not cut
 * @param threads connections that write at the same time
 * @param createTables whether a table that the replica lacks is created with the primary's definition
 */
public record ApplyConfig(String stateDatabase, int batchRowsMax, int threads, boolean createTables) {

    public static final String STATE_DATABASE = "state.database";
    public static final String BATCH_ROWS = "batch.size";
    public static final String THREADS = "apply.threads";
    public static final String CREATE_TABLES = "auto.create";

    private static final String GROUP = "Apply";

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        STATE_DATABASE,
                        ConfigDef.Type.STRING,
                        "binlog_replica",
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "Database on the replica for the connector's own tables, among them binlog_position; created"
                                + " when missing.",
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "State database")
                .define(
                        BATCH_ROWS,
                        ConfigDef.Type.INT,
                        2_000,
                        new NumberRange(1, 1_000_000),
                        Importance.MEDIUM,
                        "Changes to apply in one transaction of the replica: several source transactions, each whole.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Batch size")
                .define(
                        THREADS,
                        ConfigDef.Type.INT,
                        1,
                        new NumberRange(1, StateTables.LANES_MAX),
                        Importance.MEDIUM,
                        "Connections that write at the same time. Transactions whose rows have nothing to do with each"
                                + " other are written side by side, and committed in the primary's order.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Threads")
                .define(
                        CREATE_TABLES,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.MEDIUM,
                        "Whether databases and tables that the replica lacks are created with the primary's"
                                + " definition.",
                        GROUP,
                        4,
                        Width.SHORT,
                        "Create tables");
    }

    static ApplyConfig of(AbstractConfig config) {
        return new ApplyConfig(
                config.getString(STATE_DATABASE),
                config.getInt(BATCH_ROWS),
                config.getInt(THREADS),
                config.getBoolean(CREATE_TABLES));
    }
}
