package io.binlogreplica.source.config;

import io.binlogreplica.database.Choices;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TopicLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns records have, and which make their keys; for the table layout.
 *
 * @param included {@code database.table.column}, as regular expressions; empty for all
 * @param excluded likewise; empty for none
 * @param keys tables whose records have another key than the table's own
 */
public record ColumnConfig(List<Pattern> included, List<Pattern> excluded, List<MessageKey> keys) {

    public static final String INCLUDED = "column.include.list";
    public static final String EXCLUDED = "column.exclude.list";
    public static final String KEYS = "message.key.columns";

    private static final String GROUP = "Columns";

    public ColumnConfig {
        included = List.copyOf(included);
        excluded = List.copyOf(excluded);
        keys = List.copyOf(keys);
    }

    /**
     * The key of some tables' records.
     *
     * @param table {@code database.table} as a regular expression
     */
    public record MessageKey(Pattern table, List<String> columns) {
        public MessageKey {
            columns = List.copyOf(columns);
        }
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        INCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        Patterns.VALID,
                        Importance.MEDIUM,
                        "Columns that records have: regular expressions that match a whole database.table.column; empty"
                                + " for all. For topic.layout=table only: a replica needs all columns.",
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "Columns",
                        Choices.when(TopicConfig.LAYOUT, TopicLayout.TABLE))
                .define(
                        EXCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        Patterns.VALID,
                        Importance.MEDIUM,
                        "Columns that records do not have, of those above. Not those of a key.",
                        GROUP,
                        2,
                        Width.MEDIUM,
                        "Columns left out",
                        Choices.when(TopicConfig.LAYOUT, TopicLayout.TABLE))
                .define(
                        KEYS,
                        ConfigDef.Type.STRING,
                        "",
                        ColumnConfig::requireKeys,
                        Importance.MEDIUM,
                        "Other keys of records than the tables' own: database.table:column,column with semicolons"
                                + " between tables, of which the first part is a regular expression. For"
                                + " topic.layout=table only.",
                        GROUP,
                        3,
                        Width.MEDIUM,
                        "Keys",
                        Choices.when(TopicConfig.LAYOUT, TopicLayout.TABLE));
    }

    static ColumnConfig of(AbstractConfig config) {
        return new ColumnConfig(
                Patterns.of(config.getList(INCLUDED)),
                Patterns.of(config.getList(EXCLUDED)),
                keys(config.getString(KEYS)));
    }

    /** Whether records are as the tables are. */
    public boolean isWhole() {
        return included.isEmpty() && excluded.isEmpty() && keys.isEmpty();
    }

    /** Whether records have the column. */
    public boolean includes(TableId table, String column) {
        String name = table + "." + column;
        return (included.isEmpty() || Patterns.match(included, name)) && !Patterns.match(excluded, name);
    }

    /** The columns of the key that the user wants; null for the table's own. */
    public @Nullable List<String> key(TableId table) {
        return keys.stream()
                .filter(key -> key.table().matcher(table.toString()).matches())
                .map(MessageKey::columns)
                .findFirst()
                .orElse(null);
    }

    /** A setting that is used here, for a message. */
    String used() {
        return !keys.isEmpty() ? KEYS : excluded.isEmpty() ? INCLUDED : EXCLUDED;
    }

    private static List<MessageKey> keys(String text) {
        var keys = new ArrayList<MessageKey>();
        for (String part : text.split(";", -1)) {
            if (!part.isBlank()) {
                int colon = part.lastIndexOf(':');
                if (colon < 1) {
                    throw new ConfigException(KEYS, part, "must be database.table:column,column");
                }
                List<String> columns = Arrays.stream(part.substring(colon + 1).split(",", -1))
                        .map(String::trim)
                        .toList();
                if (columns.contains("")) {
                    throw new ConfigException(KEYS, part, "names no column");
                }
                keys.add(new MessageKey(
                        Patterns.of(List.of(part.substring(0, colon).trim())).get(0), columns));
            }
        }
        return keys;
    }

    private static void requireKeys(String name, Object value) {
        for (MessageKey key : keys(value.toString())) {
            if (key.columns().stream().distinct().count() < key.columns().size()) {
                throw new ConfigException(name, value, "names a column twice");
            }
        }
    }
}
