package io.binlogreplica.source.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where signals come from.
 *
 * @param topic the topic
 * @param client settings of a Kafka client that reads it; empty when signals are not wanted
 */
public record SignalConfig(String topic, Map<String, Object> client) {

    public static final String BOOTSTRAP_SERVERS = "signal.kafka.bootstrap.servers";
    public static final String TOPIC = "signal.kafka.topic";
    /** What follows is a setting of Kafka's consumer. */
    public static final String CONSUMER = "signal.consumer.";

    private static final String GROUP = "Signals";

    public SignalConfig {
        client = Map.copyOf(client);
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.LIST,
                        "",
                        ConfigDef.LambdaValidator.with(SignalConfig::requireAddresses, () -> "host:port"),
                        Importance.MEDIUM,
                        "Brokers to read signals from, host:port with commas between them: a connector is not told"
                                + " those of its worker. Empty: no signals. Settings of the consumer beyond this, such"
                                + " as signal.consumer.security.protocol, begin with signal.consumer.",
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "Brokers")
                .define(
                        TOPIC,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "The topic of signals; <topic.prefix>.signals when empty. Created with one partition if it is"
                                + " missing.",
                        GROUP,
                        2,
                        Width.MEDIUM,
                        "Topic");
    }

    static SignalConfig of(AbstractConfig config) {
        String named = config.getString(TOPIC);
        String topic = named.isEmpty() ? config.getString(TopicConfig.PREFIX) + ".signals" : named;
        List<String> servers = config.getList(BOOTSTRAP_SERVERS);
        if (servers.isEmpty()) {
            return new SignalConfig(topic, Map.of());
        }
        var client = new HashMap<String, Object>(config.originalsWithPrefix(CONSUMER));
        client.put("bootstrap.servers", String.join(",", servers));
        return new SignalConfig(topic, client);
    }

    /** Whether signals are wanted. */
    public boolean enabled() {
        return !client.isEmpty();
    }

    /** Names only: a host that is not found now may be later. */
    private static void requireAddresses(String name, Object value) {
        for (Object address : (List<?>) value) {
            if (!address.toString().matches("\\[?[^\\s,]+]?:\\d{1,5}")) {
                throw new ConfigException(name, address, "must be host:port");
            }
        }
    }
}
