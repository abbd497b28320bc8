package io.binlogreplica.source.config;

import io.binlogreplica.checksum.DigestForm;
import io.binlogreplica.database.NumberRange;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * Whether replicas are given something to compare themselves with.
 *
 * @param interval between two chunks; zero for never
 * @param chunkRows how many rows of a table to compare at a time, at most
 * @param form how rows are digested
 */
public record VerifyConfig(Duration interval, int chunkRows, DigestForm form) {

    public static final String INTERVAL = "verify.interval.ms";
    public static final String CHUNK_ROWS = "verify.chunk.size";
    public static final String ACROSS_FAMILIES = "verify.across.families";

    private static final String GROUP = "Verification";

    public boolean isOn() {
        return !interval.isZero();
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        INTERVAL,
                        ConfigDef.Type.LONG,
                        0L,
                        new NumberRange(0, 86_400_000),
                        Importance.MEDIUM,
                        "How long to wait between two chunks of rows that replicas are to compare with their own, in"
                                + " milliseconds. All tables with a key are gone through, again and again, once they are"
                                + " copied: 1000 compares 2000 rows a second; none is begun again before 60 intervals have"
                                + " passed. The checksums of a chunk are put into the"
                                + " stream at exactly the place where it was read. 0 for never.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Interval")
                .define(
                        CHUNK_ROWS,
                        ConfigDef.Type.INT,
                        2_000,
                        new NumberRange(1, 100_000),
                        Importance.LOW,
                        "Rows to compare at a time; fewer where these would be more than about 4 MB. The stream waits on"
                                + " both sides for as long as a server takes to digest them.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Chunk size")
                .define(
                        ACROSS_FAMILIES,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Whether a replica is MariaDB where the primary is MySQL, or the other way round: then JSON is not"
                                + " compared, and floating-point numbers are by their bits, which takes longer.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Across families");
    }

    static VerifyConfig of(AbstractConfig config) {
        return new VerifyConfig(
                Duration.ofMillis(config.getLong(INTERVAL)),
                config.getInt(CHUNK_ROWS),
                config.getBoolean(ACROSS_FAMILIES) ? DigestForm.PORTABLE : DigestForm.NATIVE);
    }
}
