package io.binlogreplica.source;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.PluginVersion;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.config.SnapshotConfig;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.offset.OffsetChange;
import io.binlogreplica.source.offset.StreamOffset;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/**
 * Turns the binlog of a MySQL or MariaDB primary, and chunks of its tables, into Kafka records. One task, since a binlog is one
 * sequence.
 */
public final class BinlogSourceConnector extends SourceConnector {

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void start(Map<String, String> connectorProperties) {
        SourceConfig.of(connectorProperties);
        properties = Map.copyOf(connectorProperties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return BinlogSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(properties);
    }

    @Override
    public void stop() {
        // nothing runs here
    }

    @Override
    public ConfigDef config() {
        return SourceConfig.DEFINITION;
    }

    /** Checks each setting by itself, and where all of these are well, the primary. */
    @Override
    public Config validate(Map<String, String> connectorProperties) {
        Config result = super.validate(connectorProperties);
        boolean wellFormed = result.configValues().stream()
                .allMatch(value -> value.errorMessages().isEmpty());
        if (wellFormed) {
            SourceConfig config;
            try {
                config = SourceConfig.of(connectorProperties);
            } catch (ConfigException e) {
                error(result, DatabaseConfig.HOST, Objects.requireNonNullElse(e.getMessage(), e.toString()));
                return result;
            }
            config.contradictions().forEach((setting, message) -> error(result, setting, message));
            askPrimaries(config, result);
        }
        return result;
    }

    /** Of several hosts some may be down; one that answers must be fit. */
    private static void askPrimaries(SourceConfig config, Config result) {
        var unreachable = new ArrayList<SQLException>();
        for (DatabaseConfig host : config.hosts()) {
            try (var primary = new Primary(host, Logins.fixed(host))) {
                for (Preflight.Problem problem : primary.problems(config)) {
                    error(
                            result,
                            problem.setting(),
                            (config.hosts().size() > 1 ? host.address() + ": " : "") + problem.message());
                }
            } catch (SQLException e) {
                unreachable.add(e);
                if (unreachable.size() == config.hosts().size() || SqlErrors.isLoginRefused(e)) {
                    error(
                            result,
                            SqlErrors.isLoginRefused(e) ? DatabaseConfig.USER : DatabaseConfig.HOST,
                            host.unreachable("primary", e));
                }
            }
        }
    }

    private static void error(Config result, String setting, String message) {
        result.configValues().stream()
                .filter(value -> value.name().equals(setting))
                .findFirst()
                .map(ConfigValue::errorMessages)
                .ifPresent(messages -> messages.add(message));
    }

    /**
     * Refuses offsets that the connector could not go on from: of another shape, and, if a server answers, positions that no server
     * has any more.
     */
    @Override
    public boolean alterOffsets(
            Map<String, String> connectorProperties, Map<Map<String, ?>, @Nullable Map<String, ?>> offsets) {
        SourceConfig config = SourceConfig.of(connectorProperties);
        PrimaryFinder.Start start = flavor -> {
            BinlogPosition position = null;
            for (Map.Entry<Map<String, ?>, @Nullable Map<String, ?>> change : offsets.entrySet()) {
                StreamOffset stream =
                        OffsetChange.check(config.topics().prefix(), change.getKey(), change.getValue(), flavor);
                position = stream == null ? position : stream.position();
            }
            return position;
        };
        try {
            new PrimaryFinder(config.hosts(), Logins.fixed(config.hosts().get(0)), config.capture()).find(start, null);
        } catch (PrimaryFinder.NotFoundException e) {
            if (e.isLost() && config.snapshot().mode() != SnapshotConfig.Mode.WHEN_NEEDED) {
                throw new ConnectException(e.getMessage(), e);
            }
            checkShape(start, e);
        }
        return true;
    }

    /** No server says what family it is of; so either may be meant. */
    private static void checkShape(PrimaryFinder.Start start, PrimaryFinder.NotFoundException unanswered) {
        try {
            start.on(Flavor.MARIADB);
        } catch (ConnectException e) {
            try {
                start.on(Flavor.MYSQL);
            } catch (ConnectException both) {
                e.addSuppressed(unanswered);
                throw e;
            }
        }
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorProperties) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }
}
