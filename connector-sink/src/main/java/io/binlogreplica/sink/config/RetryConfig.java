package io.binlogreplica.sink.config;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.database.NumberRange;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * What to do when the replica does not take a transaction for reasons that pass.
 *
 * @param delay before the first new attempt; doubles with each
 * @param delayMax the longest of these waits; attempts go on until one succeeds
 */
public record RetryConfig(Duration delay, Duration delayMax) {

    public static final String DELAY = "retry.delay.ms";
    public static final String DELAY_MAX = "retry.delay.max.ms";

    private static final String GROUP = "Retry";

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        DELAY,
                        ConfigDef.Type.LONG,
                        100L,
                        new NumberRange(1, 3_600_000),
                        Importance.LOW,
                        "Wait before a transaction is tried again after a deadlock, a lost connection and the like, in"
                                + " milliseconds; it doubles with each attempt.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Delay")
                .define(
                        DELAY_MAX,
                        ConfigDef.Type.LONG,
                        10_000L,
                        new NumberRange(1, 3_600_000),
                        Importance.LOW,
                        "The longest wait between two attempts, in milliseconds. Attempts go on until one succeeds.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Longest delay");
    }

    static RetryConfig of(AbstractConfig config) {
        return new RetryConfig(Duration.ofMillis(config.getLong(DELAY)), Duration.ofMillis(config.getLong(DELAY_MAX)));
    }

    public Backoff newBackoff() {
        return new Backoff(delay, delayMax);
    }
}
