package io.binlogreplica.sink;

import io.binlogreplica.metrics.Meters;
import io.binlogreplica.metrics.PluginMeters;
import io.binlogreplica.record.PluginVersion;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.metrics.SinkMetrics;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** The door through which Connect comes to {@link StartedSinkTask}. */
public final class ReplicaSinkTask extends SinkTask {

    private @Nullable StartedSinkTask started;

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        var metrics = new SinkMetrics(Meters.of(
                () -> new PluginMeters(context.pluginMetrics()), properties.getOrDefault("name", "replica-sink")));
        try {
            started = new StartedSinkTask(SinkConfig.of(properties), context, metrics);
        } catch (RuntimeException e) {
            metrics.close();
            throw e;
        }
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        started().open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        try {
            started().put(records);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> delivered) {
        return started().committable(delivered.keySet());
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        if (started != null) {
            try {
                started.close(partitions);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    @Override
    public void stop() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    private StartedSinkTask started() {
        return Objects.requireNonNull(started, "Connect calls start() first");
    }

    private static ConnectException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ConnectException("interrupted", e);
    }
}
