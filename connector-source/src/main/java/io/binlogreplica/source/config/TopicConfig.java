package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.record.TopicLayout;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where records go.
 *
 * @param prefix the logical name of the primary, with which topics, schemas and offsets begin
 * @param layout how tables share topics
 * @param format what a record of the ordered layout is
 * @param schemaChanges whether changes of tables go to the topic {@code prefix} too
 * @param tombstones whether a delete is followed by a tombstone, in the table layout
 */
public record TopicConfig(String prefix, TopicLayout layout, Format format, boolean schemaChanges, boolean tombstones) {

    public static final String PREFIX = "topic.prefix";
    public static final String LAYOUT = "topic.layout";
    public static final String FORMAT = "record.format";
    public static final String SCHEMA_CHANGES = "include.schema.changes";
    public static final String TOMBSTONES = "tombstones.on.delete";

    private static final String GROUP = "Topics";
    private static final Choices LAYOUTS = Choices.of((Object[]) TopicLayout.values());
    private static final Choices FORMATS = Choices.of((Object[]) Format.values());
    private static final String LEGAL_TOPIC = "[a-zA-Z0-9._-]{1,200}";

    /** What a record of the ordered layout is. */
    public enum Format {
        /** One change in Debezium's envelope, for all kinds of readers. */
        ENVELOPE,
        /** Many changes of rows as bytes that only the replica sink reads, at a fraction of the cost. */
        BLOCK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        PREFIX,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigDef.LambdaValidator.with(
                                TopicConfig::requireLegalTopic, () -> "letters, digits, '.', '_' and '-'"),
                        Importance.HIGH,
                        "Logical name of the primary. Topics, schemas and offsets begin with it, so it must stay the"
                                + " same for as long as the connector is to go on where it was.",
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "Prefix")
                .define(
                        LAYOUT,
                        ConfigDef.Type.STRING,
                        TopicLayout.ORDERED.toString(),
                        LAYOUTS.validator(),
                        Importance.HIGH,
                        "ordered: all changes in one topic, <prefix>.changes, with one partition, in commit order;"
                                + " for replicas. table: a topic for each table, <prefix>.<database>.<table>, keyed; for"
                                + " fan-out.",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Layout",
                        LAYOUTS)
                .define(
                        FORMAT,
                        ConfigDef.Type.STRING,
                        Format.ENVELOPE.toString(),
                        FORMATS.validator(),
                        Importance.HIGH,
                        "envelope: each change is a record in Debezium's format. block: many changes share a record,"
                                + " which only the replica sink can read, several times faster; for the ordered layout"
                                + " only.",
                        GROUP,
                        3,
                        Width.SHORT,
                        "Format",
                        FORMATS.onlyWhen(LAYOUT, TopicLayout.ORDERED))
                .define(
                        SCHEMA_CHANGES,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.MEDIUM,
                        "Whether DDL goes to the topic <prefix> as well, in Debezium's format.",
                        GROUP,
                        4,
                        Width.SHORT,
                        "Schema changes")
                .define(
                        TOMBSTONES,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.MEDIUM,
                        "Whether a delete is followed by a record without a value, so that compaction forgets the row;"
                                + " for topic.layout=table.",
                        GROUP,
                        5,
                        Width.SHORT,
                        "Tombstones",
                        Choices.when(LAYOUT, TopicLayout.TABLE));
    }

    static TopicConfig of(AbstractConfig config) {
        return new TopicConfig(
                config.getString(PREFIX),
                TopicLayout.valueOf(config.getString(LAYOUT).toUpperCase(Locale.ROOT)),
                Format.valueOf(config.getString(FORMAT).toUpperCase(Locale.ROOT)),
                config.getBoolean(SCHEMA_CHANGES),
                config.getBoolean(TOMBSTONES));
    }

    private static void requireLegalTopic(String name, Object value) {
        if (value != null && !value.toString().matches(LEGAL_TOPIC)) {
            throw new ConfigException(name, value, "must be 1 to 200 letters, digits, '.', '_' or '-'");
        }
    }
}
