package io.binlogreplica.local.run;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.local.verify.TableFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The two servers of a configuration, asked without the connectors.
 *
 * @param tables those that are replicated
 * @param stateDatabase where the sink keeps its own tables on the replica
 * @param problems why the servers cannot be asked; empty when they can
 */
public record Servers(
        Database primary, Database replica, TableFilter tables, String stateDatabase, List<Problem> problems) {

    /** What the source takes when nothing is said. */
    private static final String DATABASES = "replica";

    private static final String STATE_DATABASE = "binlog_replica";

    public Servers {
        problems = List.copyOf(problems);
    }

    /** Those of a configuration. Connects to both, so that what is wrong with their settings is among the problems. */
    public static Servers of(RunSettings settings) {
        var problems = new ArrayList<Problem>();
        Map<String, String> source = ConnectorCheck.resolved(settings.source());
        Database primary = primary(settings, problems);
        Database replica = replica(settings, problems);
        if (problems.isEmpty()) {
            connect(RunSettings.SOURCE, "primary", primary, problems);
            connect(RunSettings.SINK, "replica", replica, problems);
        }
        return new Servers(
                primary,
                replica,
                new TableFilter(
                        patterns(
                                "database.include.list",
                                source.getOrDefault("database.include.list", DATABASES),
                                problems),
                        patterns("table.include.list", source.getOrDefault("table.include.list", ""), problems),
                        patterns("database.exclude.list", source.getOrDefault("database.exclude.list", ""), problems),
                        patterns("table.exclude.list", source.getOrDefault("table.exclude.list", ""), problems)),
                stateDatabase(ConnectorCheck.resolved(settings.sink())),
                problems);
    }

    /**
     * The primary of a configuration. Does not connect to it.
     *
     * @param problems takes what is wrong with its settings
     */
    public static Database primary(RunSettings settings, List<Problem> problems) {
        return database(RunSettings.SOURCE, "primary", ConnectorCheck.resolved(settings.source()), problems);
    }

    /** Likewise the replica. */
    public static Database replica(RunSettings settings, List<Problem> problems) {
        return database(RunSettings.SINK, "replica", ConnectorCheck.resolved(settings.sink()), problems);
    }

    /**
     * Where the sink keeps its own tables.
     *
     * @param sink its settings, as {@link ConnectorCheck#resolved} gives them
     */
    public static String stateDatabase(Map<String, String> sink) {
        return sink.getOrDefault("state.database", STATE_DATABASE);
    }

    /**
     * The server of a connector.
     *
     * @param settings as {@link ConnectorCheck#resolved} gives them
     * @throws ConfigException when they do not say where it is
     */
    static Database database(String server, Map<String, String> settings) {
        ConfigDef definition = DatabaseConfig.define(new ConfigDef(), server);
        return new Database(
                DatabaseConfig.of(new AbstractConfig(definition, settings, false)), "autocommit=1", Map.of());
    }

    /** Both addresses, for people. */
    public String names() {
        return primary.config().address() + " with " + replica.config().address();
    }

    private static Database database(
            String prefix, String server, Map<String, String> settings, List<Problem> problems) {
        problems.addAll(ConnectorCheck.unresolved(prefix, settings));
        if (settings.getOrDefault(DatabaseConfig.HOST, "").contains(",")) {
            problems.add(new Problem(
                    prefix + DatabaseConfig.HOST,
                    "names several servers, and this command asks one: set it to the one that is the primary now, in"
                            + " the environment variable " + RunSettings.variable(prefix + DatabaseConfig.HOST)));
        }
        try {
            return database(server, settings);
        } catch (ConfigException e) {
            problems.add(new Problem(prefix + "database.*", Objects.requireNonNullElse(e.getMessage(), e.toString())));
            return database(server, Map.of(DatabaseConfig.HOST, "nowhere", DatabaseConfig.USER, "nobody"));
        }
    }

    private static void connect(String prefix, String server, Database database, List<Problem> problems) {
        try (Connection connection = database.connect()) {
            connection.isValid(1);
        } catch (SQLException e) {
            problems.add(
                    new Problem(prefix + DatabaseConfig.HOST, database.config().unreachable(server, e)));
        }
    }

    private static List<Pattern> patterns(String setting, String list, List<Problem> problems) {
        var patterns = new ArrayList<Pattern>();
        for (String text : list.split(",", -1)) {
            try {
                if (!text.isBlank()) {
                    patterns.add(Pattern.compile(text.trim()));
                }
            } catch (PatternSyntaxException e) {
                problems.add(new Problem(
                        RunSettings.SOURCE + setting, text + " is not a regular expression: " + e.getDescription()));
            }
        }
        return patterns;
    }
}
