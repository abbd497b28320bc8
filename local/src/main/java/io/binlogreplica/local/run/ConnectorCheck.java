package io.binlogreplica.local.run;

import io.binlogreplica.local.ConnectorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.runtime.isolation.LoaderSwap;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.sink.SinkConnector;

/** Has the connectors themselves check their settings, servers included, before there is a worker. */
public final class ConnectorCheck {

    /** Settings that Connect hands on to something else, which knows them. */
    private static final List<String> HANDED_ON = List.of(
            "producer.override.",
            "consumer.override.",
            "admin.override.",
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "transforms.",
            "predicates.",
            "topic.creation.",
            "signal.consumer.",
            "signal.client.",
            "errors.deadletterqueue.");

    private final Plugins plugins;

    /**
     * Loads plugins.
     *
     * @param pluginPath folders that hold them, each in a folder of its own
     */
    public ConnectorCheck(List<Path> pluginPath) {
        this.plugins = new Plugins(Map.of(
                "plugin.path",
                pluginPath.stream().map(Path::toString).collect(Collectors.joining(",")),
                "plugin.discovery",
                "service_load"));
    }

    /** The settings with the values that their references stand for; secrets among them. */
    public static Map<String, String> resolved(ConnectorFile connector) {
        try (ConfigProvider environment = new EnvVarConfigProvider();
                ConfigProvider files = new FileConfigProvider()) {
            environment.configure(Map.of());
            files.configure(Map.of());
            var transformer = new ConfigTransformer(Map.of("env", environment, "file", files));
            var result = new LinkedHashMap<>(
                    transformer.transform(connector.config()).data());
            result.put("name", connector.name());
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * All that is wrong with a connector's settings.
     *
     * @param prefix with which its settings begin in the file
     */
    public List<Problem> problems(String prefix, ConnectorFile file) {
        Map<String, String> settings = resolved(file);
        List<Problem> unresolved = unresolved(prefix, settings);
        if (!unresolved.isEmpty()) {
            return unresolved;
        }
        String className = settings.getOrDefault("connector.class", "");
        try {
            Connector connector = plugins.newConnector(className);
            LoaderSwap swap = plugins.withClassLoader(connector.getClass().getClassLoader());
            try {
                return problems(prefix, connector, settings);
            } finally {
                swap.close();
            }
        } catch (ConnectException e) {
            return List.of(new Problem(prefix + "connector.class", message(e)));
        }
    }

    private static List<Problem> problems(String prefix, Connector connector, Map<String, String> settings) {
        var problems = new ArrayList<Problem>();
        Set<String> known = known(connector);
        new TreeSet<>(settings.keySet())
                .stream()
                        .filter(name ->
                                !known.contains(name) && HANDED_ON.stream().noneMatch(name::startsWith))
                        .forEach(name -> problems.add(new Problem(
                                prefix + name,
                                "is no setting of " + connector.getClass().getSimpleName()
                                        + "; docs/configuration.md lists them")));
        try {
            for (ConfigValue value : connector.validate(settings).configValues()) {
                value.errorMessages().forEach(message -> problems.add(new Problem(prefix + value.name(), message)));
            }
        } catch (ConfigException e) {
            problems.add(new Problem(prefix + "*", message(e)));
        }
        return problems;
    }

    private static Set<String> known(Connector connector) {
        ConfigDef ofConnect = connector instanceof SinkConnector
                ? SinkConnectorConfig.configDef()
                : SourceConnectorConfig.configDef();
        return Stream.of(connector.config().names(), ofConnect.names())
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static String message(RuntimeException e) {
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }

    /** Settings whose references stand for nothing. */
    static List<Problem> unresolved(String prefix, Map<String, String> settings) {
        return settings.entrySet().stream()
                .filter(setting -> refersToNothing(setting.getValue()))
                .map(setting -> new Problem(
                        prefix + setting.getKey(),
                        "has no value: set it in the file, or in the environment variable "
                                + RunSettings.variable(prefix + setting.getKey())))
                .toList();
    }

    private static boolean refersToNothing(String value) {
        return value.startsWith("${env:") || value.startsWith("${file:");
    }
}
