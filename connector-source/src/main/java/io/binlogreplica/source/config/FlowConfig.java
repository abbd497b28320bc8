package io.binlogreplica.source.config;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.NumberRange;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How much is under way, and how hard to try.
 *
 * @param batchRowsMax records to hand to Connect at a time
 * @param queueBytesMax how far to read the binlog ahead
 * @param backoff before the first new attempt to connect; doubles with each
 * @param backoffMax the longest of these waits
 * @param heartbeat how long the position may move on without a record that saves it; zero for ever
 */
public record FlowConfig(
        int batchRowsMax, long queueBytesMax, Duration backoff, Duration backoffMax, Duration heartbeat) {

    public static final String BATCH_ROWS = "max.batch.size";
    public static final String QUEUE_BYTES = "max.queue.size.in.bytes";
    public static final String BACKOFF = "reconnect.backoff.ms";
    public static final String BACKOFF_MAX = "reconnect.backoff.max.ms";

    public static final String HEARTBEAT = "heartbeat.interval.ms";

    private static final String GROUP = "Flow";

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        BATCH_ROWS,
                        ConfigDef.Type.INT,
                        2_048,
                        new NumberRange(1, 1_000_000),
                        Importance.LOW,
                        "Records to hand to Connect at a time.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Batch size")
                .define(
                        QUEUE_BYTES,
                        ConfigDef.Type.LONG,
                        16L << 20,
                        new NumberRange(1 << 16, 1L << 40),
                        Importance.LOW,
                        "How far to read the binlog ahead of the records, in bytes. One event may go beyond it.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Read ahead")
                .define(
                        BACKOFF,
                        ConfigDef.Type.LONG,
                        100L,
                        new NumberRange(1, 3_600_000),
                        Importance.LOW,
                        "Wait before the first new attempt to connect to the primary, in milliseconds; it doubles with"
                                + " each attempt.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Back-off")
                .define(
                        BACKOFF_MAX,
                        ConfigDef.Type.LONG,
                        10_000L,
                        new NumberRange(1, 3_600_000),
                        Importance.LOW,
                        "The longest wait between two attempts, in milliseconds. Attempts go on until one succeeds.",
                        GROUP,
                        4,
                        Width.SHORT,
                        "Longest back-off")
                .define(
                        HEARTBEAT,
                        ConfigDef.Type.LONG,
                        10_000L,
                        new NumberRange(0, 86_400_000),
                        Importance.LOW,
                        "How long the position may move on, by changes of tables that are not captured, without a record"
                                + " that saves it, in milliseconds; then one goes to the topic"
                                + " __debezium-heartbeat.<prefix>. 0 for never: the saved position may be purged.",
                        GROUP,
                        5,
                        Width.SHORT,
                        "Heartbeats");
    }

    static FlowConfig of(AbstractConfig config) {
        return new FlowConfig(
                config.getInt(BATCH_ROWS),
                config.getLong(QUEUE_BYTES),
                Duration.ofMillis(config.getLong(BACKOFF)),
                Duration.ofMillis(config.getLong(BACKOFF_MAX)),
                Duration.ofMillis(config.getLong(HEARTBEAT)));
    }

    public Backoff newBackoff() {
        return new Backoff(backoff, backoffMax);
    }
}
