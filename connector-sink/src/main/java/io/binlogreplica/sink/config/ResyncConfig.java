package io.binlogreplica.sink.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.database.NumberRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How tables that differ are made whole again.
 *
 * @param mode who asks for a copy
 * @param bootstrapServers brokers to ask for the topics' ends and to send signals to; empty when there are none to be asked
 * @param signalTopic where the source takes signals from; empty for the usual name
 * @param topicPrefix the source's logical name; empty to have it read off the topic's name
 * @param client settings of Kafka's clients, for brokers that want a login
 * @param delay how long a table must have differed before it is copied; doubles with each copy that did not help
 * @param delayMax the longest of these waits
 * @param attemptsMax after how many copies in vain nothing more is done
 */
public record ResyncConfig(
        ResyncMode mode,
        String bootstrapServers,
        String signalTopic,
        String topicPrefix,
        Map<String, String> client,
        Duration delay,
        Duration delayMax,
        int attemptsMax) {

    public static final String MODE = "resync.mode";
    public static final String BOOTSTRAP_SERVERS = "signal.kafka.bootstrap.servers";
    public static final String SIGNAL_TOPIC = "signal.kafka.topic";
    public static final String TOPIC_PREFIX = "topic.prefix";
    public static final String CLIENT_PREFIX = "signal.client.";
    public static final String DELAY = "resync.delay.ms";
    public static final String DELAY_MAX = "resync.delay.max.ms";
    public static final String ATTEMPTS_MAX = "resync.attempts.max";

    private static final String GROUP = "Resync";
    private static final Choices MODES = Choices.of((Object[]) ResyncMode.values());

    public ResyncConfig {
        client = Map.copyOf(client);
    }

    /** Whether there are brokers to be asked. */
    public boolean hasBrokers() {
        return !bootstrapServers.isEmpty();
    }

    /** Settings of a Kafka client that reaches the brokers. */
    public Map<String, Object> clientSettings() {
        var settings = new HashMap<String, Object>(client);
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        MODE,
                        ConfigDef.Type.STRING,
                        ResyncMode.AUTO.toString(),
                        MODES.validator(),
                        Importance.MEDIUM,
                        "Who has a table that differs copied anew. auto: the connector asks the source for it, once what"
                                + " was in the way is gone; needs " + BOOTSTRAP_SERVERS + ". manual: the operator.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Resync",
                        MODES)
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.HIGH,
                        "The brokers that the topics are on, as host:port,host:port. They are asked whether the topic is"
                                + " still the one that the position is of, and signals to the source go there. Without"
                                + " it neither happens.",
                        GROUP,
                        2,
                        Width.LONG,
                        "Brokers")
                .define(
                        SIGNAL_TOPIC,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "The topic that the source takes signals from; <prefix>.signals unless given.",
                        GROUP,
                        3,
                        Width.MEDIUM,
                        "Signal topic")
                .define(
                        TOPIC_PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "The source's topic.prefix. Read off the name of the topic, <prefix>.changes, unless given.",
                        GROUP,
                        4,
                        Width.MEDIUM,
                        "Prefix")
                .define(
                        DELAY,
                        ConfigDef.Type.LONG,
                        30_000L,
                        new NumberRange(100, 86_400_000),
                        Importance.LOW,
                        "How long a table must have differed before it is copied anew, in milliseconds; doubles with"
                                + " each copy that did not help.",
                        GROUP,
                        5,
                        Width.SHORT,
                        "Delay",
                        Choices.when(MODE, ResyncMode.AUTO))
                .define(
                        DELAY_MAX,
                        ConfigDef.Type.LONG,
                        3_600_000L,
                        new NumberRange(100, 86_400_000),
                        Importance.LOW,
                        "The longest such wait, in milliseconds.",
                        GROUP,
                        6,
                        Width.SHORT,
                        "Longest delay",
                        Choices.when(MODE, ResyncMode.AUTO))
                .define(
                        ATTEMPTS_MAX,
                        ConfigDef.Type.INT,
                        6,
                        new NumberRange(1, 1_000),
                        Importance.LOW,
                        "After how many copies that did not help a table is left to the operator.",
                        GROUP,
                        7,
                        Width.SHORT,
                        "Attempts",
                        Choices.when(MODE, ResyncMode.AUTO));
    }

    static ResyncConfig of(AbstractConfig config) {
        var client = new HashMap<String, String>();
        config.originalsWithPrefix(CLIENT_PREFIX).forEach((name, value) -> client.put(name, String.valueOf(value)));
        return new ResyncConfig(
                ResyncMode.valueOf(config.getString(MODE).toUpperCase(Locale.ROOT)),
                config.getString(BOOTSTRAP_SERVERS).trim(),
                config.getString(SIGNAL_TOPIC),
                config.getString(TOPIC_PREFIX),
                client,
                Duration.ofMillis(config.getLong(DELAY)),
                Duration.ofMillis(config.getLong(DELAY_MAX)),
                config.getInt(ATTEMPTS_MAX));
    }
}
