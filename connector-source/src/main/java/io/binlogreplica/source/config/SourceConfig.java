package io.binlogreplica.source.config;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.record.SchemaStyle;
import io.binlogreplica.record.TopicLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * All settings of the source connector; stages get the part that concerns them.
 *
 * @param hosts the servers that may be the primary, the one that the user prefers first
 */
public record SourceConfig(
        List<DatabaseConfig> hosts,
        CaptureConfig capture,
        ColumnConfig columns,
        TopicConfig topics,
        SchemaStyle schemas,
        SnapshotConfig snapshot,
        VerifyConfig verify,
        SignalConfig signals,
        EventFailure eventFailure,
        DeliveryConfig delivery,
        FlowConfig flow) {

    public SourceConfig {
        hosts = List.copyOf(hosts);
    }

    public static final ConfigDef DEFINITION = define();

    /** Blocks of several changes are no longer. */
    private static final int BLOCK_BYTES = 1 << 20;

    /**
     * Reads a connector's settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException when one is missing or not valid
     */
    public static SourceConfig of(Map<String, String> properties) {
        var config = new AbstractConfig(DEFINITION, properties, false);
        return new SourceConfig(
                PrimaryHosts.of(DatabaseConfig.of(config)),
                CaptureConfig.of(config),
                ColumnConfig.of(config),
                TopicConfig.of(config),
                SchemaConfig.of(config),
                SnapshotConfig.of(config),
                VerifyConfig.of(config),
                SignalConfig.of(config),
                EventFailure.of(config),
                DeliveryConfig.of(config),
                FlowConfig.of(config));
    }

    /** What is wrong with settings that are well by themselves, by setting. */
    public Map<String, String> contradictions() {
        var contradictions = new LinkedHashMap<String, String>();
        boolean ordered = topics.layout() == TopicLayout.ORDERED;
        if (!ordered && topics.format() == TopicConfig.Format.BLOCK) {
            contradictions.put(
                    TopicConfig.FORMAT,
                    "must be envelope when " + TopicConfig.LAYOUT + " is table: readers of a table's topic need each"
                            + " row's key");
        }
        if (ordered && !columns.isWhole()) {
            contradictions.put(
                    columns.used(),
                    "is for " + TopicConfig.LAYOUT + "=table only: the ordered topic is for replicas, which need all"
                            + " columns and the tables' own keys; have a second connector for other readers");
        }
        if (topics.format() == TopicConfig.Format.BLOCK && delivery.recordBytesMax() < BLOCK_BYTES) {
            contradictions.put(
                    TopicConfig.FORMAT,
                    "block needs a producer that sends records of " + BLOCK_BYTES + " bytes: raise "
                            + DeliveryConfig.REQUEST_SIZE + " or " + DeliveryConfig.RECORD_BYTES_MAX);
        }
        if (!ordered && verify.isOn()) {
            contradictions.put(
                    VerifyConfig.INTERVAL,
                    "must be 0 when " + TopicConfig.LAYOUT
                            + " is table: a table's topic has no place at which a replica"
                            + " has all that was before; compare from outside, with ./replica verify");
        }
        if (verify.isOn() && capture.excludesOrigins()) {
            contradictions.put(
                    VerifyConfig.INTERVAL,
                    "must be 0 with " + CaptureConfig.SERVERS_EXCLUDED + " or " + CaptureConfig.DOMAINS_EXCLUDED
                            + ": a replica is not to have what the primary has from those");
        }
        if (delivery.dropsRefused()) {
            contradictions.put(
                    EventFailure.MODE,
                    "does not help with errors.tolerance=all: Connect would pass over what Kafka refuses, in silence");
        }
        return contradictions;
    }

    private static ConfigDef define() {
        ConfigDef def = DatabaseConfig.define(new ConfigDef(), "primary");
        CaptureConfig.define(def);
        ColumnConfig.define(def);
        TopicConfig.define(def);
        SchemaConfig.define(def);
        SnapshotConfig.define(def);
        VerifyConfig.define(def);
        SignalConfig.define(def);
        EventFailure.define(def);
        DeliveryConfig.define(def);
        return FlowConfig.define(def);
    }
}
