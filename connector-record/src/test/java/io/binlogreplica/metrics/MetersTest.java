package io.binlogreplica.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.ObjectName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.Test;

class MetersTest {

    /** A worker before 4.1 has neither the method nor the class. */
    @Test
    void onAnOldWorkerTheMetricsAreInJmx() throws Exception {
        try (Meters meters = onOldWorker("c")) {
            meters.show(Metric.SINK_RETRIES, () -> 7);
            meters.show(Metric.SINK_FAILED, () -> 3, "shop.o,r:d*\"ers");
            assertThat(value("kafka.connect:type=plugins,connector=c,task=0", "retries-total"))
                    .isEqualTo(7L);
            assertThat(value(
                            "kafka.connect:type=plugins,connector=c,task=0,table="
                                    + ObjectName.quote("shop.o,r:d*\"ers"),
                            "failed-changes"))
                    .isEqualTo(3L);
            meters.hide(Metric.SINK_FAILED, "shop.o,r:d*\"ers");
            assertThatThrownBy(() -> value(
                            "kafka.connect:type=plugins,connector=c,task=0,table="
                                    + ObjectName.quote("shop.o,r:d*\"ers"),
                            "failed-changes"))
                    .isInstanceOf(InstanceNotFoundException.class);
        }
        assertThatThrownBy(() -> value("kafka.connect:type=plugins,connector=c,task=0", "retries-total"))
                .isInstanceOf(InstanceNotFoundException.class);
    }

    @Test
    void tasksOfOneConnectorOnOneWorkerAreToldApart() throws Exception {
        try (Meters one = onOldWorker("d");
                Meters other = onOldWorker("d")) {
            one.show(Metric.SINK_RETRIES, () -> 1);
            other.show(Metric.SINK_RETRIES, () -> 2);
            assertThat(value("kafka.connect:type=plugins,connector=d,task=0", "retries-total"))
                    .isEqualTo(1L);
            assertThat(value("kafka.connect:type=plugins,connector=d,task=1", "retries-total"))
                    .isEqualTo(2L);
        }
    }

    @Test
    void aTaskThatFollowsOneThatIsStillStoppingIsShownAfterwards() throws Exception {
        try (var worker = new Metrics();
                var before = new PluginMetricsImpl(worker, Map.of("task", "0"));
                var after = new PluginMetricsImpl(worker, Map.of("task", "0"))) {
            Meters stopping = new PluginMeters(before);
            stopping.show(Metric.SINK_RETRIES, () -> 1);
            Meters meters = new PluginMeters(after);
            meters.show(Metric.SINK_RETRIES, () -> 2);
            meters.show(Metric.SINK_COMMITS, () -> 3);
            meters.showWaiting();
            assertThat(values(worker)).containsExactlyInAnyOrder(1L, 3L);
            stopping.close();
            meters.showWaiting();
            assertThat(values(worker)).containsExactlyInAnyOrder(2L, 3L);
            meters.close();
            assertThat(values(worker)).isEmpty();
        }
    }

    private static List<Object> values(Metrics worker) {
        return worker.metrics().values().stream()
                .map(KafkaMetric::metricValue)
                .filter(Long.class::isInstance)
                .toList();
    }

    @Test
    void changesAreCountedByTableAndOperation() throws Exception {
        try (Meters meters = onOldWorker("e")) {
            var counts = new ChangeCounts(meters, Metric.SINK_CHANGES);
            counts.add(change("a", Op.CREATE));
            counts.add(change("a", Op.CREATE));
            counts.add(change("b", Op.DELETE));
            counts.add(change("a", Op.CREATE));
            String bean = "kafka.connect:type=plugins,connector=e,task=0,table=s.%s,operation=%s";
            assertThat(value(bean.formatted("a", "create"), "changes-total")).isEqualTo(3L);
            assertThat(value(bean.formatted("b", "delete"), "changes-total")).isEqualTo(1L);
        }
    }

    private static RowChange change(String table, Op op) {
        var id = new TableId("s", table);
        return new RowChange(
                new TableSchema(id, List.of(), List.of()),
                op,
                null,
                null,
                new Origin(0, Origin.STREAMED, id, null, 1, null, "f", 4, 0, null),
                null,
                0,
                true);
    }

    private static Meters onOldWorker(String connector) {
        return Meters.of(
                () -> {
                    throw new NoSuchMethodError("pluginMetrics");
                },
                connector);
    }

    private static Object value(String bean, String attribute) throws Exception {
        return ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(bean), attribute);
    }
}
