package io.binlogreplica.local;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka cluster of one node in this JVM. It is the only one that has its data, so it forces every record to disk before it
 * acknowledges it.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts it on the data in that folder, or on none when there is no data yet.
     *
     * @param port for clients, on this machine's loopback address
     */
    public static EmbeddedBroker start(Path directory, int port) {
        Path absolute = directory.toAbsolutePath();
        var properties = new HashMap<>(BrokerProperties.of(absolute.resolve("data"), port, LoopbackPorts.free()));
        properties.put("log.flush.interval.messages", "1");
        FormerBroker.letItBeMissed(properties);
        BrokerStorage.format(absolute, properties);
        KafkaRaftServer server = server(properties);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
        return new EmbeddedBroker(server, port);
    }

    /** A server in this JVM that is not started yet. */
    static KafkaRaftServer server(Map<String, String> properties) {
        var settings = new Properties();
        settings.putAll(properties);
        return new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
    }

    public String bootstrapServers() {
        return LoopbackPorts.HOST + ":" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
