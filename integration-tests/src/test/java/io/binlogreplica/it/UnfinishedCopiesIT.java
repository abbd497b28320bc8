package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements about tables of which not all is copied, or sent, and about others besides them. */
class UnfinishedCopiesIT {

    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static Replicas replicas;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        replicas = new Replicas(pipeline);
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica",
                        "CREATE TABLE replica.unlocked (txt VARCHAR(20)) ENGINE=MyISAM",
                        "INSERT INTO replica.unlocked SELECT seq FROM " + Servers.numbers(1, 20_000));
        var stopped = new AtomicBoolean();
        var writer = new Thread(() -> insertUntil(stopped), "writer");
        writer.start();
        pipeline.run(pipeline.sourceConnector());
        pipeline.run(pipeline.sinkConnector());
        awaitLog("replica.unlocked complete");
        stopped.set(true);
        writer.join();
    }

    @AfterAll
    static void stop() throws Exception {
        pipeline.close();
    }

    /** Rows of MyISAM are read as they are just then; without a key one too many would not be noticed. */
    @Test
    void aTableWithoutTransactionsIsCopiedWhileItIsWrittenTo() throws Exception {
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void aTableThatIsRenamedAmidItsCopyWhileNobodyReadsIsCopiedAsAWhole() throws Exception {
        create("half");
        stopSource();
        setOffset("half", amid());
        pipeline.replica().execute("DELETE FROM replica.half WHERE id > 500");
        pipeline.primary()
                .execute(
                        "UPDATE replica.half SET v = -1 WHERE id = 1",
                        "RENAME TABLE replica.half TO replica.other_half",
                        "INSERT INTO replica.other_half VALUES (5000, 5)");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        awaitLog("replica.other_half complete");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void aTableThatIsRenamedBeforeItsCopyWhileNobodyReadsIsCopiedUnderItsNewName() throws Exception {
        create("waiting");
        stopSource();
        setOffset("waiting", null);
        pipeline.replica()
                .execute(
                        "DROP TABLE replica.waiting",
                        "DELETE FROM binlog_replica.replica_table_state WHERE table_name = 'waiting'");
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.waiting VALUES (5000, 5)",
                        "RENAME TABLE replica.waiting TO replica.begun",
                        "INSERT INTO replica.begun VALUES (5001, 5)");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        awaitLog("replica.begun complete");
        EndToEnd.assertIdentical(pipeline);
        assertThat(replicas.state("waiting")).isNull();
        assertThat(replicas.column("begun", "failures")).isEqualTo("0");
    }

    /** As tools do that alter a table by making another one: the progress of what has a name now is not that of what had it before. */
    @Test
    void progressFollowsTheTableThatTakesAnothersName() throws Exception {
        create("large");
        create("large_new");
        signal("{\"type\":\"pause-snapshot\",\"data\":{\"type\":\"incremental\"}}");
        awaitLog("[TRANSFER] paused");
        stopSource();
        setOffset("large_new", amid());
        pipeline.replica().execute("DELETE FROM replica.large_new WHERE id > 500");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        pipeline.primary()
                .execute("RENAME TABLE replica.large TO replica.large_old, replica.large_new TO replica.large");
        replicas.awaitApplied();
        stopSource();
        assertThat(offset("large").offset().path("copy").asText()).isEqualTo("running");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        signal("{\"type\":\"resume-snapshot\"}");
        awaitLog("replica.large complete");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void aTableThatCameAndWasRenamedWhileNobodyReadIsNotCopied() throws Exception {
        replicas.awaitApplied();
        stopSource();
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.came (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica.came VALUES (1, 1)",
                        "RENAME TABLE replica.came TO replica.stayed",
                        "INSERT INTO replica.stayed VALUES (2, 2)");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
        replicas.awaitApplied();
        EndToEnd.assertIdentical(pipeline);
        stopSource();
        assertThat(offset("came").offset().path("copy").asText()).isEqualTo("complete");
        assertThat(offset("stayed").offset().path("copy").asText()).isEqualTo("complete");
        pipeline.worker().rest().resume(Pipeline.SOURCE);
    }

    @Test
    void whatAStatementDoesToOthersThanCapturedTablesIsNotDone() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE DATABASE elsewhere",
                        "CREATE TABLE elsewhere.theirs (id INT PRIMARY KEY)",
                        "CREATE TABLE elsewhere.more (id INT PRIMARY KEY)");
        pipeline.replica()
                .execute("CREATE DATABASE elsewhere", "CREATE TABLE elsewhere.theirs (id INT PRIMARY KEY, own INT)");
        create("mine");
        create("gone");
        pipeline.primary()
                .execute(
                        "DROP TABLE replica.gone, elsewhere.theirs",
                        "RENAME TABLE elsewhere.more TO elsewhere.most, replica.mine TO replica.mine_still");
        replicas.awaitApplied();
        EndToEnd.assertIdentical(pipeline);
        assertThat(replicas.state("mine_still")).isEqualTo("LIVE");
        pipeline.replica().execute("INSERT INTO elsewhere.theirs VALUES (1, 1)");
    }

    @Test
    void aTableWhoseBeginningIsNotLoggedIsCopiedWithItsFirstChange() throws Exception {
        pipeline.primary()
                .execute(
                        "SET SESSION sql_log_bin = 0",
                        "CREATE TABLE replica.unheard (id INT PRIMARY KEY)",
                        "INSERT INTO replica.unheard VALUES (1)",
                        "SET SESSION sql_log_bin = 1",
                        "INSERT INTO replica.unheard VALUES (2)");
        awaitLog("replica.unheard complete");
        replicas.awaitState("unheard", "LIVE");
        EndToEnd.assertIdentical(pipeline);
    }

    /** The transaction is larger than what is kept of one, so its statement and rows are saved when the worker ends. */
    @Test
    void aTableThatAQueryFillsIsSentOnceOverAKill() throws Exception {
        replicas.awaitApplied();
        pipeline.worker().kill();
        int before = EndToEnd.logged(pipeline, "Resuming to read");
        pipeline.worker().startWith("-Dbinlogreplica.halt=ROW_EMITTED:38");
        // a table that is there when the source begins would be copied instead
        awaitLog("Resuming to read", before + 1);
        pipeline.primary()
                .execute("CREATE TABLE replica.filled (id INT PRIMARY KEY, txt LONGTEXT) SELECT seq AS id,"
                        + " REPEAT(CHAR(64 + seq % 26), 1000000) AS txt FROM " + Servers.numbers(1, 40));
        pipeline.awaitWorkerEnd(LIMIT);
        pipeline.worker().start();
        EndToEnd.assertIdentical(pipeline);
    }

    private static void create(String table) throws SQLException {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica." + table + " (id INT PRIMARY KEY, v INT)",
                        "INSERT INTO replica." + table + " SELECT seq, seq FROM " + Servers.numbers(1, 1_000));
        replicas.awaitApplied();
    }

    private static void insertUntil(AtomicBoolean stopped) {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            while (!stopped.get()) {
                statement.execute("INSERT INTO replica.unlocked VALUES ('while it is copied')");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stopSource() {
        pipeline.worker().rest().stop(Pipeline.SOURCE, LIMIT);
    }

    private static ObjectNode amid() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("copy", "running")
                .put("rows", 500)
                .put("key", "[500]");
    }

    private static ConnectorOffset offset(String table) {
        return pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                .filter(offset -> offset.partition().path("table").asText().equals("replica." + table))
                .findFirst()
                .orElseThrow();
    }

    private static void setOffset(String table, @Nullable ObjectNode progress) {
        pipeline.worker()
                .rest()
                .patchOffsets(
                        Pipeline.SOURCE,
                        List.of(new ConnectorOffset(offset(table).partition(), progress)));
    }

    private static void signal(String signal) {
        Topics.send(pipeline, "primary.signals", "primary", signal);
    }

    private static void awaitLog(String text) {
        awaitLog(text, 1);
    }

    private static void awaitLog(String text, int times) {
        await("the worker's log says " + times + " times " + text)
                .atMost(LIMIT)
                .until(() -> EndToEnd.logged(pipeline, text) >= times);
    }
}
