package io.binlogreplica.local;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import kafka.server.KafkaRaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a broker that was killed has left to the controller of its one node: the belief that it lives. A broker that starts before
 * the controller misses its former self takes itself for the leader of all partitions, goes on with the transactions that were
 * being committed, and has no leader any more when the controller finds out. It then takes the partitions for deleted, and writes
 * that the transactions are complete without the markers in the partitions (seen in Kafka 4.3.1). A reader of committed records,
 * such as Connect's reader of offsets, waits there for ever; and what was acknowledged as committed cannot be read.
 *
 * <p>A cluster of several nodes has its controller elsewhere, which has missed the broker long before it is back.
 */
final class FormerBroker {

    private static final Logger LOG = LoggerFactory.getLogger(FormerBroker.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 50;

    private FormerBroker() {}

    /**
     * Runs the controller alone until it has missed the broker that had this data, when that was killed. Returns at once when it was
     * stopped in order, or never was.
     *
     * @param properties of the broker that is to be started
     */
    static void letItBeMissed(Map<String, String> properties) {
        if (!BrokerStorage.wasLeftByAKill(properties)) {
            return;
        }
        KafkaRaftServer controller = EmbeddedBroker.server(controllerOnly(properties));
        try {
            controller.startup();
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (!isMissed()) {
                if (System.nanoTime() > limit) {
                    LOG.warn("the controller of {} knows of no broker that it could miss", properties.get("log.dirs"));
                    return;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    private static Map<String, String> controllerOnly(Map<String, String> properties) {
        var controllerOnly = new HashMap<>(properties);
        controllerOnly.put("process.roles", "controller");
        controllerOnly.put(
                "listeners", properties.getOrDefault("listeners", "").replaceFirst("^.*,(?=CONTROLLER:)", ""));
        controllerOnly.remove("advertised.listeners");
        return controllerOnly;
    }

    /** By Kafka's metric: what a controller answers to clients is about controllers alone. */
    private static boolean isMissed() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            var count = new ObjectName("kafka.controller:type=KafkaController,name=FencedBrokerCount");
            return ((Number) beans.getAttribute(count, "Value")).intValue() > 0;
        } catch (InstanceNotFoundException e) {
            return false;
        } catch (JMException e) {
            throw new IllegalStateException("Kafka's count of missed brokers cannot be read: " + e.getMessage(), e);
        }
    }
}
