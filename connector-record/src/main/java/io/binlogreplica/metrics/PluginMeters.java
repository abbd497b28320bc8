package io.binlogreplica.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics of the worker (KIP-877, Connect 4.1). */
public final class PluginMeters extends Meters {

    private static final Logger log = LoggerFactory.getLogger(PluginMeters.class);

    private final PluginMetrics metrics;

    public PluginMeters(PluginMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    @Nullable
    Registration register(Metric metric, Map<String, String> tags, LongSupplier value) {
        MetricName name = metrics.metricName(metric.key(), metric.description(), new LinkedHashMap<>(tags));
        Gauge<Long> gauge = (config, now) -> value.getAsLong();
        try {
            metrics.addMetric(name, gauge);
        } catch (IllegalArgumentException e) {
            log.debug("{} is another task's still", name, e);
            return null;
        }
        return () -> metrics.removeMetric(name);
    }
}
