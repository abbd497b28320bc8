package io.binlogreplica.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of a distributed Connect worker that is the only one of its cluster, on one broker on this machine. */
final class WorkerProperties {

    private WorkerProperties() {}

    /**
     * A worker's settings.
     *
     * @param group the Connect cluster it belongs to; also begins the names of the cluster's topics
     * @param port of its REST interface, which only this machine can reach
     * @param offsetFlushInterval how often offsets are saved
     * @param exactlyOnceSource whether sources may write their records and offsets in one transaction
     * @param pluginPath folders that hold plugins, each in a folder of its own
     */
    static Map<String, String> of(
            String bootstrapServers,
            String group,
            int port,
            Duration offsetFlushInterval,
            boolean exactlyOnceSource,
            List<Path> pluginPath) {
        var result = new HashMap<>(Map.ofEntries(
                Map.entry("bootstrap.servers", bootstrapServers),
                Map.entry("group.id", group),
                Map.entry("listeners", "http://" + LoopbackPorts.HOST + ":" + port),
                Map.entry("rest.advertised.host.name", LoopbackPorts.HOST),
                Map.entry("rest.advertised.port", Integer.toString(port)),
                Map.entry("plugin.discovery", "service_load"),
                Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
                Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
                Map.entry("config.storage.topic", group + "-configs"),
                Map.entry("config.storage.replication.factor", "1"),
                Map.entry("offset.storage.topic", group + "-offsets"),
                Map.entry("offset.storage.replication.factor", "1"),
                Map.entry("offset.storage.partitions", "1"),
                Map.entry("status.storage.topic", group + "-status"),
                Map.entry("status.storage.replication.factor", "1"),
                Map.entry("status.storage.partitions", "1"),
                Map.entry("offset.flush.interval.ms", Long.toString(offsetFlushInterval.toMillis())),
                Map.entry("exactly.once.source.support", exactlyOnceSource ? "enabled" : "disabled"),
                Map.entry("scheduled.rebalance.max.delay.ms", "0"),
                // a killed worker and its sinks' consumers are missed after seconds, not after the usual 10 and 45 s:
                // until then, a worker that was started again waits for them
                Map.entry("session.timeout.ms", "6000"),
                Map.entry("heartbeat.interval.ms", "1000"),
                Map.entry("consumer.session.timeout.ms", "6000"),
                Map.entry("consumer.heartbeat.interval.ms", "1000")));
        if (!pluginPath.isEmpty()) {
            result.put(
                    "plugin.path",
                    pluginPath.stream()
                            .map(folder -> folder.toAbsolutePath().toString())
                            .collect(Collectors.joining(",")));
        }
        return result;
    }
}
