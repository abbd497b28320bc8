package io.binlogreplica.local;

import java.nio.file.Path;
import java.util.Map;

/** The settings of a Kafka cluster of one node, broker and controller in one, that only this machine can reach. */
final class BrokerProperties {

    private BrokerProperties() {}

    static Map<String, String> of(Path data, int port, int controllerPort) {
        String listener = "PLAINTEXT://" + LoopbackPorts.HOST + ":" + port;
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@" + LoopbackPorts.HOST + ":" + controllerPort),
                Map.entry("listeners", listener + ",CONTROLLER://" + LoopbackPorts.HOST + ":" + controllerPort),
                Map.entry("advertised.listeners", listener),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", data.toString()),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                // a transaction that follows another at once waits that long for the other's end to be written; the
                // default is 20
                Map.entry("add.partitions.to.txn.retry.backoff.ms", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // lets members of a group choose to be missed after seconds when they were killed
                Map.entry("group.min.session.timeout.ms", "1000"),
                // a broker that starts again after a kill waits until its former self is missed; the default is 9 s
                Map.entry("broker.session.timeout.ms", "3000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                // the default takes a third of the heap, whatever there is to clean
                Map.entry("log.cleaner.dedupe.buffer.size", "8388608"));
    }
}
