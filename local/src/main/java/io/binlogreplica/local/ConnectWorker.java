package io.binlogreplica.local;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A distributed Connect worker: a child process with its REST interface on a loopback port. Workers with the same
 * {@link Builder#group} form one Connect cluster.
 */
public final class ConnectWorker implements AutoCloseable {

    /** A worker whose source was killed at the end of a Kafka transaction waits a minute for the broker to give that up. */
    private static final Duration START_LIMIT = Duration.ofSeconds(150);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final int port = LoopbackPorts.free();
    private final int heapMegabytes;
    private final List<String> jvmArguments;
    private final Map<String, String> properties;
    private final Map<String, String> environment;
    private final String classPath;
    private final ConnectRest rest = new ConnectRest(URI.create("http://" + LoopbackPorts.HOST + ":" + port));

    /** Null until the first start; replaced at each start. */
    private @Nullable ChildProcess process;

    private ConnectWorker(Builder builder) {
        this.directory = builder.directory.toAbsolutePath();
        this.heapMegabytes = builder.heapMegabytes;
        this.jvmArguments = List.copyOf(builder.jvmArguments);
        this.properties = properties(builder);
        this.environment = Map.copyOf(builder.environment);
        this.classPath = builder.libraries == null
                ? KafkaJvm.classPath()
                : builder.libraries.toAbsolutePath() + File.separator + "*";
    }

    /**
     * A worker with its log in that folder.
     *
     * @param bootstrapServers the brokers that hold its topics and its connectors'
     */
    public static Builder in(Path directory, String bootstrapServers) {
        return new Builder(directory, bootstrapServers);
    }

    /** What a worker is to be; {@link #start} makes it so. */
    public static final class Builder {
        private final Path directory;
        private final String bootstrapServers;
        private final List<Path> pluginPath = new ArrayList<>();
        private final List<String> jvmArguments = new ArrayList<>();
        private final Map<String, String> properties = new HashMap<>();
        private final Map<String, String> environment = new HashMap<>();
        private String group = "connect";
        private Duration offsetFlushInterval = Duration.ofSeconds(1);
        private boolean exactlyOnceSource = true;
        private int heapMegabytes = 512;
        private @Nullable Path libraries;

        private Builder(Path directory, String bootstrapServers) {
            this.directory = directory;
            this.bootstrapServers = bootstrapServers;
        }

        /** Folders that hold plugins, each in a folder of its own. */
        public Builder pluginPath(Path... folders) {
            pluginPath.addAll(List.of(folders));
            return this;
        }

        /** The Connect cluster it belongs to; also begins the names of the cluster's topics. */
        public Builder group(String group) {
            this.group = group;
            return this;
        }

        /** How often offsets are saved; a second unless said otherwise. */
        public Builder offsetFlushInterval(Duration offsetFlushInterval) {
            this.offsetFlushInterval = offsetFlushInterval;
            return this;
        }

        /** Whether sources may write their records and offsets in one transaction; they may unless said otherwise. */
        public Builder exactlyOnceSource(boolean exactlyOnceSource) {
            this.exactlyOnceSource = exactlyOnceSource;
            return this;
        }

        /** 512 MB unless said otherwise. */
        public Builder heapMegabytes(int heapMegabytes) {
            this.heapMegabytes = heapMegabytes;
            return this;
        }

        public Builder jvmArguments(String... arguments) {
            jvmArguments.addAll(List.of(arguments));
            return this;
        }

        /** One of the worker's own settings; it wins over this class's choice. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** The folder with the jars that make a worker, of another version than this JVM's. */
        public Builder libraries(Path folder) {
            libraries = folder;
            return this;
        }

        /** Variables of the environment, beside this JVM's. */
        public Builder environment(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        public ConnectWorker start() {
            var worker = new ConnectWorker(this);
            worker.start();
            return worker;
        }
    }

    /** Starts it again after {@link #stop} or {@link #kill}, on the same port. */
    public void start() {
        startWith();
    }

    /** Starts it again with more arguments for its JVM, for this once. */
    public void startWith(String... moreJvmArguments) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name() + " runs already");
        }
        var arguments = new ArrayList<>(jvmArguments);
        arguments.addAll(List.of(moreJvmArguments));
        List<String> command = KafkaJvm.command(
                directory,
                heapMegabytes,
                arguments,
                classPath,
                "org.apache.kafka.connect.cli.ConnectDistributed",
                properties);
        process = ChildProcess.start(name(), command, environment, directory, logFile());
        process.awaitReady(rest::isReady, START_LIMIT);
    }

    /** Ends it in order (SIGTERM): its tasks commit what they have and it leaves its group. */
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

    /** Waits until it ends by itself; false when it does not in that time. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return started().awaitEnd(limit);
    }

    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }

    public ConnectRest rest() {
        return rest;
    }

    /** Whether sources may write their records and offsets in one transaction. */
    public boolean isExactlyOnceSource() {
        return "enabled".equals(properties.get("exactly.once.source.support"));
    }

    public Path logFile() {
        return directory.resolve("worker.log");
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

    /** The most memory that the process which was started last has had in use. */
    public long peakResidentMegabytes() {
        return started().peakResidentMegabytes();
    }

    private String name() {
        return "Connect worker (port " + port + ")";
    }

    private ChildProcess started() {
        if (process == null) {
            throw new IllegalStateException(name() + " was not started");
        }
        return process;
    }

    private Map<String, String> properties(Builder builder) {
        var result = new HashMap<>(WorkerProperties.of(
                builder.bootstrapServers,
                builder.group,
                port,
                builder.offsetFlushInterval,
                builder.exactlyOnceSource,
                builder.pluginPath));
        result.putAll(builder.properties);
        return result;
    }
}
