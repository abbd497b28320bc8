package io.binlogreplica.sink.resync;

import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.state.TopicIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers about the topics. */
public final class Brokers {

    private static final Logger log = LoggerFactory.getLogger(Brokers.class);

    private final Map<String, Object> settings;

    public Brokers(ResyncConfig config, Duration timeout) {
        this.settings = new HashMap<>(config.clientSettings());
        settings.put("default.api.timeout.ms", Math.toIntExact(timeout.toMillis()));
        settings.put("request.timeout.ms", Math.toIntExact(timeout.toMillis()));
    }

    /**
     * What there is of a partition.
     *
     * @throws KafkaException when the brokers cannot be reached, or do not say
     */
    public TopicRange range(TopicPartition partition) {
        try (Admin admin = Admin.create(settings)) {
            String cluster = get(admin.describeCluster().clusterId());
            TopicDescription topic = Objects.requireNonNull(
                    get(admin.describeTopics(List.of(partition.topic())).allTopicNames())
                            .get(partition.topic()));
            ListOffsetsResultInfo beginning = get(
                    admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).partitionResult(partition));
            ListOffsetsResultInfo end = get(
                    admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition));
            return new TopicRange(
                    new TopicIdentity(cluster, topic.topicId().toString()),
                    beginning.offset(),
                    end.offset(),
                    isCompacted(partition.topic(), admin));
        }
    }

    /** Not known to be, if the client may not ask. */
    private static boolean isCompacted(String topic, Admin admin) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config topicConfig = Objects.requireNonNull(
                    get(admin.describeConfigs(List.of(resource)).all()).get(resource));
            ConfigEntry policy = topicConfig.get(TopicConfig.CLEANUP_POLICY_CONFIG);
            return policy != null && policy.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        } catch (AuthorizationException e) {
            log.warn(
                    "Whether topic {} is compacted, which must not be in the ordered layout, cannot be told: {}",
                    topic,
                    e.getMessage());
            return false;
        }
    }

    /**
     * Does nothing if the brokers can be reached.
     *
     * @throws KafkaException when they cannot
     */
    public void requireReachable() {
        try (Admin admin = Admin.create(settings)) {
            get(admin.describeCluster().clusterId());
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}
