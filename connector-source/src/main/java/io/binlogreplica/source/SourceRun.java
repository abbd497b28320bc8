package io.binlogreplica.source;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.metrics.Meters;
import io.binlogreplica.metrics.PluginMeters;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.metrics.SourceMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task from its start to its stop. While no primary can be reached it tries again and again, as it does later on: a worker that
 * restarts in an outage must not need a hand. When the position is lost, and may be, it begins anew.
 */
final class SourceRun implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SourceRun.class);

    /** So that Connect's own requests to the task never wait long. */
    private static final long WAIT_MAX_MILLIS = 500;

    private final SourceTaskContext context;
    private final SourceConfig config;
    private final Backoff backoff;
    private final SourceMetrics metrics;

    /**
     * Whether the saved position is worth nothing: it may be behind the one that was found to be lost, and in another history name another
     * transaction.
     */
    private boolean lost;

    private long beginAtNanos;
    /** Null while no primary can be reached since the start. */
    private volatile @Nullable StartedSourceTask started;

    /** @throws ConnectException when the primary answers and cannot be captured; the message says why */
    SourceRun(Map<String, String> properties, SourceTaskContext context) {
        this.context = context;
        this.config = SourceConfig.of(properties);
        this.backoff = config.flow().newBackoff();
        this.metrics = new SourceMetrics(Meters.of(
                () -> new PluginMeters(context.pluginMetrics()), properties.getOrDefault("name", "binlog-source")));
        try {
            begin();
        } catch (RuntimeException e) {
            metrics.close();
            throw e;
        }
    }

    private void begin() {
        try {
            started = new StartedSourceTask(
                    config,
                    context::configs,
                    context.offsetStorageReader(),
                    lost,
                    context.transactionContext(),
                    metrics);
            backoff.reset();
        } catch (RetriableException e) {
            Duration wait = backoff.next();
            beginAtNanos = System.nanoTime() + wait.toNanos();
            log.warn("[RETRY] cannot start yet, next attempt in {} ms: {}", wait.toMillis(), e.getMessage());
        }
    }

    @Nullable
    List<SourceRecord> poll() throws InterruptedException {
        StartedSourceTask running = started;
        if (running == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(beginAtNanos - System.nanoTime());
            if (left > 0) {
                TimeUnit.MILLISECONDS.sleep(Math.min(left, WAIT_MAX_MILLIS));
            } else {
                begin();
            }
            return null;
        }
        try {
            return running.poll();
        } catch (PositionLostException e) {
            log.warn("Everything is copied again: {}", e.getMessage());
            started = null;
            running.close();
            metrics.disconnected();
            lost = true;
            begin();
            return null;
        }
    }

    /** Kafka has the record. */
    void sent(SourceRecord sent) {
        StartedSourceTask running = started;
        if (running != null) {
            running.sent(sent);
        }
    }

    @Override
    public void close() {
        StartedSourceTask running = started;
        if (running != null) {
            running.close();
        }
        metrics.close();
    }
}
