package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.verify.Finding;
import io.binlogreplica.local.verify.Finding.Kind;
import io.binlogreplica.local.verify.TableFilter;
import io.binlogreplica.local.verify.TableVerdict;
import io.binlogreplica.local.verify.Verification;
import io.binlogreplica.local.verify.VerifyOptions;
import io.binlogreplica.local.verify.VerifyReport;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged behind the pipeline's back is found and named while it runs, and nothing else is. */
class VerifyIT {

    /** How often rows are damaged, four at a time; {@code -Dverify.rounds=25} for a hundred. */
    private static final int ROUNDS = Integer.getInteger("verify.rounds", 2);

    /** For how long nothing may be found before rows are damaged; {@code -Dverify.minutes=60}. */
    private static final Duration AT_REST = Duration.ofMinutes(Integer.getInteger("verify.minutes", 0));

    /** All; but for the one with JSON if that is of two types, which verification calls a difference. */
    private static final String TABLES = "replica[.]" + (Servers.areOfOneFamily() ? "" : "(?!every_type$)") + ".*";

    private static final int OLD_ROWS = 20_000;
    private static final int CHANGES_PER_SECOND = 300;

    @TempDir
    static Path directory;

    private static Pipeline pipeline;
    private static Workload workload;
    private static BackgroundWriter writer;

    @BeforeAll
    static void start() throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        workload = new Workload(pipeline.primary(), 11);
        workload.createSchema();
        workload.load(20_000, rows -> {});
        // rows are compared by keys that both servers are known to take for equal
        String collation = Servers.areOfOneFamily() ? "" : " COLLATE utf8mb4_bin";
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.archive (code VARCHAR(20)" + collation
                                + ", id INT, note VARCHAR(100), price" + " DECIMAL(12,2), PRIMARY KEY (code, id))",
                        "INSERT INTO replica.archive SELECT CONCAT('é', seq % 7), seq, CONCAT('Noté ', SHA2(seq, 256)), seq"
                                + " / 3 FROM " + Servers.numbers(1, OLD_ROWS),
                        "CREATE TABLE replica.journal (at DATETIME, what VARCHAR(60))",
                        "INSERT INTO replica.journal SELECT '2024-01-01', LEFT(SHA2(seq % 5000, 256), 32) FROM "
                                + Servers.numbers(1, OLD_ROWS));
        writer = workload.startWriting(CHANGES_PER_SECOND);
        pipeline.runConnectors();
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
    void damageIsFoundAndNamedUnderLoadAndThereIsNoFalseAlarm() throws Exception {
        long end = System.nanoTime() + AT_REST.toNanos();
        while (System.nanoTime() < end) {
            VerifyReport report = verify();
            assertThat(report.isEqual()).as(report.json()).isTrue();
        }
        var random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            VerifyReport before = verify();
            assertThat(before.isEqual()).as(before.json()).isTrue();
            assertThat(before.tables()).hasSizeGreaterThan(8);

            int changed = 1 + random.nextInt(OLD_ROWS / 4);
            int garbled = changed + OLD_ROWS / 4;
            int missing = garbled + OLD_ROWS / 4;
            int extra = OLD_ROWS + 1 + random.nextInt(1_000_000);
            pipeline.replica()
                    .execute(
                            "UPDATE replica.archive SET note = INSERT(note, 20, 1, IF(SUBSTR(note, 20, 1) = '0', '1',"
                                    + " '0')) WHERE id = " + changed,
                            "UPDATE replica.archive SET note = CONVERT(CONVERT(CAST(note AS BINARY) USING latin1)"
                                    + " USING utf8mb4) WHERE id = " + garbled,
                            "DELETE FROM replica.archive WHERE id = " + missing,
                            "INSERT INTO replica.archive VALUES ('x', " + extra + ", '', 0)",
                            "INSERT INTO replica.journal VALUES ('2024-01-01', 'never happened')");
            VerifyReport report = verify();
            assertThat(report.exitStatus()).isEqualTo(1);
            assertThat(report.structure()).isEmpty();
            assertThat(report.tables().stream().filter(table -> !table.isEqual()))
                    .extracting(table -> table.table().table())
                    .containsExactly("archive", "journal");
            assertThat(table(report, "archive").findings())
                    .containsExactlyInAnyOrder(
                            new Finding(Kind.DIFFERENT, key(changed), List.of("note"), 1, true),
                            new Finding(Kind.DIFFERENT, key(garbled), List.of("note"), 1, true),
                            new Finding(Kind.MISSING, key(missing), List.of(), 1, true),
                            new Finding(Kind.EXTRA, "code='x', id=" + extra, List.of(), 1, true));
            assertThat(table(report, "journal").findings())
                    .containsExactly(new Finding(
                            Kind.EXTRA, "at='2024-01-01 00:00:00', what='never happened'", List.of(), 1, true));
            repair(changed, garbled, missing, extra);
        }
        assertThat(writer.isWriting()).isTrue();
    }

    /** A change that is on its way is no difference; one that does not come while the sink stands is not called certain. */
    @Test
    void whatIsUnderWayIsNotCalledADifference() throws Exception {
        // how far others are does not count
        pipeline.replica()
                .execute(
                        "INSERT INTO binlog_replica.binlog_position (connector, topic, `partition`, next_offset, epoch)"
                                + " VALUES ('former-sink', 'former.changes', 0, 7, 1)");
        pipeline.worker().rest().pause(Pipeline.SINK, EndToEnd.LIMIT);
        try {
            pipeline.primary().execute("UPDATE replica.archive SET price = -1 WHERE id = 77");
            VerifyReport report =
                    verification(Duration.ofSeconds(1), "replica[.]archive").run();
            assertThat(report.exitStatus()).as(report.json()).isEqualTo(3);
            assertThat(table(report, "archive").findings())
                    .containsExactly(new Finding(Kind.DIFFERENT, key(77), List.of("price"), 1, false));
        } finally {
            pipeline.worker().rest().resume(Pipeline.SINK);
            pipeline.replica().execute("DELETE FROM binlog_replica.binlog_position WHERE connector = 'former-sink'");
        }
        VerifyReport report =
                verification(Duration.ofMinutes(1), "replica[.]archive").run();
        assertThat(report.isEqual()).as(report.json()).isTrue();
    }

    @Test
    void theCommandSaysItInItsExitStatusAndInJson() throws Exception {
        Path config = Files.writeString(directory.resolve("verify.properties"), """
            source.database.hostname=%1$s
            source.database.port=%2$d
            source.database.user=%4$s
            source.database.password=%5$s
            sink.database.hostname=%1$s
            sink.database.port=%3$d
            sink.database.user=%4$s
            sink.database.password=%5$s
            """.formatted(
                "127.0.0.1", pipeline.primary().port(), pipeline.replica().port(), Pipeline.USER, Pipeline.PASSWORD));
        Path report = directory.resolve("report.json");
        var arguments =
                new ArrayList<>(List.of("verify", "--config", config.toString(), "--report", report.toString()));
        if (!Servers.areOfOneFamily()) {
            arguments.addAll(List.of("--tables", TABLES));
        }
        int status = command(arguments.toArray(String[]::new));
        assertThat(status).as(Files.readString(directory.resolve("verify.log"))).isZero();
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("equal").asBoolean()).isTrue();
        assertThat(json.path("rows").asLong()).isGreaterThan(2 * OLD_ROWS);
        assertThat(directory.resolve("verify.log"))
                .content()
                .contains("Equal: ")
                .doesNotContain(Pipeline.PASSWORD);

        Files.writeString(config, Files.readString(config).replace(Pipeline.PASSWORD, "wrong"));
        assertThat(command("verify", "--config", config.toString())).isEqualTo(2);
        assertThat(directory.resolve("verify.log"))
                .content()
                .contains("refuses the login")
                .doesNotContain("wrong");
    }

    private static int command(String... arguments) throws Exception {
        Process process = DemoIT.replica(arguments)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("verify.log").toFile())
                .start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static String key(int id) {
        return "code='é" + id % 7 + "', id=" + id;
    }

    private static void repair(int changed, int garbled, int missing, int extra) throws SQLException {
        pipeline.replica()
                .execute(
                        "DELETE FROM replica.archive WHERE id IN (" + changed + ", " + garbled + ", " + extra + ")",
                        "INSERT INTO replica.archive SELECT CONCAT('é', seq % 7), seq, CONCAT('Noté ', SHA2(seq, 256)), seq"
                                + " / 3 FROM " + Servers.numbers(1, OLD_ROWS) + " WHERE seq IN (" + changed + ", "
                                + garbled
                                + ", "
                                + missing + ")",
                        "DELETE FROM replica.journal WHERE what = 'never happened'");
    }

    private static VerifyReport verify() throws Exception {
        return verification(Duration.ofSeconds(60), TABLES).run();
    }

    private static Verification verification(Duration settle, String tables) {
        return new Verification(
                        pipeline.primary()::connect,
                        pipeline.replica()::connect,
                        "primary with replica",
                        new VerifyOptions(
                                new TableFilter(
                                        List.of(Pattern.compile("replica")),
                                        List.of(Pattern.compile(tables)),
                                        List.of(),
                                        List.of()),
                                "binlog_replica",
                                0,
                                settle,
                                1_000,
                                null))
                .ofSink(Pipeline.SINK);
    }

    private static TableVerdict table(VerifyReport report, String name) {
        return report.tables().stream()
                .filter(table -> table.table().table().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
