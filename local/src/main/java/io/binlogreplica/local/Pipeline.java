package io.binlogreplica.local;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole way on one machine: a primary, a broker, a Connect worker with both plugins, a replica. Throw-away. */
public final class Pipeline implements AutoCloseable {

    public static final String SOURCE = "binlog-source";
    public static final String SINK = "replica-sink";
    public static final String CHANGES_TOPIC = "primary.changes";

    /** Asking a worker for a status costs it more than a look at the replica. */
    private static final int ROUNDS_PER_STATUS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private static final Duration RUNNING_LIMIT = Duration.ofMinutes(3);

    /** As whom the connectors log in to both servers. */
    public static final String USER = "replicator";

    /** Of a user on throw-away servers that only this machine can reach. */
    public static final String PASSWORD = "not-a-secret";

    /** What the sink needs, as the README says it. TRIGGER and EVENT let it see what else writes to its tables. */
    private static final String SINK_PRIVILEGES =
            "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES,"
                    + " TRIGGER, EVENT, CREATE VIEW, SHOW VIEW";

    private final Path project;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final DatabaseServer primary;
    private final DatabaseServer replica;
    private final Broker broker;
    private final Builder workers;
    private final ConnectWorker worker;

    private Pipeline(Builder builder) {
        this.project = builder.project;
        try {
            builder.announce.accept("a primary: " + builder.primaryBinaries.title());
            primary = keep(DatabaseServer.primary(builder.directory.resolve("primary"))
                    .binaries(builder.primaryBinaries)
                    .options(builder.primaryOptions.toArray(String[]::new))
                    .start());
            builder.announce.accept("a replica: " + builder.replicaBinaries.title());
            replica = keep(DatabaseServer.replica(builder.directory.resolve("replica"))
                    .binaries(builder.replicaBinaries)
                    .options(builder.replicaOptions.toArray(String[]::new))
                    .start());
            createUsers();
            builder.announce.accept("a Kafka broker");
            broker = keep(Broker.in(builder.directory.resolve("broker")).start());
            workers = builder;
            builder.announce.accept("a Connect worker");
            worker = keep(worker("worker"));
        } catch (RuntimeException | SQLException e) {
            close();
            throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    /**
     * A pipeline with its data in that folder.
     *
     * @param project the checkout: plugins are taken from its modules' {@code target}, connectors' settings from {@code config}
     */
    public static Builder in(Path directory, Path project) {
        return new Builder(directory, project);
    }

    /** What a pipeline is to be; {@link #start} makes it so. */
    public static final class Builder {
        private final Path directory;
        private final Path project;
        private ServerBinaries primaryBinaries = ServerBinaries.bundledMariaDb();
        private ServerBinaries replicaBinaries = primaryBinaries;
        private final List<String> primaryOptions = new ArrayList<>();
        private final List<String> replicaOptions = new ArrayList<>();
        private String[] workerJvmArguments = {};
        private final List<Path> workerPlugins = new ArrayList<>();
        private final Map<String, String> workerProperties = new HashMap<>();
        private Consumer<String> announce = part -> {};
        private Function<Pipeline, Map<String, String>> workerEnvironment = pipeline -> Map.of();
        private @Nullable Path workerLibraries;
        private boolean exactlyOnceSource = true;
        private int workerHeapMegabytes = 512;

        private Builder(Path directory, Path project) {
            this.directory = directory;
            this.project = project;
        }

        /** Which server is the primary; the bundled MariaDB unless said otherwise. */
        public Builder primaryBinaries(ServerBinaries binaries) {
            primaryBinaries = binaries;
            return this;
        }

        /** Which server is the replica; the bundled MariaDB unless said otherwise. */
        public Builder replicaBinaries(ServerBinaries binaries) {
            replicaBinaries = binaries;
            return this;
        }

        public Builder primaryOptions(String... options) {
            primaryOptions.addAll(List.of(options));
            return this;
        }

        public Builder replicaOptions(String... options) {
            replicaOptions.addAll(List.of(options));
            return this;
        }

        public Builder workerJvmArguments(String... arguments) {
            workerJvmArguments = arguments.clone();
            return this;
        }

        /** A folder with more plugins for the worker, each in a folder of its own. */
        public Builder workerPlugins(Path folder) {
            workerPlugins.add(folder);
            return this;
        }

        /** More settings of the worker. */
        public Builder workerProperties(Map<String, String> properties) {
            workerProperties.putAll(properties);
            return this;
        }

        /** Variables of the worker's environment, which may say where servers and broker are. */
        public Builder workerEnvironment(Function<Pipeline, Map<String, String>> variables) {
            workerEnvironment = variables;
            return this;
        }

        /** The folder with the jars of a worker of another version of Connect. */
        public Builder workerLibraries(Path folder) {
            workerLibraries = folder;
            return this;
        }

        /** Whether the worker lets the source write records and offsets in one transaction; it does unless said otherwise. */
        public Builder exactlyOnceSource(boolean exactlyOnce) {
            exactlyOnceSource = exactlyOnce;
            return this;
        }

        /** 512 MB unless said otherwise. */
        public Builder workerHeapMegabytes(int megabytes) {
            workerHeapMegabytes = megabytes;
            return this;
        }

        /** Is told of each part when its start begins. */
        public Builder announce(Consumer<String> listener) {
            announce = listener;
            return this;
        }

        public Pipeline start() {
            return new Pipeline(this);
        }
    }

    public DatabaseServer primary() {
        return primary;
    }

    public DatabaseServer replica() {
        return replica;
    }

    public Broker broker() {
        return broker;
    }

    public ConnectWorker worker() {
        return worker;
    }

    /** One more worker in the same Connect cluster; the caller closes it. */
    public ConnectWorker anotherWorker(String name) {
        return worker(name);
    }

    private ConnectWorker worker(String name) {
        ConnectWorker.Builder builder = ConnectWorker.in(workers.directory.resolve(name), broker.bootstrapServers())
                .pluginPath(plugins("connector-source"), plugins("connector-sink"))
                .pluginPath(workers.workerPlugins.toArray(Path[]::new))
                .exactlyOnceSource(workers.exactlyOnceSource)
                .heapMegabytes(workers.workerHeapMegabytes)
                .jvmArguments(workers.workerJvmArguments)
                .environment(workers.workerEnvironment.apply(this));
        workers.workerProperties.forEach(builder::property);
        if (workers.workerLibraries != null) {
            builder.libraries(workers.workerLibraries);
        }
        return builder.start();
    }

    /** The settings of {@code config/source.json} for this primary. */
    public ConnectorFile sourceConnector() {
        return sourceConnector("config/source.json");
    }

    /** The settings of that file of the checkout for this primary. */
    public ConnectorFile sourceConnector(String path) {
        ConnectorFile file = ConnectorFile.read(project.resolve(path))
                .with(address(primary))
                .with(Map.of("signal.kafka.bootstrap.servers", broker.bootstrapServers()));
        return exactlyOnce() ? file : file.with(Map.of("exactly.once.support", "requested"));
    }

    /** The settings of {@code config/sink.json} for this replica. */
    public ConnectorFile sinkConnector() {
        return sinkConnector("config/sink.json");
    }

    /** The settings of that file of the checkout for this replica. */
    public ConnectorFile sinkConnector(String path) {
        return ConnectorFile.read(project.resolve(path))
                .with(address(replica))
                .with(Map.of("signal.kafka.bootstrap.servers", broker.bootstrapServers()));
    }

    /** Creates the connector, or changes its settings, and waits for nothing. */
    public void create(ConnectorFile connector) {
        worker.rest().putConfig(connector.name(), connector.config());
    }

    /** Creates the connector, or changes its settings, and waits until it runs. */
    public void run(ConnectorFile connector) {
        create(connector);
        worker.rest().waitUntilRunning(connector.name(), RUNNING_LIMIT);
    }

    /** Creates both connectors and waits until they run. */
    public void runConnectors() {
        run(sourceConnector());
        run(sinkConnector());
    }

    /**
     * Waits until the replica has all that the primary had committed before the call: every table's copy is complete, and a row written
     * now has arrived.
     *
     * @throws IllegalStateException when it does not arrive in time, a connector has failed, or the sink has left out a change
     */
    public void awaitCaughtUp(Duration limit) throws SQLException, InterruptedException {
        awaitCaughtUp(limit, worker);
    }

    /** Likewise, with the connectors' status from that worker. */
    public void awaitCaughtUp(Duration limit, ConnectWorker asked) throws SQLException, InterruptedException {
        long mark = System.nanoTime();
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS replica.caught_up (id INT PRIMARY KEY, mark BIGINT NOT NULL)");
            statement.execute(
                    "INSERT INTO replica.caught_up VALUES (1, " + mark + ") ON DUPLICATE KEY UPDATE mark = " + mark);
        }
        long end = System.nanoTime() + limit.toNanos();
        int rounds = 0;
        try (Connection connection = replica.connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT 1 FROM replica.caught_up WHERE mark = ?")) {
            statement.setLong(1, mark);
            while (!isCopied(connection) || !found(statement)) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("the replica has not caught up after " + limit.toSeconds() + " s; "
                            + notLive(connection) + statusText(asked));
                }
                if (rounds++ % ROUNDS_PER_STATUS == 0) {
                    requireNotFailed(asked);
                    requireNotDamaged(connection, asked);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    /**
     * Waits until the worker ends by itself.
     *
     * @throws IllegalStateException when it does not in time, or a connector has failed
     */
    public void awaitWorkerEnd(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!worker.awaitEnd(Duration.ofSeconds(1))) {
            try {
                requireNotFailed(worker);
            } catch (ConnectRestException | UncheckedIOException e) {
                LOG.debug("The worker does not answer: it has ended, or begins", e);
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the worker has not ended after " + limit.toSeconds() + " s; " + statusText());
            }
        }
    }

    /** Ends all parts, the last one started first. */
    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                LOG.warn("{} could not be closed", parts.get(i), e);
            }
        }
        parts.clear();
    }

    private boolean exactlyOnce() {
        return worker.isExactlyOnceSource();
    }

    /** Whether the replica has every captured table of the primary as a whole. */
    private boolean isCopied(Connection replicaConnection) throws SQLException {
        long tables;
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = 'replica' AND TABLE_TYPE = 'BASE TABLE'")) {
            rows.next();
            tables = rows.getLong(1);
        }
        try (PreparedStatement statement = replicaConnection.prepareStatement(
                "SELECT 1 FROM binlog_replica.replica_table_state WHERE state = 'LIVE' HAVING COUNT(*) >= ?")) {
            statement.setLong(1, tables);
            return found(statement);
        }
    }

    private static void requireNotDamaged(Connection replicaConnection, ConnectWorker asked) throws SQLException {
        try (PreparedStatement statement = replicaConnection.prepareStatement(
                "SELECT 1 FROM binlog_replica.replica_table_state WHERE state IN ('DAMAGED', 'DEGRADED')")) {
            if (found(statement)) {
                throw new IllegalStateException(
                        "the sink has left out changes; " + notLive(replicaConnection) + statusText(asked));
            }
        }
    }

    /** The tables that the sink does not hold to be whole, with its reasons, and where it is. */
    private static String notLive(Connection replicaConnection) {
        var text = new StringBuilder();
        try (Statement statement = replicaConnection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONCAT_WS(' ', database_name, table_name, state, cause, first_skipped_gtid) AS what"
                                + " FROM binlog_replica.replica_table_state WHERE state <> 'LIVE'"
                                + " UNION ALL SELECT CONCAT_WS(' ', 'offset', next_offset, 'gtid', gtid, 'applied',"
                                + " applied_time) FROM binlog_replica.binlog_position")) {
            while (rows.next()) {
                text.append(rows.getString(1)).append("; ");
            }
        } catch (SQLException e) {
            text.append("its state cannot be read: ").append(e.getMessage()).append("; ");
        }
        return text.toString();
    }

    /** The table may not be there yet. */
    private static boolean found(PreparedStatement statement) {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next();
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * Restarts a task that has lost its Kafka transaction, as whoever waits for something must.
     *
     * @throws IllegalStateException when a connector has failed otherwise
     */
    public void requireNotFailed() {
        requireNotFailed(worker);
    }

    private static void requireNotFailed(ConnectWorker worker) {
        for (String connector : worker.rest().connectors()) {
            ConnectorStatus status = worker.rest().status(connector);
            if (status.hasLostKafkaTransaction()) {
                LOG.warn("{} has lost its Kafka transaction and is restarted: {}", connector, status);
                worker.rest().restartFailed(connector);
            } else if (status.hasFailed()) {
                throw new IllegalStateException("connector " + connector + " has failed: " + status);
            }
        }
    }

    /** The connectors' status, and where the worker's log is. */
    public String statusText() {
        return statusText(worker);
    }

    private static String statusText(ConnectWorker worker) {
        var text = new StringBuilder();
        for (String connector : worker.rest().connectors()) {
            text.append(connector)
                    .append(' ')
                    .append(worker.rest().status(connector))
                    .append("; ");
        }
        return text.append("log: ").append(worker.logFile()).toString();
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    private void createUsers() throws SQLException {
        String monitor = switch (primary.binaries().kind()) {
            case MARIADB -> "BINLOG MONITOR";
            case MYSQL -> "REPLICATION CLIENT";
        };
        primary.createUser(USER, PASSWORD, "SELECT, REPLICATION SLAVE, LOCK TABLES, " + monitor + " ON *.*");
        replica.createUser(USER, PASSWORD, SINK_PRIVILEGES + " ON replica.*", SINK_PRIVILEGES + " ON binlog_replica.*");
    }

    private static Map<String, String> address(DatabaseServer server) {
        return Map.of(
                "database.hostname",
                LoopbackPorts.HOST,
                "database.port",
                Integer.toString(server.port()),
                "database.user",
                USER,
                "database.password",
                PASSWORD,
                "database.ssl.mode",
                "disabled");
    }

    private Path plugins(String module) {
        Path plugins = project.resolve(module).resolve("target/plugin");
        if (!Files.isDirectory(plugins)) {
            throw new IllegalStateException(
                    plugins + " is not there: build the plugins first, with ./mvnw package -DskipTests");
        }
        return plugins;
    }
}
