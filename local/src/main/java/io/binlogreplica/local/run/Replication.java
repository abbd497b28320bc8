package io.binlogreplica.local.run;

import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.ConnectorStatus;
import io.binlogreplica.local.EmbeddedBroker;
import io.binlogreplica.local.EmbeddedWorker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Broker, worker and both connectors in this JVM, until it is told to end. */
public final class Replication {

    private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

    private static final Duration RUNNING_LIMIT = Duration.ofSeconds(60);
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(30);

    private final RunSettings settings;
    private final List<Path> pluginPath;
    private final Consumer<String> out;
    private final Map<String, String> sink;

    /** The last failure of each connector that was told of. */
    private final Map<String, String> failures = new HashMap<>();

    private long records = -1;
    private long recordsNanos;

    /**
     * A replication.
     *
     * @param pluginPath folders that hold the connectors, each in a folder of its own
     * @param out takes lines for the user
     */
    public Replication(RunSettings settings, List<Path> pluginPath, Consumer<String> out) {
        this.settings = settings;
        this.pluginPath = List.copyOf(pluginPath);
        this.out = out;
        this.sink = ConnectorCheck.resolved(settings.sink());
    }

    /**
     * Runs, and stops everything in order when the thread is interrupted.
     *
     * @throws InterruptedException when it is; there is no other way to end
     */
    public void run() throws InterruptedException {
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(settings.dataDirectory().resolve("kafka"), settings.kafkaPort());
                EmbeddedWorker worker =
                        EmbeddedWorker.start(broker.bootstrapServers(), settings.restPort(), pluginPath)) {
            ConnectRest rest = worker.rest();
            configure(
                    rest, settings.source().with(Map.of("signal.kafka.bootstrap.servers", broker.bootstrapServers())));
            configure(rest, settings.sink().with(Map.of("signal.kafka.bootstrap.servers", broker.bootstrapServers())));
            awaitRunning(rest);
            out.accept("Running; Connect's REST API is " + rest.address() + ", Kafka is " + broker.bootstrapServers());
            while (true) {
                say(rest);
                Thread.sleep(STATUS_INTERVAL.toMillis());
            }
        } finally {
            Thread.interrupted();
        }
    }

    /** Leaves a connector alone that has these settings already: new ones would restart it. */
    private void configure(ConnectRest rest, ConnectorFile connector) {
        var wanted = new HashMap<>(connector.config());
        wanted.put("name", connector.name());
        Map<String, String> found = rest.config(connector.name());
        if (!found.equals(wanted)) {
            rest.putConfig(connector.name(), wanted);
            out.accept((found.isEmpty() ? "Created " : "Changed ") + connector.name());
        }
    }

    private void awaitRunning(ConnectRest rest) {
        for (ConnectorFile connector : List.of(settings.source(), settings.sink())) {
            try {
                rest.waitUntilRunning(connector.name(), RUNNING_LIMIT);
            } catch (IllegalStateException e) {
                // its status line says more
                LOG.warn("{} does not run yet", connector.name(), e);
            }
        }
    }

    private void say(ConnectRest rest) {
        var standing = new ArrayList<String>();
        for (ConnectorFile connector : List.of(settings.source(), settings.sink())) {
            ConnectorStatus status = rest.status(connector.name());
            if (!status.isRunning()) {
                standing.add(connector.name() + " " + status.worst().state());
            }
            if (!status.hasFailed()) {
                failures.remove(connector.name());
            } else if (status.hasLostKafkaTransaction()) {
                LOG.warn("{} has lost its Kafka transaction and is restarted: {}", connector.name(), status);
                out.accept(connector.name()
                        + " has lost its Kafka transaction; it is restarted, and goes on where that began");
                rest.restartFailed(connector.name());
            } else if (!status.toString().equals(failures.put(connector.name(), status.toString()))) {
                out.accept(connector.name() + " has failed: " + reasons(status) + "\nPut right what the last \"Caused"
                        + " by\" names, then: curl -X POST '" + rest.address() + "/connectors/" + connector.name()
                        + "/restart?includeTasks=true&onlyFailed=true'");
            }
        }
        out.accept((standing.isEmpty() ? "both connectors run; " : "NOT RUNNING: " + String.join(", ", standing) + "; ")
                + replica());
    }

    /** Without the lines that say where in the code; the log has them. */
    private static String reasons(ConnectorStatus status) {
        return status.toString().lines().filter(line -> !line.startsWith("\t")).collect(Collectors.joining("\n"));
    }

    private String replica() {
        try {
            ReplicaStatus status = ReplicaStatus.read(sink);
            long now = System.nanoTime();
            long before = records < 0 ? status.records() : records;
            Duration period = Duration.ofNanos(records < 0 ? STATUS_INTERVAL.toNanos() : now - recordsNanos);
            records = status.records();
            recordsNanos = now;
            return StatusLine.of(status, records - before, period);
        } catch (SQLException e) {
            return "the replica can't be asked: " + e.getMessage();
        }
    }
}
