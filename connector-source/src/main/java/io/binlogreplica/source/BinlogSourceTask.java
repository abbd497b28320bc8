package io.binlogreplica.source;

import io.binlogreplica.metrics.Meters;
import io.binlogreplica.metrics.PluginMeters;
import io.binlogreplica.record.PluginVersion;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.metrics.SourceMetrics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door through which Connect comes to {@link StartedSourceTask}. */
public final class BinlogSourceTask extends SourceTask {

    private static final Logger log = LoggerFactory.getLogger(BinlogSourceTask.class);

    private Map<String, String> settings = Map.of();
    private volatile @Nullable StartedSourceTask started;

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        started = begin(properties, false);
        settings = properties;
    }

    /**
     * Starts.
     *
     * @param lost whether the saved position is worth nothing: it may be behind the one that was found to be lost, and in another history
     *     name another transaction
     */
    private StartedSourceTask begin(Map<String, String> properties, boolean lost) {
        var metrics = new SourceMetrics(Meters.of(
                () -> new PluginMeters(context.pluginMetrics()), properties.getOrDefault("name", "binlog-source")));
        try {
            return new StartedSourceTask(
                    SourceConfig.of(properties),
                    context::configs,
                    context.offsetStorageReader(),
                    lost,
                    context.transactionContext(),
                    metrics);
        } catch (RuntimeException e) {
            metrics.close();
            throw e;
        }
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        StartedSourceTask running = started;
        try {
            return running == null ? null : running.poll();
        } catch (PositionLostException e) {
            log.warn("Everything is copied again: {}", e.getMessage());
            stop();
            started = begin(settings, true);
            return null;
        }
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        StartedSourceTask running = started;
        if (running != null) {
            running.sent(record);
        }
    }

    /** Connect calls this once its thread has left {@link #poll} for the last time. */
    @Override
    public void stop() {
        StartedSourceTask running = started;
        if (running != null) {
            running.close();
            started = null;
        }
    }
}
