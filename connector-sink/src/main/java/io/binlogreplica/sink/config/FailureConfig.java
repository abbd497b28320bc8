package io.binlogreplica.sink.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.database.NumberRange;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * What to do when the replica differs from the primary, or refuses a change for good.
 *
 * @param failuresMax how many changes of a table in a row may fail before the table degrades
 * @param conflictDetection whether a change must meet the whole row that it names, not only its key
 * @param conflicts what to do when it does not
 * @param structure what to do when a table does not fit
 */
public record FailureConfig(
        int failuresMax, boolean conflictDetection, ConflictPolicy conflicts, SchemaDriftPolicy structure) {

    public static final String FAILURES_MAX = "max.failures";
    public static final String CONFLICT_DETECTION = "conflict.detection";
    public static final String CONFLICT_POLICY = "conflict.policy";
    public static final String SCHEMA_DRIFT_POLICY = "schema.drift.policy";

    private static final String GROUP = "Failures";
    private static final Choices CONFLICT_POLICIES = Choices.of((Object[]) ConflictPolicy.values());
    private static final Choices SCHEMA_DRIFT_POLICIES = Choices.of((Object[]) SchemaDriftPolicy.values());

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        FAILURES_MAX,
                        ConfigDef.Type.INT,
                        5,
                        new NumberRange(1, 1_000_000),
                        Importance.MEDIUM,
                        "After how many changes in a row that failed a table degrades: its changes are skipped from"
                                + " then on, those of other tables go on.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Failures of a table")
                .define(
                        CONFLICT_DETECTION,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether an update or delete must find the whole row as it was on the primary, and not only"
                                + " its key.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Conflict detection")
                .define(
                        CONFLICT_POLICY,
                        ConfigDef.Type.STRING,
                        ConflictPolicy.DEGRADE.toString(),
                        CONFLICT_POLICIES.validator(),
                        Importance.MEDIUM,
                        "What to do with a change that does not find its row as it should be. overwrite: the row"
                                + " becomes what the primary's is. keep: it stays as it is. degrade: the change is"
                                + " skipped and counts as a failure of its table. fail: the task stops, as it does at"
                                + " a row that the replica refuses.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Conflicts",
                        CONFLICT_POLICIES)
                .define(
                        SCHEMA_DRIFT_POLICY,
                        ConfigDef.Type.STRING,
                        SchemaDriftPolicy.DEGRADE.toString(),
                        SCHEMA_DRIFT_POLICIES.validator(),
                        Importance.MEDIUM,
                        "What to do when a table of the replica does not fit the primary's, or refuses its DDL."
                                + " degrade: the table degrades. evolve: likewise, but a table that is to be copied is"
                                + " dropped and made anew if it does not fit. fail: the task stops.",
                        GROUP,
                        4,
                        Width.SHORT,
                        "Schema drift",
                        SCHEMA_DRIFT_POLICIES);
    }

    static FailureConfig of(AbstractConfig config) {
        return new FailureConfig(
                config.getInt(FAILURES_MAX),
                config.getBoolean(CONFLICT_DETECTION),
                ConflictPolicy.valueOf(config.getString(CONFLICT_POLICY).toUpperCase(Locale.ROOT)),
                SchemaDriftPolicy.valueOf(config.getString(SCHEMA_DRIFT_POLICY).toUpperCase(Locale.ROOT)));
    }
}
