package io.binlogreplica.local.run;

import io.binlogreplica.local.ConnectorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code ./replica run} is told: its own settings, and those of the two connectors, laid over the ones that come with the
 * project. The environment wins over the file: {@code REPLICA_SOURCE_DATABASE_PASSWORD} is {@code source.database.password}.
 *
 * <p>A secret stays where it is: the connectors get a reference to the file or to the environment variable, which the worker
 * resolves, so that neither Connect's topics nor its REST interface have it.
 *
 * @param dataDirectory where broker and worker keep what they need to go on after a restart
 * @param restPort of Connect's REST interface
 * @param kafkaPort of the broker
 * @param problems all that is wrong with these settings by themselves
 */
public record RunSettings(
        Path dataDirectory,
        int restPort,
        int kafkaPort,
        ConnectorFile source,
        ConnectorFile sink,
        List<Problem> problems) {

    public static final String SOURCE = "source.";
    public static final String SINK = "sink.";
    public static final String DATA_DIRECTORY = "data.directory";
    public static final String REST_PORT = "rest.port";
    public static final String KAFKA_PORT = "kafka.port";

    /** Read by the launcher script, before there is a JVM. */
    public static final String HEAP = "heap.megabytes";

    private static final Map<String, String> DEFAULTS =
            Map.of(DATA_DIRECTORY, "data", REST_PORT, "8083", KAFKA_PORT, "9092", HEAP, "1024");

    private static final String ENVIRONMENT_PREFIX = "REPLICA_";
    private static final Pattern SECRET = Pattern.compile("password|secret|token|credential|jaas");
    private static final int PORT_MAX = 65_535;
    private static final int HEAP_MIN = 512;
    private static final int HEAP_MAX = 1 << 20;

    public RunSettings {
        problems = List.copyOf(problems);
    }

    /**
     * Puts settings together.
     *
     * @param file where the properties are from
     * @param source the settings to lay those of the source over
     * @param sink likewise
     */
    public static RunSettings of(
            Path file,
            Map<String, String> properties,
            Map<String, String> environment,
            ConnectorFile source,
            ConnectorFile sink) {
        var problems = new ArrayList<Problem>();
        properties.keySet().stream()
                .sorted()
                .filter(name -> !isSetting(name))
                .forEach(name -> problems.add(new Problem(
                        name,
                        "is no setting: names begin with source. or sink., or are among "
                                + String.join(", ", new TreeMap<>(DEFAULTS).keySet()))));
        var own = new HashMap<>(DEFAULTS);
        var connectors = new HashMap<String, String>();
        properties.forEach((name, value) -> {
            if (isSetting(name)) {
                (DEFAULTS.containsKey(name) ? own : connectors)
                        .put(
                                name,
                                isSecret(name, value) ? "${file:" + file.toAbsolutePath() + ":" + name + "}" : value);
            }
        });
        environment.forEach((variable, value) -> {
            String name = setting(variable);
            if (!name.isEmpty()) {
                (DEFAULTS.containsKey(name) ? own : connectors)
                        .put(name, isSecret(name, value) ? "${env:" + variable + "}" : value);
            }
        });
        number(own, HEAP, HEAP_MIN, HEAP_MAX, problems);
        ConnectorFile completeSource = source.with(withPrefix(SOURCE, connectors));
        return new RunSettings(
                Path.of(own.getOrDefault(DATA_DIRECTORY, "")),
                number(own, REST_PORT, 1, PORT_MAX, problems),
                number(own, KAFKA_PORT, 1, PORT_MAX, problems),
                completeSource,
                readingFrom(completeSource, sink, withPrefix(SINK, connectors)),
                problems);
    }

    /** The environment variable that sets something. */
    public static String variable(String setting) {
        return ENVIRONMENT_PREFIX + setting.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The sink reads the topic that the source writes, unless told otherwise. */
    private static ConnectorFile readingFrom(ConnectorFile source, ConnectorFile sink, Map<String, String> settings) {
        var config = new HashMap<>(sink.config());
        if (!settings.containsKey("topics")) {
            config.remove("topics");
            if (!settings.containsKey("topics.regex")) {
                config.put("topics", source.config().getOrDefault("topic.prefix", "") + ".changes");
            }
        }
        config.putAll(settings);
        return new ConnectorFile(sink.name(), config);
    }

    private static boolean isSetting(String name) {
        return DEFAULTS.containsKey(name) || name.startsWith(SOURCE) || name.startsWith(SINK);
    }

    /** Empty when the variable sets nothing: others may begin in the same way. */
    private static String setting(String variable) {
        if (!variable.startsWith(ENVIRONMENT_PREFIX)) {
            return "";
        }
        String name = variable.substring(ENVIRONMENT_PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '.');
        return isSetting(name) ? name : "";
    }

    /** A value that refers to something else already is none. */
    private static boolean isSecret(String name, String value) {
        return SECRET.matcher(name).find() && !value.isEmpty() && !value.startsWith("${");
    }

    private static Map<String, String> withPrefix(String prefix, Map<String, String> settings) {
        var result = new HashMap<String, String>();
        settings.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                result.put(name.substring(prefix.length()), value);
            }
        });
        return result;
    }

    private static int number(Map<String, String> own, String name, int min, int max, List<Problem> problems) {
        String text = own.getOrDefault(name, "").trim();
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same problem
        }
        problems.add(new Problem(name, "must be a number from " + min + " to " + max + ", not " + text));
        return min;
    }
}
