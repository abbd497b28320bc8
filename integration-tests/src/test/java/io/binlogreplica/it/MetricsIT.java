package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.LoopbackPorts;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.metrics.Metric;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
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

    private static final Duration LIMIT = EndToEnd.LIMIT;

    @TempDir
    static Path directory;

    private static Pipeline pipeline;
    private static JMXConnector jmx;
    private static int exporterPort;

    @BeforeAll
    @SuppressWarnings("BanJNDI") // to a worker of ours, on this machine
    static void start() throws Exception {
        int port = LoopbackPorts.free();
        exporterPort = LoopbackPorts.free();
        pipeline = EndToEnd.pipeline(directory)
                .workerJvmArguments(
                        "-javaagent:" + exporterJar() + "=127.0.0.1:" + exporterPort + ":"
                                + EndToEnd.PROJECT.resolve("config/prometheus/jmx-exporter.yml"),
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
            awaitValue(connector, ",table=replica.t,operation=read", Metric.SINK_CHANGES, 3);
            awaitValue(connector, ",table=replica.t,operation=create", Metric.SINK_CHANGES, 2);
            awaitValue(connector, ",table=replica.t,operation=update", Metric.SINK_CHANGES, 1);
            awaitValue(connector, "", Metric.SINK_LAG, 0);
        }
        awaitValue(Pipeline.SOURCE, "", Metric.SOURCE_CONNECTED, 1);
        awaitValue(Pipeline.SOURCE, "", Metric.SOURCE_COPIED_ROWS, 3);
        awaitValue(Pipeline.SOURCE, ",copy=complete", Metric.SOURCE_TABLES, 3);
        assertThat(value(Pipeline.SINK, "", Metric.SINK_COMMITS)).isPositive();
        awaitValue(Pipeline.SINK, "", Metric.SINK_LAG_TRANSACTIONS, 0);
        awaitValue(Pipeline.SINK, ",state=live", Metric.SINK_TABLES, 3);

        pipeline.replica().execute("ALTER TABLE replica.refusing ADD CHECK (v < 100)");
        pipeline.primary().execute("INSERT INTO replica.refusing VALUES (1, 1), (2, 1000)");
        awaitValue(Pipeline.SINK, ",table=replica.refusing", Metric.SINK_FAILED, 1);
        awaitValue(Pipeline.SINK, ",state=damaged", Metric.SINK_TABLES, 1);
        assertThat(value(Pipeline.SINK, "", Metric.SINK_REFUSED)).isPositive();

        pipeline.replica().execute("DELETE FROM replica.t WHERE id = 5");
        pipeline.primary().execute("UPDATE replica.t SET v = 55 WHERE id = 5");
        awaitValue(Pipeline.SINK, ",table=replica.t", Metric.SINK_CONFLICTS, 1);

        assertThat(shown()).containsAll(documented());
        assertExported();
    }

    /** As Prometheus gets them by the rules in {@code config}: each value with all its tags, and all that dashboard and alerts ask for. */
    private static void assertExported() throws Exception {
        List<String> exported = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + exporterPort + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines())
                .body()
                .toList();
        for (ObjectName bean : server().queryNames(new ObjectName("kafka.connect:type=plugins,*"), null)) {
            for (MBeanAttributeInfo attribute : server().getMBeanInfo(bean).getAttributes()) {
                String name = "binlog_replica_" + attribute.getName().replace('-', '_') + "{";
                assertThat(exported).as(bean + " " + attribute.getName()).anySatisfy(line -> {
                    assertThat(line).startsWith(name);
                    bean.getKeyPropertyList().forEach((tag, value) -> {
                        if (!tag.equals("type")) {
                            assertThat(line).contains(tag + "=\"" + value + "\"");
                        }
                    });
                });
            }
        }
        for (String file : List.of("config/grafana/binlog-replica.json", "config/prometheus/alerts.yml")) {
            List<String> asked = Pattern.compile("\\b(binlog_replica|kafka_connect)_\\w+")
                    .matcher(Files.readString(EndToEnd.PROJECT.resolve(file)))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(asked)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(exported).as(file).anyMatch(line -> line.startsWith(name + "{")));
        }
    }

    /** On this test's class path. */
    private static String exporterJar() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("jmx_prometheus_javaagent"))
                .findFirst()
                .orElseThrow();
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
}
