package io.binlogreplica.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/** Metrics of the worker (KIP-877, Connect 4.1). */
public final class PluginMeters extends Meters {

    private final PluginMetrics metrics;

    public PluginMeters(PluginMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    Registration register(Metric metric, Map<String, String> tags, LongSupplier value) {
        MetricName name = metrics.metricName(metric.key(), metric.description(), new LinkedHashMap<>(tags));
        Gauge<Long> gauge = (config, now) -> value.getAsLong();
        metrics.addMetric(name, gauge);
        return () -> metrics.removeMetric(name);
    }
}
