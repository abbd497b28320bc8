package io.binlogreplica.sink.config;

import io.binlogreplica.database.DatabaseConfig;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * All settings of the sink connector; stages get the part that concerns them.
 *
 * @param connector the connector's name, under which its position is kept
 * @param task the number of the task; 0 for the first
 */
public record SinkConfig(
        String connector,
        int task,
        DatabaseConfig database,
        ApplyConfig apply,
        RetryConfig retry,
        FailureConfig failures,
        ResyncConfig resync,
        VerifyConfig verify,
        LayoutConfig layout) {

    /** The task's number, which the connector gives each. */
    public static final String TASK = "replica.task";

    public static final ConfigDef DEFINITION = define();

    /**
     * Reads a connector's settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException when one is missing or not valid
     */
    public static SinkConfig of(Map<String, String> properties) {
        var config = new AbstractConfig(DEFINITION, properties, false);
        return new SinkConfig(
                properties.getOrDefault("name", ""),
                Integer.parseInt(properties.getOrDefault(TASK, "0")),
                DatabaseConfig.of(config),
                ApplyConfig.of(config),
                RetryConfig.of(config),
                FailureConfig.of(config),
                ResyncConfig.of(config),
                VerifyConfig.of(config),
                LayoutConfig.of(config));
    }

    /** The topics that a connector's settings name one by one. */
    public static Set<String> topics(Map<String, String> properties) {
        return Arrays.stream(properties.getOrDefault(SinkTask.TOPICS_CONFIG, "").split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Whether a connector with these settings reads a topic. */
    public static boolean isRead(String topic, Map<String, String> properties) {
        String pattern = properties.getOrDefault(SinkTask.TOPICS_REGEX_CONFIG, "");
        return pattern.isBlank() ? topics(properties).contains(topic) : Pattern.matches(pattern, topic);
    }

    private static ConfigDef define() {
        ConfigDef def = DatabaseConfig.define(new ConfigDef(), "replica");
        ApplyConfig.define(def);
        RetryConfig.define(def);
        FailureConfig.define(def);
        ResyncConfig.define(def);
        VerifyConfig.define(def);
        return LayoutConfig.define(def);
    }
}
