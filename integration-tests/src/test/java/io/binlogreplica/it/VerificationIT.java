package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged behind the pipeline's back is found within the stream, named, and repaired, while it runs; and nothing else is. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VerificationIT {

    /** How often rows are damaged, four at a time; {@code -Dverify.rounds=25} for a hundred. */
    private static final int ROUNDS = Integer.getInteger("verify.rounds", 2);

    /** How long nothing may be found where nothing differs, if that is longer than three passes; {@code -Dverify.minutes=60}. */
    private static final Duration AT_REST = Duration.ofMinutes(Integer.getInteger("verify.minutes", 0));

    private static final int OLD_ROWS = 10_000;
    private static final int CHANGES_PER_SECOND = 300;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    static Path directory;

    private static Pipeline pipeline;
    private static Workload workload;
    private static BackgroundWriter writer;
    private static final Random RANDOM = new Random(5);

    @BeforeAll
    static void start() throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        workload = new Workload(pipeline.primary(), 11);
        workload.createSchema();
        workload.load(5_000, rows -> {});
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.archive (code VARCHAR(20)"
                                // else the two families do not order it alike
                                + (Servers.areOfOneFamily() ? "" : " COLLATE utf8mb4_bin")
                                + ", id INT, note VARCHAR(100), price"
                                + " DECIMAL(12,2), PRIMARY KEY (code, id))",
                        "INSERT INTO replica.archive SELECT CONCAT('é', seq % 7), seq, CONCAT('Noté ', SHA2(seq, 256)), seq"
                                + " / 3 FROM " + Servers.numbers(1, OLD_ROWS));
        writer = workload.startWriting(CHANGES_PER_SECOND);
        pipeline.run(pipeline.sourceConnector()
                .with(Map.of(
                        "verify.interval.ms",
                        "10",
                        "verify.chunk.size",
                        "1000",
                        "verify.across.families",
                        Boolean.toString(!Servers.areOfOneFamily()))));
        pipeline.run(sink());
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() throws Exception {
        if (writer != null) {
            writer.stop();
        }
        if (workload != null) {
            workload.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    @Order(1)
    void nothingIsFoundUnderLoadWhereNothingDiffers() throws Exception {
        long before = passes();
        long end = System.nanoTime() + AT_REST.toNanos();
        await("all tables are gone through three times")
                .atMost(LIMIT.plus(AT_REST))
                .until(() -> passes() >= before + 3 && System.nanoTime() >= end);
        assertThat(found("SUM(differing_chunks)")).isEqualTo("0");
        assertThat(found("GROUP_CONCAT(last_difference)")).isEqualTo("null");
        // a table without a key is not gone through
        assertThat(Replicas.rows(
                        pipeline.replica(), "SELECT table_name FROM binlog_replica.replica_verification ORDER BY 1"))
                .contains("archive", "orders", "every_type")
                .doesNotContain("clicks");
        assertThat(EndToEnd.log(pipeline))
                .contains("table replica.clicks is not verified within the stream: it has no key");
    }

    @Test
    @Order(2)
    void nothingIsFoundWhereTablesAreAlteredMeanwhile() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.changing (id INT PRIMARY KEY, v VARCHAR(40))",
                        "INSERT INTO replica.changing SELECT seq, CONCAT('é', seq) FROM " + Servers.numbers(1, 3_000));
        for (int i = 0; i < 5; i++) {
            pipeline.primary()
                    .execute(
                            "ALTER TABLE replica.changing ADD COLUMN c INT NOT NULL DEFAULT " + i,
                            "ALTER TABLE replica.changing MODIFY v VARCHAR(40) CHARACTER SET latin1",
                            "RENAME TABLE replica.changing TO replica.changed",
                            "UPDATE replica.changed SET c = -id WHERE id % 3 = 0",
                            "ALTER TABLE replica.changed MODIFY v VARCHAR(60) CHARACTER SET utf8mb4",
                            "RENAME TABLE replica.changed TO replica.changing",
                            "ALTER TABLE replica.changing DROP COLUMN c",
                            "TRUNCATE replica.changing",
                            "INSERT INTO replica.changing SELECT seq, CONCAT('é', seq) FROM "
                                    + Servers.numbers(1, 3_000));
        }
        long before = Long.parseLong(of("changing", "COALESCE(MAX(passes), 0)"));
        await("it is gone through once more")
                .atMost(LIMIT)
                .until(() -> Long.parseLong(of("changing", "COALESCE(MAX(passes), 0)")) >= before + 2);
        assertThat(found("GROUP_CONCAT(last_difference)")).isEqualTo("null");
        assertThat(of("changed", "1")).as("a name that no table has").isEqualTo("0");
    }

    /** MySQL reads a DECIMAL in a document's text as a double, and some doubles as the next one, unless they are spelled otherwise. */
    @Test
    @Order(2)
    @EnabledIf(
            value = "areMySql",
            disabledReason = "only between MySQL servers documents in their own form are compared")
    void documentsAreComparedWithWhatTheReplicaMakesOfTheirText() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.documents (id INT PRIMARY KEY, d JSON)",
                        "INSERT INTO replica.documents VALUES (1, JSON_OBJECT('price', 1.10)),"
                                + " (2, JSON_ARRAY(9088544342.689998e0)), (3, JSON_OBJECT('at', TIME'01:02:03'))");
        await("it is gone through")
                .atMost(LIMIT)
                .until(() -> Long.parseLong(of("documents", "COALESCE(MAX(passes), 0)")) >= 1);
        assertThat(of("documents", "last_difference")).isEqualTo("null");
        pipeline.replica().execute("UPDATE replica.documents SET d = '{\"price\": 1.2}' WHERE id = 1");
        await("what differs is named")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(EndToEnd.log(pipeline)).contains("row id=1 is different in d"));
        // its texts are not the same on both sides
        pipeline.primary().execute("DROP TABLE replica.documents");
        await("it is gone").atMost(LIMIT).until(() -> of("documents", "1").equals("0"));
    }

    static boolean areMySql() {
        return Servers.primaryIsMySql() && Servers.replicaIsMySql();
    }

    /** As if one of a table's chunks could not be compared, each time. */
    @Test
    @Order(2)
    void aPassOfWhichSomethingIsPassedOverDoesNotCount() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE TRIGGER binlog_replica.passed_over BEFORE UPDATE ON binlog_replica.replica_verification"
                                + " FOR EACH ROW SET NEW.note = IF(NEW.table_name = 'archive' AND NEW.chunks = 5, 'passed over',"
                                + " NEW.note)");
        long before = Long.parseLong(ofArchive("passes"));
        long ofAnother = Long.parseLong(of("orders", "passes"));
        await("another table is gone through three times")
                .atMost(LIMIT)
                .until(() -> Long.parseLong(of("orders", "passes")) >= ofAnother + 3);
        // one may have been further when the trigger came
        assertThat(Long.parseLong(ofArchive("passes"))).isLessThanOrEqualTo(before + 1);
        pipeline.replica().execute("DROP TRIGGER binlog_replica.passed_over");
        await("it is gone through again")
                .atMost(LIMIT)
                .until(() -> Long.parseLong(ofArchive("passes")) >= before + 2
                        && ofArchive("note").equals("null"));
    }

    @Test
    @Order(3)
    void damageIsNamedAndLeftAloneUnlessRepairIsWanted() throws Exception {
        Damage damage = damage();
        await("all four are found").atMost(LIMIT).untilAsserted(() -> {
            assertThat(ofArchive("missing_rows, extra_rows, different_rows, repairs"))
                    .isEqualTo("1 1 2 0");
            assertThat(EndToEnd.log(pipeline)).contains(damage.named());
        });
        assertThat(damage.isThere()).isTrue();

        pipeline.run(sink("verify.repair", "true"));
        awaitRepaired();
        assertThat(damage.isThere()).isFalse();
    }

    @Test
    @Order(4)
    void damageAtRandomPlacesIsFoundNamedAndRepairedUnderLoad() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Damage damage = damage();
            await("all four are named")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(EndToEnd.log(pipeline)).contains(damage.named()));
            awaitRepaired();
        }
        assertThat(writer.isWriting()).isTrue();
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT table_name, last_difference FROM binlog_replica.replica_verification"
                                + " WHERE last_difference IS NOT NULL AND table_name <> 'archive'"))
                .isEmpty();
    }

    @Test
    @Order(5)
    void aWorkerThatIsKilledBetweenFindingAndRepairingDoesItAgain() throws Exception {
        for (String milestone : ROUNDS > 2 ? List.of("COMPARED:5", "CHECKSUM_EMITTED:5") : List.of("COMPARED:5")) {
            Damage damage = damage();
            pipeline.worker().stop();
            pipeline.worker().startWith("-Dbinlogreplica.halt=" + milestone);
            pipeline.awaitWorkerEnd(LIMIT);
            pipeline.worker().start();
            await("all four are named")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(EndToEnd.log(pipeline)).contains(damage.named()));
            awaitRepaired();
        }
    }

    /** Nor is the log filled with it. */
    @Test
    @Order(6)
    void theSourceIsNotAskedForAllRowsOfATableThatDiffersAsAWhole() throws Exception {
        pipeline.run(sink("verify.repair.limit", "1"));
        String asked = "The source is asked for its rows";
        String given = "differs in more rows than verify.repair.limit=1";
        long passes = Long.parseLong(ofArchive("passes"));
        int askedBefore = EndToEnd.logged(pipeline, asked);
        pipeline.replica().execute("DELETE FROM replica.archive WHERE id <= 2000");
        await("it is gone through three times")
                .atMost(LIMIT)
                .until(() -> Long.parseLong(ofArchive("passes")) >= passes + 3);
        int askedNow = EndToEnd.logged(pipeline, asked) - askedBefore;
        int givenNow = EndToEnd.logged(pipeline, given);
        // one of them may be under way
        int begun = (int) (Long.parseLong(ofArchive("passes")) - passes) + 1;
        assertThat(askedNow).isBetween(1, begun);
        assertThat(givenNow).isBetween(1, begun);
    }

    @Test
    @Order(7)
    void aTableWithMoreThanMayBeRepairedIsCopiedAnew() throws Exception {
        pipeline.run(sink("verify.repair", "true", "verify.repair.limit", "3", "resync.delay.ms", "100"));
        Damage damage = damage();
        pipeline.replica().execute("DELETE FROM replica.archive WHERE id <= 2000");
        await("it is copied anew")
                .atMost(LIMIT)
                .until(() -> EndToEnd.log(pipeline)
                        .contains("it has more rows that differ than verify.repair.limit=3 lets repair one by one"));
        awaitRepaired();
        assertThat(damage.isThere()).isFalse();
    }

    @Test
    @Order(8)
    void theReplicaIsIdenticalInTheEnd() throws Exception {
        writer.stop();
        EndToEnd.assertIdentical(pipeline);
    }

    /** One that is missed soon when its worker is killed. */
    private static ConnectorFile sink(String... settings) {
        var all = new HashMap<String, String>(Map.of(
                "consumer.override.session.timeout.ms", "6000", "consumer.override.heartbeat.interval.ms", "1000"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return pipeline.sinkConnector().with(all);
    }

    /** One row changed in a byte, one in its charset, one missing, one extra. */
    private record Damage(int changed, int garbled, int missing, int extra) {

        String[] named() {
            return new String[] {
                "row " + key(changed) + " is different in note",
                "row " + key(garbled) + " is different in note",
                "row " + key(missing) + " is missing",
                "row code='x', id=" + extra + " is extra"
            };
        }

        boolean isThere() throws SQLException {
            return Replicas.rows(
                            pipeline.replica(),
                            "SELECT GROUP_CONCAT(id ORDER BY id) FROM replica.archive WHERE id = " + missing
                                    + " OR id > " + OLD_ROWS)
                    .equals(List.of(Integer.toString(extra)));
        }

        private static String key(int id) {
            return "code='é" + id % 7 + "', id=" + id;
        }
    }

    private static Damage damage() throws SQLException {
        var ids = new ArrayList<Integer>();
        while (ids.size() < 3) {
            int id = 1 + RANDOM.nextInt(OLD_ROWS);
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        var damage = new Damage(ids.get(0), ids.get(1), ids.get(2), OLD_ROWS + 1 + RANDOM.nextInt(1_000_000));
        pipeline.replica()
                .execute(
                        "UPDATE replica.archive SET note = INSERT(note, 20, 1, IF(SUBSTR(note, 20, 1) = '0', '1',"
                                + " '0')) WHERE id = " + damage.changed,
                        "UPDATE replica.archive SET note = CONVERT(CONVERT(CAST(note AS BINARY) USING latin1)"
                                + " USING utf8mb4) WHERE id = " + damage.garbled,
                        "DELETE FROM replica.archive WHERE id = " + damage.missing,
                        "INSERT INTO replica.archive VALUES ('x', " + damage.extra + ", '', 0)");
        return damage;
    }

    /** A whole pass without a difference, that began after the call; and the table is what the primary's is. */
    private static void awaitRepaired() throws Exception {
        await("the table is whole again")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(digest(pipeline.replica())).isEqualTo(digest(pipeline.primary())));
        long before = Long.parseLong(ofArchive("passes"));
        await("a pass without a difference").atMost(LIMIT).untilAsserted(() -> {
            assertThat(Long.parseLong(ofArchive("passes"))).isGreaterThanOrEqualTo(before + 2);
            assertThat(ofArchive("differing_chunks")).isEqualTo("0");
        });
    }

    private static List<String> digest(DatabaseServer server) throws SQLException {
        return Replicas.rows(
                server, "SELECT COUNT(*), SUM(CRC32(CONCAT_WS(',', code, id, HEX(note), price))) FROM replica.archive");
    }

    /** Of the table that was gone through least often, of those that both families order alike. */
    private static long passes() throws SQLException {
        String passes = found("MIN(IF(note IS NULL, passes, NULL))");
        return passes.equals("null") ? 0 : Long.parseLong(passes);
    }

    private static String ofArchive(String columns) throws SQLException {
        return of("archive", columns);
    }

    private static String of(String table, String columns) throws SQLException {
        List<String> rows = Replicas.rows(
                pipeline.replica(),
                "SELECT " + columns + " FROM binlog_replica.replica_verification WHERE table_name = '" + table + "'");
        return rows.isEmpty() ? "0" : rows.get(0);
    }

    private static String found(String expression) throws SQLException {
        return Replicas.rows(pipeline.replica(), "SELECT " + expression + " FROM binlog_replica.replica_verification")
                .get(0);
    }
}
