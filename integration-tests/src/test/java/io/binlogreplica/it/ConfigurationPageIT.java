package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} is made of the connectors' definitions. */
class ConfigurationPageIT {

    private static final String SOURCE = "io.binlogreplica.source.BinlogSourceConnector";
    private static final String SINK = "io.binlogreplica.sink.ReplicaSinkConnector";

    private static final String HEAD = """
        # Settings

        Made of the connectors' definitions; `ConfigurationPageIT` keeps it true. Beside these there are Connect's own settings
        for any connector, and `producer.override.*` or `consumer.override.*` where the worker allows them. Passwords are better
        references to a config provider, such as `${env:REPLICA_PASSWORD}`.
        Settings of the Kafka clients that the connectors use beside Connect's begin with `signal.consumer.` (source) and
        `signal.client.` (sink).
        """;

    /** {@code -Dupdate.docs=true} writes it anew. */
    @Test
    void thePageListsEverySetting() throws Exception {
        Path page = EndToEnd.PROJECT.resolve("docs/configuration.md");
        String text = HEAD
                + section("Source: BinlogSourceConnector", definition(SOURCE))
                + section("Sink: ReplicaSinkConnector", definition(SINK));
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(page, text);
        }
        assertThat(page).content().isEqualTo(text);
    }

    @Test
    void everySettingHasAPlaceInAFormAndAMeaning() {
        for (String connector : List.of(SOURCE, SINK)) {
            for (ConfigKey key : definition(connector).configKeys().values()) {
                assertThat(key.group).as(key.name).isNotBlank();
                assertThat(key.displayName).as(key.name).isNotBlank();
                assertThat(key.documentation).as(key.name).endsWith(".");
            }
        }
    }

    /** Of the plugin as workers load it. */
    private static ConfigDef definition(String connector) {
        var plugins = new Plugins(Map.of(
                "plugin.path",
                EndToEnd.PROJECT.resolve("connector-source/target/plugin") + ","
                        + EndToEnd.PROJECT.resolve("connector-sink/target/plugin"),
                "plugin.discovery",
                "service_load"));
        return plugins.newConnector(connector).config();
    }

    private static String section(String title, ConfigDef definition) {
        Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();
        for (String group : definition.groups()) {
            groups.put(group, new ArrayList<>());
        }
        definition.configKeys().values().forEach(key -> groups.get(key.group).add(key));
        var text = new StringBuilder("\n## ").append(title).append('\n');
        groups.forEach((group, keys) -> {
            text.append("\n### ")
                    .append(group)
                    .append("\n\n| Setting | Type | Default | Meaning |\n|---|---|---|---|\n");
            keys.stream()
                    .sorted(Comparator.comparingInt((ConfigKey key) -> key.orderInGroup)
                            .thenComparing(key -> key.name))
                    .forEach(key -> text.append(line(key)));
        });
        return text.toString();
    }

    private static String line(ConfigKey key) {
        String type = key.type.name().toLowerCase(Locale.ROOT);
        // names are in the meaning, with what they mean
        String range = key.validator == null || key.type == ConfigDef.Type.STRING ? "" : key.validator.toString();
        return "| `" + key.name + "` | " + type + (range.startsWith("[") ? " " + range : "") + " | " + defaultValue(key)
                + " | " + key.documentation.replace("|", "\\|") + " |\n";
    }

    private static String defaultValue(ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        String text = key.type == ConfigDef.Type.PASSWORD ? "" : ConfigDef.convertToString(key.defaultValue, key.type);
        return text == null || text.isEmpty() ? "empty" : "`" + text + "`";
    }
}
