package io.binlogreplica.sink;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.PluginVersion;
import io.binlogreplica.sink.apply.ReplicaSession;
import io.binlogreplica.sink.config.LayoutConfig;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.resync.Brokers;
import io.binlogreplica.sink.state.StateTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/** Applies change records to a MySQL or MariaDB replica: whole source transactions, each exactly once. */
public final class ReplicaSinkConnector extends SinkConnector {

    /** Connect's REST API waits no longer than 90 s for an answer. */
    private static final Duration BROKERS_TIMEOUT = Duration.ofSeconds(10);

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void start(Map<String, String> connectorProperties) {
        SinkConfig.of(connectorProperties);
        properties = Map.copyOf(connectorProperties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ReplicaSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks).mapToObj(this::taskConfig).toList();
    }

    private Map<String, String> taskConfig(int task) {
        var config = new HashMap<>(properties);
        config.put(SinkConfig.TASK, Integer.toString(task));
        return config;
    }

    /**
     * The position is on the replica: what an operator sets through REST is written there too, or it would be undone. Topics of single
     * tables that are applied from their beginning make a table whole that is empty.
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorProperties, Map<TopicPartition, Long> offsets) {
        SinkConfig config = SinkConfig.of(connectorProperties);
        try (Connection connection = ReplicaSession.of(config.database(), Logins.fixed(config.database()))
                .connect()) {
            var states = new StateTables(config.connector(), config.apply().stateDatabase());
            if (offsets.isEmpty()) {
                // a reset, after Kafka has forgotten the connector's offsets
                states.reset(connection);
            } else {
                states.put(offsets, config.layout().isTable(), connection);
            }
            if (config.layout().isTable()
                    && states.positions().offsets(connection).entrySet().stream()
                            .noneMatch(position -> position.getValue() >= 0
                                    && SinkConfig.isRead(position.getKey().topic(), connectorProperties))) {
                states.tables().forgetEmpty(connection);
            }
        } catch (SQLException e) {
            throw new ConnectException(
                    "the position on the replica at " + config.database().address() + " cannot be changed: "
                            + e.getMessage(),
                    e);
        }
        return true;
    }

    @Override
    public void stop() {
        // nothing runs here
    }

    @Override
    public ConfigDef config() {
        return SinkConfig.DEFINITION;
    }

    /** Checks each setting by itself, and where all of these are well, that they go together and the replica can be reached. */
    @Override
    public Config validate(Map<String, String> connectorProperties) {
        Config result = super.validate(connectorProperties);
        boolean wellFormed = result.configValues().stream()
                .allMatch(value -> value.errorMessages().isEmpty());
        if (wellFormed) {
            SinkConfig config = SinkConfig.of(connectorProperties);
            String objection = config.layout().objection(SinkConfig.topics(connectorProperties));
            if (objection != null) {
                error(result, LayoutConfig.LAYOUT, objection);
            }
            try (Connection connection = ReplicaSession.of(config.database(), Logins.fixed(config.database()))
                    .connect()) {
                connection.isReadOnly();
            } catch (SQLException e) {
                error(
                        result,
                        SqlErrors.isLoginRefused(e) ? DatabaseConfig.USER : DatabaseConfig.HOST,
                        config.database().unreachable("replica", e));
            }
            if (config.resync().hasBrokers()) {
                try {
                    new Brokers(config.resync(), BROKERS_TIMEOUT).requireReachable();
                } catch (KafkaException e) {
                    error(
                            result,
                            ResyncConfig.BOOTSTRAP_SERVERS,
                            "cannot reach the brokers at " + config.resync().bootstrapServers() + ": "
                                    + e.getMessage()
                                    + (e.getCause() == null
                                            ? ""
                                            : ": " + e.getCause().getMessage())
                                    + ". Brokers that ask for TLS or a login need signal.client.security.protocol and the"
                                    + " like.");
                }
            }
        }
        return result;
    }

    private static void error(Config result, String setting, String message) {
        result.configValues().stream()
                .filter(value -> value.name().equals(setting))
                .findFirst()
                .map(ConfigValue::errorMessages)
                .ifPresent(messages -> messages.add(message));
    }
}
