package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.metrics.Metric;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.OperationsException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real worker shows of both connectors. */
class MetricsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static Pipeline pipeline;
    private static JMXConnector jmx;

    @BeforeAll
    @SuppressWarnings("BanJNDI") // to a worker of ours, on this machine
    static void start() throws Exception {
        int port = freePort();
        pipeline = EndToEnd.pipeline(directory)
                .workerJvmArguments(
                        "-Dcom.sun.management.jmxremote.port=" + port,
                        "-Dcom.sun.management.jmxremote.rmi.port=" + port,
                        "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                        "-Djava.rmi.server.hostname=127.0.0.1",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false")
                .start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica CHARACTER SET utf8mb4",
                        "CREATE TABLE replica.t (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.t VALUES (1, 1), (2, 2), (3, 3)",
                        "CREATE TABLE replica.refusing (id INT PRIMARY KEY, v INT)");
        pipeline.runConnectors();
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
        jmx = JMXConnectorFactory.connect(
                new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (jmx != null) {
            jmx.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void everyMetricIsThereAndTellsWhatHappened() throws Exception {
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.t VALUES (4, 4), (5, 5)",
                        "UPDATE replica.t SET v = 0 WHERE id = 1",
                        "DELETE FROM replica.t WHERE id = 2");
        awaitValue(Pipeline.SINK, ",table=replica.t,operation=delete", Metric.SINK_CHANGES, 1);
        for (String connector : List.of(Pipeline.SOURCE, Pipeline.SINK)) {
            assertThat(value(connector, ",table=replica.t,operation=read", Metric.SINK_CHANGES))
                    .isEqualTo(3);
            assertThat(value(connector, ",table=replica.t,operation=create", Metric.SINK_CHANGES))
                    .isEqualTo(2);
            assertThat(value(connector, ",table=replica.t,operation=update", Metric.SINK_CHANGES))
                    .isEqualTo(1);
            awaitValue(connector, "", Metric.SINK_LAG, 0);
        }
        assertThat(value(Pipeline.SOURCE, "", Metric.SOURCE_CONNECTED)).isEqualTo(1);
        assertThat(value(Pipeline.SOURCE, "", Metric.SOURCE_COPIED_ROWS)).isEqualTo(3);
        assertThat(value(Pipeline.SOURCE, ",copy=complete", Metric.SOURCE_TABLES))
                .isEqualTo(3);
        assertThat(value(Pipeline.SINK, "", Metric.SINK_COMMITS)).isPositive();
        awaitValue(Pipeline.SINK, "", Metric.SINK_LAG_TRANSACTIONS, 0);
        assertThat(value(Pipeline.SINK, ",state=live", Metric.SINK_TABLES)).isEqualTo(3);

        pipeline.replica().execute("ALTER TABLE replica.refusing ADD CHECK (v < 100)");
        pipeline.primary().execute("INSERT INTO replica.refusing VALUES (1, 1), (2, 1000)");
        awaitValue(Pipeline.SINK, ",table=replica.refusing", Metric.SINK_FAILED, 1);
        awaitValue(Pipeline.SINK, ",state=damaged", Metric.SINK_TABLES, 1);
        assertThat(value(Pipeline.SINK, "", Metric.SINK_REFUSED)).isPositive();

        pipeline.replica().execute("DELETE FROM replica.t WHERE id = 5");
        pipeline.primary().execute("UPDATE replica.t SET v = 55 WHERE id = 5");
        awaitValue(Pipeline.SINK, ",table=replica.t", Metric.SINK_CONFLICTS, 1);

        assertThat(shown()).containsAll(documented());
        assertRulesOfTheExporterTakeAll();
    }

    /** The exporter gives each value to the first rule that matches; that one must keep every tag as a label. */
    private static void assertRulesOfTheExporterTakeAll() throws Exception {
        Path file = EndToEnd.PROJECT.resolve("config/prometheus/jmx-exporter.yml");
        List<MatchResult> rules = Pattern.compile(
                        "- pattern: '(.*)'\n    name: binlog_replica_\\$\\d(?:_(total))?\n    type: (COUNTER|GAUGE)")
                .matcher(Files.readString(file))
                .results()
                .toList();
        for (ObjectName bean : server().queryNames(new ObjectName("kafka.connect:type=plugins,*"), null)) {
            String properties = bean.getKeyPropertyListString().replace(",", ", ");
            for (MBeanAttributeInfo attribute : server().getMBeanInfo(bean).getAttributes()) {
                String text = bean.getDomain() + "<" + properties + "><>" + attribute.getName() + ": 1";
                MatchResult rule = rules.stream()
                        .filter(each ->
                                Pattern.compile(each.group(1)).matcher(text).lookingAt())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no rule takes " + text));
                Matcher matcher = Pattern.compile(rule.group(1)).matcher(text);
                assertThat(matcher.lookingAt()).isTrue();
                // the exporter takes the ending away from what is no counter
                boolean counter = attribute.getName().endsWith("-total");
                assertThat(rule.group(2)).as(text).isEqualTo(counter ? "total" : null);
                assertThat(rule.group(3)).as(text).isEqualTo(counter ? "COUNTER" : "GAUGE");
                assertThat(matcher.group(matcher.groupCount()))
                        .as(text)
                        .isEqualTo(attribute.getName().replaceFirst("-total$", ""));
                String values = "";
                for (int i = 1; i < matcher.groupCount(); i++) {
                    values += matcher.group(i) + "|";
                }
                for (var property : bean.getKeyPropertyList().entrySet()) {
                    if (!property.getKey().equals("type")) {
                        assertThat(values).as(text).contains(property.getValue() + "|");
                    }
                }
            }
        }
    }

    /** Attributes with the names of their tags, as the beans have them. */
    private static Set<String> shown() throws Exception {
        var shown = new HashSet<String>();
        for (ObjectName bean : server().queryNames(new ObjectName("kafka.connect:type=plugins,*"), null)) {
            var tags = new HashSet<>(bean.getKeyPropertyList().keySet());
            tags.removeAll(Set.of("type", "connector", "task"));
            for (MBeanAttributeInfo attribute : server().getMBeanInfo(bean).getAttributes()) {
                shown.add(bean.getKeyProperty("connector") + " " + attribute.getName() + " " + tags);
            }
        }
        return shown;
    }

    private static Set<String> documented() {
        var documented = new HashSet<String>();
        for (Metric metric : Metric.values()) {
            String connector = metric.name().startsWith("SOURCE") ? Pipeline.SOURCE : Pipeline.SINK;
            documented.add(connector + " " + metric.key() + " " + new HashSet<>(metric.tags()));
        }
        return documented;
    }

    private static void awaitValue(String connector, String tags, Metric metric, long expected) {
        await().atMost(LIMIT)
                // not there yet; each such line replaces the one before
                .ignoreExceptionsInstanceOf(OperationsException.class)
                .untilAsserted(() -> assertThat(value(connector, tags, metric)).isEqualTo(expected));
    }

    private static long value(String connector, String tags, Metric metric) throws Exception {
        return (Long) server().getAttribute(
                        new ObjectName("kafka.connect:type=plugins,connector=" + connector + ",task=0" + tags),
                        metric.key());
    }

    private static MBeanServerConnection server() throws Exception {
        return jmx.getMBeanServerConnection();
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
