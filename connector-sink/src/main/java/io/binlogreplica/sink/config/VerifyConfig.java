package io.binlogreplica.sink.config;

import io.binlogreplica.database.NumberRange;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * What to do with rows that are not as the source's checksums say.
 *
 * @param repair whether they are made so
 * @param repairsMax how many of a table, each time that the table is gone through; with more it is left to be copied anew
 */
public record VerifyConfig(boolean repair, int repairsMax) {

    public static final String REPAIR = "verify.repair";
    public static final String REPAIR_LIMIT = "verify.repair.limit";

    private static final String GROUP = "Verification";

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        REPAIR,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether rows that the source's verification finds to differ are repaired: what is extra is"
                                + " deleted, what is missing or different is read again on the primary, and comes in"
                                + " its order with all other changes. They are reported in any case. Needs "
                                + ResyncConfig.BOOTSTRAP_SERVERS + ".",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Repair")
                .define(
                        REPAIR_LIMIT,
                        ConfigDef.Type.INT,
                        1_000,
                        new NumberRange(1, 1_000_000),
                        Importance.LOW,
                        "How many rows of a table to repair each time that the table is gone through. With more the table"
                                + " is DAMAGED: it is copied anew, as " + ResyncConfig.MODE + " says. Where nothing is"
                                + " repaired, about how many are named.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Limit of repairs");
    }

    static VerifyConfig of(AbstractConfig config) {
        return new VerifyConfig(config.getBoolean(REPAIR), config.getInt(REPAIR_LIMIT));
    }
}
