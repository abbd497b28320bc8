package io.binlogreplica.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/** A Kafka cluster of one node, broker and controller in one child process, on two loopback ports. */
public final class Broker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 2_000;

    private final Path directory;
    private final int port = LoopbackPorts.free();
    private final int controllerPort = LoopbackPorts.free();
    private final int heapMegabytes;
    private final List<String> jvmArguments;
    private final Map<String, String> properties;

    /** Null until the first start; replaced at each start. */
    private @Nullable ChildProcess process;

    private Broker(Builder builder) {
        this.directory = builder.directory.toAbsolutePath();
        this.heapMegabytes = builder.heapMegabytes;
        this.jvmArguments = List.copyOf(builder.jvmArguments);
        this.properties = new HashMap<>(BrokerProperties.of(directory.resolve("data"), port, controllerPort));
        properties.putAll(builder.properties);
    }

    /** A broker with its data and log in that folder. */
    public static Builder in(Path directory) {
        return new Builder(directory);
    }

    /** What a broker is to be; {@link #start} makes it so. */
    public static final class Builder {
        private final Path directory;
        private final List<String> jvmArguments = new ArrayList<>();
        private final Map<String, String> properties = new HashMap<>();
        private int heapMegabytes = 384;

        private Builder(Path directory) {
            this.directory = directory;
        }

        /** 384 MB unless said otherwise. */
        public Builder heapMegabytes(int heapMegabytes) {
            this.heapMegabytes = heapMegabytes;
            return this;
        }

        public Builder jvmArguments(String... arguments) {
            jvmArguments.addAll(List.of(arguments));
            return this;
        }

        /** One of the broker's own settings; it wins over this class's choice. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Starts the broker on the data in its folder, or on none when there is no data yet. */
        public Broker start() {
            var broker = new Broker(this);
            broker.start();
            return broker;
        }
    }

    /** Starts it again after {@link #stop} or {@link #kill}, on the same data and ports. */
    public void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name() + " runs already");
        }
        List<String> command = KafkaJvm.command(
                directory, heapMegabytes, jvmArguments, KafkaJvm.classPath(), "kafka.Kafka", properties);
        FormerBroker.letItBeMissed(properties);
        BrokerStorage.format(directory, properties);
        process = ChildProcess.start(name(), command, directory, logFile());
        process.awaitReady(this::answers, START_LIMIT);
    }

    /** Ends it in order (SIGTERM). */
    public void stop() {
        if (process != null) {
            process.stop(STOP_LIMIT);
        }
    }

    /** Ends it without notice (SIGKILL). */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }

    public String bootstrapServers() {
        return LoopbackPorts.HOST + ":" + port;
    }

    public Path logFile() {
        return directory.resolve("broker.log");
    }

    /** Of the process that was started last. */
    public long pid() {
        return started().pid();
    }

    /** Processor time that the process which was started last has used. */
    public double cpuSeconds() {
        return started().cpuSeconds();
    }

    public long residentMegabytes() {
        return started().residentMegabytes();
    }

    private String name() {
        return "Kafka broker (port " + port + ")";
    }

    private ChildProcess started() {
        if (process == null) {
            throw new IllegalStateException(name() + " was not started");
        }
        return process;
    }

    /** True once a client learns from it that the cluster has its node. */
    private boolean answers() {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ANSWER_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ANSWER_MILLIS);
        if (!LoopbackPorts.accepts(port)) {
            return false;
        }
        try (Admin admin = Admin.create(settings)) {
            boolean complete = admin.describeCluster()
                            .nodes()
                            .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                            .size()
                    == 1;
            admin.listTopics().names().get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            return complete;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
