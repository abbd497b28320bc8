package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.database.NumberRange;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How tables are copied.
 *
 * @param mode when
 * @param chunkRows how many rows of a table to read at a time, at most
 * @param threads how many tables to read at a time
 */
public record SnapshotConfig(Mode mode, int chunkRows, int threads) {

    public static final String MODE = "snapshot.mode";
    public static final String CHUNK_ROWS = "snapshot.chunk.size";
    public static final String THREADS = "snapshot.max.threads";

    private static final String GROUP = "Snapshot";
    private static final Choices MODES = Choices.of((Object[]) Mode.values());

    /** When tables are copied. */
    public enum Mode {
        /** Each table once, when it is captured for the first time. */
        INITIAL,
        /** Likewise, and all tables anew when the binlog that is needed is gone from the primary. */
        WHEN_NEEDED,
        /** Never: only changes from now on. */
        NO_DATA,
        /** All tables anew at each start, whatever was saved. */
        ALWAYS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        MODE,
                        ConfigDef.Type.STRING,
                        Mode.INITIAL.toString(),
                        MODES.validator(),
                        Importance.HIGH,
                        "initial: each table is copied once, when it is captured for the first time. when_needed:"
                                + " likewise, and all again when the binlog that is needed is gone from the primary."
                                + " no_data: only changes from now on. always: all again at each start.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Mode",
                        MODES)
                .define(
                        CHUNK_ROWS,
                        ConfigDef.Type.INT,
                        2_000,
                        new NumberRange(1, 1_000_000),
                        Importance.LOW,
                        "Rows of a table to read at a time; fewer where these would be more than about 4 MB.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Chunk size")
                .define(
                        THREADS,
                        ConfigDef.Type.INT,
                        2,
                        new NumberRange(1, 64),
                        Importance.MEDIUM,
                        "Tables to read at a time, each over a connection of its own.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Threads");
    }

    static SnapshotConfig of(AbstractConfig config) {
        return new SnapshotConfig(
                Mode.valueOf(config.getString(MODE).toUpperCase(Locale.ROOT)),
                config.getInt(CHUNK_ROWS),
                config.getInt(THREADS));
    }
}
