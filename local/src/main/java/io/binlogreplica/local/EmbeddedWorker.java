package io.binlogreplica.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.eclipse.jetty.util.thread.ShutdownThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A distributed Connect worker in this JVM, the only one of its cluster. Its plugins are isolated as in any worker. */
public final class EmbeddedWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedWorker.class);

    private static final String GROUP = "connect";
    private static final Duration OFFSET_FLUSH_INTERVAL = Duration.ofSeconds(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

    private final Connect<?> connect;
    private final ConnectRest rest;

    private EmbeddedWorker(Connect<?> connect, ConnectRest rest) {
        this.connect = connect;
        this.rest = rest;
    }

    /**
     * Starts it, and the connectors that its cluster has.
     *
     * @param port of its REST interface, on this machine's loopback address
     * @param pluginPath folders that hold plugins, each in a folder of its own
     */
    public static EmbeddedWorker start(String bootstrapServers, int port, List<Path> pluginPath)
            throws InterruptedException {
        var rest = new ConnectRest(URI.create("http://" + LoopbackPorts.HOST + ":" + port));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        EmbeddedWorker worker;
        try {
            worker = new EmbeddedWorker(
                    new ConnectDistributed().startConnect(properties(bootstrapServers, port, pluginPath)), rest);
        } finally {
            // the worker has put the loader of its plugins here
            Thread.currentThread().setContextClassLoader(before);
        }
        leaveTheRestServerToTheWorker();
        try {
            worker.awaitReady();
        } catch (InterruptedException | RuntimeException e) {
            worker.close();
            throw e;
        }
        return worker;
    }

    public ConnectRest rest() {
        return rest;
    }

    /**
     * Ends it in order: its tasks commit what they have and it leaves its group. When the JVM ends, Connect begins that by itself,
     * and a second stop returns before the first is done: so it is its thread that is waited for.
     */
    @Override
    public void close() {
        connect.stop();
        try {
            connect.herderTask().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The Connect worker did not end in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Jetty stops it too when the JVM ends. Two stops of one server at the same time can wait for each other for good. */
    private static void leaveTheRestServerToTheWorker() {
        try {
            Runtime.getRuntime().removeShutdownHook(ShutdownThread.getInstance());
        } catch (IllegalStateException e) {
            LOG.debug("The JVM ends already", e);
        }
    }

    private void awaitReady() throws InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!rest.isReady()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "the Connect worker was not ready after " + START_LIMIT.toSeconds() + " s: see the log");
            }
            Thread.sleep(100);
        }
    }

    /** Connectors' settings may refer to environment variables and to files, so that no secret has to be in them. */
    private static Map<String, String> properties(String bootstrapServers, int port, List<Path> pluginPath) {
        var properties = new HashMap<>(
                WorkerProperties.of(bootstrapServers, GROUP, port, OFFSET_FLUSH_INTERVAL, true, pluginPath));
        properties.put("config.providers", "env,file");
        properties.put("config.providers.env.class", EnvVarConfigProvider.class.getName());
        properties.put("config.providers.file.class", FileConfigProvider.class.getName());
        return properties;
    }
}
