package io.binlogreplica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.binlogreplica.local.ConnectorStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, worker and REST client together: two Kafka file connectors copy lines from one file to another. */
class KafkaTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector";
    private static final String SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector";

    @TempDir
    static Path directory;

    static Broker broker;
    static ConnectWorker worker;
    static ConnectRest rest;

    @BeforeAll
    static void start() {
        broker = Broker.in(directory.resolve("broker"))
                .jvmArguments("-XX:TieredStopAtLevel=1")
                .start();
        worker = ConnectWorker.in(directory.resolve("worker"), broker.bootstrapServers())
                .jvmArguments("-XX:TieredStopAtLevel=1")
                .start();
        rest = worker.rest();
    }

    @AfterAll
    static void stop() {
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void aCopyGoesOnAfterWorkerAndBrokerWereKilled() throws Exception {
        Path from = Files.writeString(directory.resolve("from"), "one\n");
        Path to = directory.resolve("to");
        rest.putConfig("reader", Map.of("connector.class", SOURCE, "file", from.toString(), "topic", "lines"));
        rest.putConfig("writer", Map.of("connector.class", SINK, "file", to.toString(), "topics", "lines"));
        rest.waitUntilRunning("reader", LIMIT);
        rest.waitUntilRunning("writer", LIMIT);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(to).content().contains("one\n"));

        worker.kill();
        broker.kill();
        Files.writeString(from, "one\ntwo\n");
        broker.start();
        worker.start();

        rest.waitUntilRunning("writer", LIMIT);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(to).content().contains("two\n"));
        assertThat(rest.connectors()).containsExactlyInAnyOrder("reader", "writer");
    }

    @Test
    void offsetsOfAStoppedConnectorCanBeChanged() throws Exception {
        Path from = Files.writeString(directory.resolve("positions"), "one\n");
        rest.putConfig("positioned", Map.of("connector.class", SOURCE, "file", from.toString(), "topic", "positions"));
        rest.waitUntilRunning("positioned", LIMIT);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rest.offsets("positioned"))
                        .singleElement()
                        .satisfies(saved -> assertThat(
                                        saved.offset().get("position").asLong())
                                .isEqualTo(4)));

        rest.pause("positioned", LIMIT);
        assertThat(rest.status("positioned").tasks())
                .extracting(ConnectorStatus.Part::state)
                .containsExactly(State.PAUSED);
        rest.resume("positioned");
        rest.waitUntilRunning("positioned", LIMIT);
        rest.stop("positioned", LIMIT);

        var json = new ObjectMapper();
        var partition = json.createObjectNode().put("filename", from.toString());
        rest.patchOffsets(
                "positioned",
                List.of(new ConnectorOffset(partition, json.createObjectNode().put("position", 2))));
        assertThat(rest.offsets("positioned").get(0).offset().get("position").asLong())
                .isEqualTo(2);
        rest.patchOffsets("positioned", List.of(new ConnectorOffset(partition, null)));
        assertThat(rest.offsets("positioned")).isEmpty();
        rest.deleteOffsets("positioned");
        rest.delete("positioned");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThatThrownBy(() -> rest.status("positioned"))
                        .isInstanceOfSatisfying(
                                ConnectRestException.class,
                                e -> assertThat(e.httpStatus()).isEqualTo(404))
                        .hasMessageContaining("positioned"));
    }

    @Test
    void errorsOfAConfigurationComeByField() {
        assertThat(rest.validate(SOURCE, Map.of("name", "x", "batch.size", "many")))
                .containsOnlyKeys("topic", "batch.size")
                .hasEntrySatisfying(
                        "batch.size",
                        errors -> assertThat(errors).singleElement().asString().contains("many"));
        assertThat(rest.validate(SOURCE, Map.of("name", "x", "topic", "t"))).isEmpty();
    }

    @Test
    void aTaskThatFailedIsReportedWithItsTrace() {
        rest.putConfig(
                "lost",
                Map.of(
                        "connector.class",
                        SINK,
                        "file",
                        directory.resolve("no/such/folder").toString(),
                        "topics",
                        "t"));
        assertThatThrownBy(() -> rest.waitUntilRunning("lost", LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("task 0 is FAILED")
                .hasMessageContaining("Couldn't find or create file");
        rest.delete("lost");
    }

    @Test
    void useOfTheMachineIsMeasured() {
        assertThat(worker.residentMegabytes()).isBetween(50L, 2_000L);
        assertThat(worker.cpuSeconds()).isPositive();
    }

    @Test
    void twoWorkersOfAGroupShareConnectors() {
        try (var second = ConnectWorker.in(directory.resolve("second"), broker.bootstrapServers())
                .jvmArguments("-XX:TieredStopAtLevel=1")
                .start()) {
            assertThat(second.rest().connectors()).isEqualTo(rest.connectors());
        }
    }
}
