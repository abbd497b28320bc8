package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What has come to differ is noticed, and made whole again: tables by a copy that the source is asked for, all of it by a replay. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ResyncIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;
    private static final TopicPartition CHANGES = new TopicPartition(Pipeline.CHANGES_TOPIC, 0);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Pipeline pipeline;
    private static Replicas replicas;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        replicas = new Replicas(pipeline);
        pipeline.primary().execute("CREATE DATABASE replica");
        for (String table : List.of("sound", "refusing", "blocked", "dropped", "altered", "unfit", "lost_rows")) {
            pipeline.primary()
                    .execute(
                            "CREATE TABLE replica." + table + " (id INT PRIMARY KEY, n INT)",
                            "INSERT INTO replica." + table + " VALUES (1, 1), (2, 2), (3, 3)");
        }
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.parent (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE replica.child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent)"
                                + " REFERENCES parent (id) ON DELETE CASCADE)",
                        "INSERT INTO replica.parent VALUES (1, 1), (2, 2)",
                        "INSERT INTO replica.child VALUES (11, 1), (12, 2)");
        pipeline.run(pipeline.sourceConnector());
        pipeline.run(pipeline.sinkConnector()
                .with(Map.of(
                        "signal.kafka.bootstrap.servers",
                        pipeline.broker().bootstrapServers(),
                        "resync.delay.ms",
                        "500",
                        "max.failures",
                        "2")));
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    @Order(1)
    void aTableThatRefusedRowsIsCopiedAnew() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.refusing ADD CONSTRAINT small CHECK (n < 100)");
        pipeline.primary()
                .execute("INSERT INTO replica.refusing VALUES (4, 400)", "DELETE FROM replica.refusing WHERE id = 1");
        replicas.awaitState("refusing", "DAMAGED");
        pipeline.replica().execute("ALTER TABLE replica.refusing DROP CONSTRAINT small");
        awaitAsked("replica.refusing");
        awaitHealed("refusing");
    }

    @Test
    @Order(1)
    void aTableIsNotCopiedBeforeWhatIsInTheWayIsGone() throws Exception {
        pipeline.replica()
                .execute("CREATE TRIGGER replica.twice BEFORE INSERT ON replica.blocked FOR EACH ROW SET NEW.n = 0");
        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary().execute("INSERT INTO replica.blocked VALUES (4, 4)");
        replicas.awaitState("blocked", "DEGRADED");
        await("it is said why")
                .atMost(LIMIT)
                .until(
                        () -> EndToEnd.log(pipeline)
                                .contains(
                                        "table replica.blocked is not copied anew, since that would be in vain: trigger twice"));
        assertThat(asked()).doesNotContain("replica.blocked");
        pipeline.replica().execute("DROP TRIGGER replica.twice");
        awaitAsked("replica.blocked");
        awaitHealed("blocked");
    }

    /** What the source tells of it at the end of that copy leaves no doubt. */
    @Test
    @Order(1)
    void aCopyThatWasInVainIsNotMadeAgain() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.unfit ADD COLUMN mine INT NOT NULL");
        var rest = pipeline.worker().rest();
        rest.stop(Pipeline.SOURCE, LIMIT);
        rest.patchOffsets(
                Pipeline.SOURCE,
                rest.offsets(Pipeline.SOURCE).stream()
                        .filter(offset ->
                                offset.partition().path("table").asText().equals("replica.unfit"))
                        .map(offset -> new ConnectorOffset(offset.partition(), null))
                        .toList());
        rest.resume(Pipeline.SOURCE);
        await("it was copied")
                .atMost(LIMIT)
                .until(() -> EndToEnd.log(pipeline).contains("replica.unfit is copied, but DEGRADED"));
        // another table's way takes longer than it would to ask for this one
        pipeline.replica().execute("DELETE FROM replica.lost_rows");
        pipeline.primary().execute("UPDATE replica.lost_rows SET n = 7");
        awaitAsked("replica.lost_rows");
        awaitHealed("lost_rows");
        assertThat(asked()).doesNotContain("replica.unfit");
        pipeline.replica().execute("ALTER TABLE replica.unfit DROP COLUMN mine");
        awaitAsked("replica.unfit");
        awaitHealed("unfit");
    }

    @Test
    @Order(1)
    void tablesThatCascadeAreCopiedTogether() throws Exception {
        pipeline.replica().execute("DELETE FROM replica.parent WHERE id = 2");
        pipeline.primary().execute("UPDATE replica.parent SET n = 20 WHERE id = 2");
        replicas.awaitState("parent", "DAMAGED");
        await("both are asked for")
                .atMost(LIMIT)
                .until(() -> signals().contains(new TreeSet<>(List.of("replica.child", "replica.parent"))));
        awaitHealed("parent");
        awaitHealed("child");
    }

    @Test
    @Order(1)
    void aTableThatIsDroppedOnTheReplicaIsMissedEvenIfNothingChanges() throws Exception {
        pipeline.replica().execute("DROP TABLE replica.dropped");
        awaitAsked("replica.dropped");
        awaitHealed("dropped");
    }

    @Test
    @Order(1)
    void aTableThatIsAlteredOnTheReplicaIsMissedEvenIfNothingChanges() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.altered ADD COLUMN mine INT NOT NULL");
        replicas.awaitState("altered", "DEGRADED");
        assertThat(replicas.column("altered", "cause")).contains("column mine is NOT NULL");
        pipeline.replica().execute("ALTER TABLE replica.altered DROP COLUMN mine");
        awaitHealed("altered");
    }

    /** As after a failover, where the source goes on from an offset before what it has sent. */
    @Test
    @Order(2)
    void transactionsOfAnotherServerUnderTheNumbersOfAppliedOnesAreMissed() throws Exception {
        replicas.awaitApplied();
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.replica()
                .execute("UPDATE binlog_replica.binlog_position SET next_offset = next_offset - 1, gtid = 'another'");
        pipeline.worker().rest().resume(Pipeline.SINK);
        awaitAskedForAll("it reads another server than before");
    }

    @Test
    @Order(2)
    void recordsThatWereRemovedBeforeTheyWereAppliedAreMissed() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.primary()
                .execute("INSERT INTO replica.sound VALUES (4, 4)", "INSERT INTO replica.sound VALUES (5, 5)");
        await("the changes are on the topic").atMost(LIMIT).until(() -> end() > position() + 2);
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(CHANGES, RecordsToDelete.beforeOffset(end())))
                    .all()
                    .get();
        }
        pipeline.worker().rest().resume(Pipeline.SINK);
        awaitAskedForAll("were removed before they were applied");
    }

    @Test
    @Order(3)
    void aPositionThatIsLostIsMissed() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.replica().execute("DROP DATABASE binlog_replica");
        pipeline.worker().rest().resume(Pipeline.SINK);
        awaitAskedForAll("the replica has no position, and the topic begins at offset");
    }

    @Test
    @Order(4)
    void aTopicThatIsAnotherIsMissed() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(Pipeline.CHANGES_TOPIC)).all().get();
            await("the topic is gone")
                    .atMost(LIMIT)
                    .until(() -> !admin.listTopics().names().get().contains(Pipeline.CHANGES_TOPIC));
        }
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.primary().execute("INSERT INTO replica.sound VALUES (6, 6)");
        pipeline.worker().rest().resume(Pipeline.SINK);
        awaitAskedForAll("the topic is another than the one that the position");
    }

    @Test
    @Order(5)
    void aPositionBehindTheTopicsEndIsMissed() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        pipeline.replica().execute("UPDATE binlog_replica.binlog_position SET next_offset = 1000000");
        pipeline.worker().rest().resume(Pipeline.SINK);
        awaitAskedForAll("but the topic ends at");
    }

    @Test
    @Order(6)
    void offsetsThatAreSetThroughRestAreSetOnTheReplicaAndWhatTheyPassOverIsMissed() throws Exception {
        pipeline.worker().rest().stop(Pipeline.SINK, LIMIT);
        long applied = position();
        long target = Math.max(end(), applied + 1);
        pipeline.worker().rest().patchOffsets(Pipeline.SINK, List.of(offset(target)));
        assertThat(position()).isEqualTo(target);
        assertThat(Replicas.rows(
                        pipeline.replica(), "SELECT DISTINCT state, cause FROM binlog_replica.replica_table_state"))
                .containsExactly("DAMAGED records " + applied + " to " + (target - 1)
                        + " of primary.changes-0 were passed over: the connector's offsets were altered.");
        pipeline.worker().rest().patchOffsets(Pipeline.SINK, List.of(offset(applied)));
        assertThat(Replicas.rows(
                        pipeline.replica(), "SELECT DISTINCT state, cause FROM binlog_replica.replica_table_state"))
                .containsExactly("DAMAGED records " + applied + " to " + (target - 1)
                        + " of primary.changes-0 are applied once more: the connector's offsets were altered.");
        pipeline.worker().rest().deleteOffsets(Pipeline.SINK);
        assertThat(position()).isEqualTo(-1);
        pipeline.worker().rest().resume(Pipeline.SINK);
        await("the topic is applied from its beginning").atMost(LIMIT).until(() -> position() > 0);
        awaitAllHealed();
    }

    /** A table that was asked for twice is copied twice, and is not whole in between. */
    private static void awaitHealed(String table) throws SQLException {
        replicas.awaitState(table, "LIVE");
        replicas.awaitApplied();
        await(table + " is whole").atMost(LIMIT).untilAsserted(() -> {
            assertThat(replicas.state(table)).isEqualTo("LIVE");
            replicas.assertSame(table);
        });
    }

    private static void awaitAskedForAll(String cause) throws Exception {
        int before = signals().size();
        await("all tables are asked for, since " + cause).atMost(LIMIT).untilAsserted(() -> {
            assertThat(Replicas.rows(
                            pipeline.replica(),
                            "SELECT state, cause FROM binlog_replica.replica_table_state WHERE table_name = '*'"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("DEGRADED")
                    .contains(cause);
            assertThat(signals().stream().skip(before))
                    .anySatisfy(tables -> assertThat(tables).containsExactly(".*"));
        });
        awaitAllHealed();
    }

    /** Likewise. */
    private static void awaitAllHealed() {
        await("all tables were copied anew, and nothing stands for others any more")
                .atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(Replicas.rows(
                                    pipeline.replica(),
                                    "SELECT table_name FROM binlog_replica.replica_table_state"
                                            + " WHERE state <> 'LIVE' OR table_name = '*'"))
                            .isEmpty();
                    EndToEnd.assertIdentical(pipeline);
                });
    }

    private static void awaitAsked(String table) {
        await(table + " is asked for").atMost(LIMIT).until(() -> asked().contains(table));
    }

    private static List<String> asked() {
        return signals().stream().flatMap(Set::stream).toList();
    }

    /** The tables of each signal. */
    private static List<Set<String>> signals() {
        var topics = new Topics(pipeline);
        if (!topics.names().contains("primary.signals")) {
            return List.of();
        }
        var signals = new ArrayList<Set<String>>();
        for (Map.Entry<String, String> message : topics.texts("primary.signals")) {
            assertThat(message.getKey()).isEqualTo("primary");
            JsonNode signal = json(message.getValue());
            assertThat(signal.path("type").asText()).isEqualTo("execute-snapshot");
            assertThat(signal.path("data").path("type").asText()).isEqualTo("INCREMENTAL");
            Set<String> tables = new TreeSet<>();
            signal.path("data").path("data-collections").forEach(table -> tables.add(table.asText()));
            signals.add(tables);
        }
        return signals;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Admin admin() {
        return Admin.create(
                new HashMap<>(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers())));
    }

    private static long end() throws Exception {
        try (Admin admin = admin()) {
            return admin.listOffsets(Map.of(CHANGES, org.apache.kafka.clients.admin.OffsetSpec.latest()))
                    .partitionResult(CHANGES)
                    .get()
                    .offset();
        }
    }

    private static long position() throws SQLException {
        return Long.parseLong(
                Replicas.rows(pipeline.replica(), "SELECT next_offset FROM binlog_replica.binlog_position")
                        .get(0));
    }

    private static ConnectorOffset offset(Long next) {
        ObjectNode partition = JSON.createObjectNode();
        partition.put("kafka_topic", CHANGES.topic()).put("kafka_partition", CHANGES.partition());
        return new ConnectorOffset(
                partition, next == null ? null : JSON.createObjectNode().put("kafka_offset", next));
    }
}
