package io.binlogreplica.sink.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.record.TopicLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/**
 * How the source shares topics among tables.
 *
 * @param layout one topic for all, or one for each table
 * @param accepted what the operator knows that topics of single tables cannot give, and takes
 */
public record LayoutConfig(TopicLayout layout, Set<Limit> accepted) {

    public static final String LAYOUT = "topic.layout";
    public static final String ACCEPTED = "topic.layout.accepted";

    private static final String GROUP = "Layout";
    private static final Choices LAYOUTS = Choices.of((Object[]) TopicLayout.values());
    private static final Choices LIMITS = Choices.of((Object[]) Limit.values());

    /** What needs an order across rows or tables, which topics of single tables do not keep. */
    public enum Limit {
        /** Foreign keys with actions: what cascades is not in the topics of children. */
        CASCADES,
        /** Unique indexes beside the key: a value may be given to one row before it is taken from another. */
        UNIQUE_KEYS,
        /** Tables without a key: records of rows that are the same are spread over partitions. */
        NO_KEY,
        /** TRUNCATE of tables with a key: it is in one partition, and rows of others may come before it or behind it. */
        TRUNCATE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public LayoutConfig {
        accepted = Set.copyOf(accepted);
    }

    /** Whether each table has its topic. */
    public boolean isTable() {
        return layout == TopicLayout.TABLE;
    }

    /** Why these topics cannot be read together, in words for the operator; null when they can. */
    public @Nullable String objection(Set<String> topics) {
        return isTable() || topics.size() < 2
                ? null
                : "the ordered layout has all changes of a primary in one topic, in their order, and here are several: "
                        + String.join(", ", new TreeSet<>(topics))
                        + ". Make a connector for each; topics of single tables need "
                        + LAYOUT + "=table.";
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        LAYOUT,
                        ConfigDef.Type.STRING,
                        TopicLayout.ORDERED.toString(),
                        LAYOUTS.validator(),
                        Importance.HIGH,
                        "The source's topic.layout. ordered: all changes are in one topic, in the primary's order."
                                + " table: each table has a topic of its own; records of Debezium's connectors for MySQL"
                                + " and MariaDB are like that too. Then order and transactions across rows are not kept.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Layout",
                        LAYOUTS)
                .define(
                        ACCEPTED,
                        ConfigDef.Type.LIST,
                        "",
                        ConfigDef.LambdaValidator.with(
                                (name, value) -> {
                                    for (Object limit : (List<?>) value) {
                                        LIMITS.validator().ensureValid(name, limit);
                                    }
                                },
                                () -> Arrays.stream(Limit.values())
                                        .map(Limit::toString)
                                        .collect(Collectors.joining(", "))),
                        Importance.MEDIUM,
                        "With topics of single tables: which tables to apply though their rows may come out wrong."
                                + " cascades: tables with foreign keys that cascade. unique_keys: tables with unique"
                                + " indexes beside the key. no_key: tables without a key. truncate: tables with a key that"
                                + " are truncated, which is right if their topics have one partition. Others of these are"
                                + " left out.",
                        GROUP,
                        2,
                        Width.MEDIUM,
                        "Accepted",
                        LIMITS.onlyWhen(LAYOUT, TopicLayout.TABLE));
    }

    static LayoutConfig of(AbstractConfig config) {
        return new LayoutConfig(
                TopicLayout.valueOf(config.getString(LAYOUT).toUpperCase(Locale.ROOT)),
                config.getList(ACCEPTED).stream()
                        .map(limit -> Limit.valueOf(limit.trim().toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()));
    }
}
