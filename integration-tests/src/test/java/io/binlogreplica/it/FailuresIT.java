package io.binlogreplica.it;

import static io.binlogreplica.it.Replicas.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody changes the replica so that changes cannot be applied: the tables concerned say so, all others go on. */
class FailuresIT {

    private static final String LEFT_OUT = "left-out";
    private static final Duration LIMIT = EndToEnd.LIMIT;

    private static Pipeline pipeline;
    private static int marker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        pipeline = EndToEnd.pipeline(directory).start();
        pipeline.primary().execute("CREATE DATABASE replica", "CREATE TABLE replica.marker (id INT PRIMARY KEY)");
        for (String table : List.of(
                "sound",
                "one_row",
                "many_rows",
                "narrow",
                "extra",
                "ddl",
                "defaulted",
                "filled",
                "beforehand",
                "denied",
                "triggers",
                "tampered",
                "missing",
                "policy_overwrite",
                "policy_keep",
                "policy_unique",
                "computes",
                "boss",
                "joined",
                "stopping",
                "unfit",
                "large")) {
            pipeline.primary()
                    .execute(
                            "CREATE TABLE replica." + table + " (id INT PRIMARY KEY, v VARCHAR(20), n INT)",
                            "INSERT INTO replica." + table + " VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)");
        }
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.parent (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE replica.child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent)"
                                + " REFERENCES parent (id) ON DELETE CASCADE)",
                        "INSERT INTO replica.parent VALUES (1, 1), (2, 2)",
                        "INSERT INTO replica.child VALUES (11, 1), (12, 2)",
                        "CREATE TABLE replica.altered (id INT PRIMARY KEY)",
                        "CREATE TABLE replica.below_altered (id INT PRIMARY KEY, above INT, FOREIGN KEY (above)"
                                + " REFERENCES altered (id) ON DELETE CASCADE)",
                        "CREATE TABLE replica.root (id INT PRIMARY KEY)",
                        "CREATE TABLE replica.leaf (id INT PRIMARY KEY, root INT, CONSTRAINT of_root FOREIGN KEY (root)"
                                + " REFERENCES root (id) ON DELETE CASCADE)");
        // so that a record in the dead letter queue is one change
        pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", "envelope")));
        runSink(Map.of());
        pipeline.awaitCaughtUp(EndToEnd.LIMIT);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void aRowThatIsRefusedIsLeftOutOfItsTransactionAndTheTableSaysSo() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.one_row ADD CONSTRAINT small_one_row CHECK (n < 100)");
        pipeline.primary()
                .execute(
                        "START TRANSACTION",
                        "INSERT INTO replica.one_row VALUES (4, 'four', 4), (5, 'five', 500)",
                        "INSERT INTO replica.sound VALUES (4, 'four', 4)",
                        "INSERT INTO replica.one_row VALUES (6, 'six', 6)",
                        "COMMIT");
        awaitApplied();
        assertThat(rows(pipeline.replica(), "SELECT id FROM replica.one_row ORDER BY id"))
                .containsExactly("1", "2", "3", "4", "6");
        assertSame("sound");
        assertThat(state("one_row")).isEqualTo("DAMAGED");
        assertThat(column("one_row", "failed_changes")).isEqualTo("1");
        assertThat(column("one_row", "failures")).isEqualTo("0");
        assertThat(column("one_row", "cause"))
                .containsPattern("create in table replica.one_row, key id=5, at " + Servers.gtid())
                .contains("record primary.changes-0@")
                .contains(Servers.replicaIsMySql() ? "error 3819" : "error 4025");
        assertThat(column(
                        "one_row",
                        "CONCAT_WS(' ', first_skipped_gtid, first_skipped_file, first_skipped_pos,"
                                + " first_skipped_record)"))
                .matches(Servers.gtid() + " binlog\\.\\d+ \\d+ primary\\.changes-0@\\d+");
        assertThat(state("sound")).isEqualTo("LIVE");
        assertThat(new Topics(pipeline).read(LEFT_OUT))
                .anySatisfy(message -> assertThat(message.headers().toString()).contains("key id=5"));
    }

    @Test
    void aTableThatFailsAgainAndAgainDegradesAndACopyHealsIt() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.many_rows ADD CONSTRAINT small_many_rows CHECK (n < 100)");
        pipeline.primary()
                .execute(
                        "UPDATE replica.many_rows SET n = 100 WHERE id = 1",
                        "INSERT INTO replica.many_rows VALUES (4, 'four', 400), (5, 'five', 500)",
                        "DELETE FROM replica.many_rows WHERE id = 3",
                        "INSERT INTO replica.many_rows VALUES (6, 'six', 6)",
                        "INSERT INTO replica.sound VALUES (10, 'ten', 10)");
        awaitApplied();
        assertThat(state("many_rows")).isEqualTo("DEGRADED");
        assertThat(column("many_rows", "failed_changes")).isEqualTo("3");
        assertThat(column("many_rows", "skipped_changes")).isEqualTo("2");
        assertSame("sound");

        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary().execute("UPDATE replica.many_rows SET v = 'dos' WHERE id = 2", "TRUNCATE replica.sound");
        awaitApplied();
        assertThat(state("many_rows")).isEqualTo("DEGRADED");
        assertThat(column("many_rows", "skipped_changes")).isEqualTo("3");
        assertThat(rows(pipeline.replica(), "SELECT id, v FROM replica.many_rows ORDER BY id"))
                .containsExactly("1 one", "2 two", "3 three");
        assertSame("sound");

        pipeline.replica().execute("ALTER TABLE replica.many_rows DROP CONSTRAINT small_many_rows");
        copyAnew("many_rows");
        awaitState("many_rows", "LIVE");
        pipeline.primary().execute("UPDATE replica.many_rows SET v = 'nine' WHERE id = 5");
        awaitApplied();
        assertSame("many_rows");
        assertThat(column("many_rows", "CONCAT(failures, failed_changes, skipped_changes, cause IS NULL)"))
                .isEqualTo("0001");
    }

    /** A transaction that is larger than what is held in memory is applied in parts. */
    @Test
    void aBadRowInALargeTransactionIsLeftOutToo() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.large ADD CONSTRAINT small_large CHECK (n < 1000000)");
        pipeline.primary()
                .execute("INSERT INTO replica.large SELECT seq, seq, IF(seq IN (20000, 40000), 1000000, seq)" + " FROM "
                        + Servers.numbers(10, 40000));
        awaitApplied();
        assertThat(state("large")).isEqualTo("DAMAGED");
        assertThat(column("large", "failed_changes")).isEqualTo("2");
        assertThat(rows(pipeline.replica(), "SELECT COUNT(*), SUM(id) FROM replica.large"))
                .isEqualTo(rows(
                        pipeline.primary(),
                        "SELECT COUNT(*), SUM(id) FROM replica.large WHERE id NOT IN (20000, 40000)"));
    }

    /** K4: keys that the replica takes for the same are told by name, by a copy too, and no change meets the other's row. */
    @Test
    void keysThatTheReplicaComparesLessStrictlyAreNeverMerged() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.coarse (k VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, n INT)");
        awaitApplied();
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.coarse MODIFY k VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        pipeline.primary().execute("INSERT INTO replica.coarse VALUES ('A', 1), ('a', 1), ('b', 1)");
        awaitApplied();
        assertThat(state("coarse")).isEqualTo("DAMAGED");
        copyAnew("coarse");
        await("the copy is refused that row too")
                .atMost(LIMIT)
                .until(() -> column("coarse", "IFNULL(cause, '')").contains("read in table replica.coarse, key k=a"));
        pipeline.primary().execute("DELETE FROM replica.coarse WHERE k = 'a'");
        awaitApplied();
        assertThat(rows(pipeline.replica(), "SELECT k FROM replica.coarse ORDER BY k"))
                .containsExactly("A", "b");
    }

    /** T9. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "narrow|MODIFY v VARCHAR(5)|column v is varchar(5) where the primary has varchar(20)",
                "extra|ADD COLUMN more INT NOT NULL|column more is NOT NULL, and not in the primary's table"
            })
    void aTableThatDoesNotFitDegradesAtItsFirstRefusal(String table, String alteration, String cause) throws Exception {
        pipeline.replica().execute("ALTER TABLE replica." + table + " " + alteration);
        pipeline.primary()
                .execute(
                        "INSERT INTO replica." + table + " VALUES (4, 'four hundred', 4)",
                        "INSERT INTO replica.sound VALUES (" + (20 + ++marker) + ", 'x', 10)");
        awaitApplied();
        assertThat(state(table)).isEqualTo("DEGRADED");
        assertThat(column(table, "cause")).contains(cause);
        assertSame("sound");
    }

    @Test
    void ddlThatTheReplicaRefusesDegradesItsTableOnly() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.ddl ADD COLUMN more VARCHAR(5)");
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.ddl VALUES (4, 'four', 4)",
                        "ALTER TABLE replica.ddl ADD COLUMN more INT",
                        "INSERT INTO replica.ddl VALUES (5, 'five', 5, 5)");
        awaitApplied();
        assertThat(state("ddl")).isEqualTo("DEGRADED");
        assertThat(column("ddl", "cause"))
                .contains("Duplicate column name 'more'")
                .contains("ALTER TABLE replica.ddl");
        assertThat(rows(pipeline.replica(), "SELECT MAX(id) FROM replica.ddl")).containsExactly("4");
    }

    /** The table takes the rows that come, but those that are there, or what cascades, are not the primary's. */
    @Test
    void ddlOfWhichTheReplicaHasAnotherFormIsNotTakenForDone() throws Exception {
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.defaulted ADD COLUMN more INT NULL",
                        "ALTER TABLE replica.filled ADD COLUMN more INT NULL DEFAULT 6",
                        "ALTER TABLE replica.leaf DROP FOREIGN KEY of_root",
                        "ALTER TABLE replica.leaf ADD CONSTRAINT called_otherwise FOREIGN KEY (root)"
                                + " REFERENCES replica.root (id) ON DELETE CASCADE",
                        "CREATE TABLE replica.left_over (id INT PRIMARY KEY)",
                        "INSERT INTO replica.left_over VALUES (100)",
                        "CREATE TABLE replica.also_left_over (id INT PRIMARY KEY)",
                        "INSERT INTO replica.also_left_over VALUES (100)");
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.defaulted ADD COLUMN more INT NOT NULL DEFAULT 5",
                        "ALTER TABLE replica.filled ADD COLUMN more INT NULL",
                        "ALTER TABLE replica.leaf DROP FOREIGN KEY of_root",
                        "CREATE TABLE replica.left_over (id INT PRIMARY KEY)",
                        "INSERT INTO replica.left_over VALUES (1)",
                        "CREATE TABLE IF NOT EXISTS replica.also_left_over (id INT PRIMARY KEY)",
                        "INSERT INTO replica.also_left_over VALUES (1)");
        awaitApplied();
        for (String table : List.of("defaulted", "filled", "leaf", "left_over", "also_left_over")) {
            assertThat(state(table)).as(table).isEqualTo("DEGRADED");
            assertThat(column(table, "cause")).contains("the replica refuses a statement of the primary");
        }
    }

    @Test
    void ddlThatWasRunOnTheReplicaBeforehandIsNotRunAgain() throws Exception {
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.beforehand ADD COLUMN more INT NULL",
                        "CREATE INDEX by_n ON replica.beforehand (n, v)",
                        "CREATE TABLE replica.made_beforehand (id INT PRIMARY KEY, v VARCHAR(20) DEFAULT 'none')");
        pipeline.primary()
                .execute(
                        "ALTER TABLE replica.beforehand ADD COLUMN more INT NULL",
                        "CREATE INDEX by_n ON replica.beforehand (n, v)",
                        "INSERT INTO replica.beforehand VALUES (4, 'four', 4, 4)",
                        "CREATE TABLE replica.made_beforehand (id INT PRIMARY KEY, v VARCHAR(20) DEFAULT 'none')",
                        "INSERT INTO replica.made_beforehand (id) VALUES (1)");
        awaitApplied();
        for (String table : List.of("beforehand", "made_beforehand")) {
            assertThat(column(table, "CONCAT(state, COALESCE(cause, ''))"))
                    .as(table)
                    .isEqualTo("LIVE");
            assertSame(table);
        }
    }

    /** The table is not to blame, and would differ for nothing. */
    @Test
    void ddlForWhichTheSinkLacksAPrivilegeStopsTheTask() throws Exception {
        pipeline.replica().execute("REVOKE ALTER ON replica.* FROM " + Pipeline.USER);
        try {
            // sessions that are there may have the privilege still
            runSink(Map.of("schema.drift.policy", "degrade"));
            pipeline.primary().execute("ALTER TABLE replica.denied ADD INDEX by_n (n)");
            await("the task has failed")
                    .atMost(LIMIT)
                    .until(() -> pipeline.worker().rest().status(Pipeline.SINK).hasFailed());
            assertThat(pipeline.worker().rest().status(Pipeline.SINK).toString())
                    .contains("ALTER command denied to user")
                    .contains("Put right what the error names, and restart the task");
        } finally {
            pipeline.replica().execute("GRANT ALTER ON replica.* TO " + Pipeline.USER);
            runSink(Map.of());
        }
        awaitApplied();
        assertThat(state("denied")).isEqualTo("LIVE");
        assertThat(rows(pipeline.replica(), "SHOW INDEX FROM replica.denied WHERE Key_name = 'by_n'"))
                .hasSize(1);
    }

    /** It is nobody's whose changes come. */
    @Test
    void aTableOfTheServerThatCannotBeOpenedIsPassedOver() throws Exception {
        pipeline.replica()
                .execute(
                        "CREATE DATABASE broken",
                        "CREATE TABLE broken.opens_not (id INT PRIMARY KEY) ENGINE=MyISAM",
                        "GRANT SELECT ON broken.* TO " + Pipeline.USER,
                        "FLUSH TABLES broken.opens_not");
        Path index = Path.of(rows(pipeline.replica(), "SELECT @@datadir").get(0), "broken", "opens_not.MYI");
        Path elsewhere = Files.move(index, index.resolveSibling("elsewhere"));
        try {
            pipeline.primary()
                    .execute(
                            "CREATE INDEX by_n ON replica.sound (n)",
                            "INSERT INTO replica.sound VALUES (200, 'two hundred', 200)");
            awaitApplied();
            await("it is named")
                    .atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline).contains("the server cannot open table broken.opens_not"));
        } finally {
            Files.move(elsewhere, index);
        }
        assertSame("sound");
    }

    /** They would end each try of what takes longer, and refuse rows that the primary has room for. */
    @Test
    void theReplicasLimitsForSessionsAreNotTheSinks() throws Exception {
        pipeline.replica().execute("SET GLOBAL max_heap_table_size = 16384");
        limitStatements("0.05");
        try {
            runSink(Map.of("schema.drift.policy", "degrade"));
            pipeline.primary()
                    .execute(
                            "CREATE TABLE replica.in_memory (id INT PRIMARY KEY, v CHAR(100)) ENGINE=MEMORY",
                            "INSERT INTO replica.in_memory SELECT seq, seq FROM " + Servers.numbers(1, 1000),
                            "CREATE TABLE replica.slow (id INT PRIMARY KEY, v CHAR(100))",
                            "INSERT INTO replica.slow SELECT seq, seq FROM " + Servers.numbers(1, 50000),
                            "ALTER TABLE replica.slow FORCE, ALGORITHM=COPY");
            awaitApplied();
        } finally {
            limitStatements("0");
            pipeline.replica().execute("SET GLOBAL max_heap_table_size = DEFAULT");
            runSink(Map.of());
        }
        assertSame("in_memory");
        assertThat(state("in_memory")).isEqualTo("LIVE");
        assertThat(rows(pipeline.replica(), "SELECT COUNT(*) FROM replica.slow"))
                .containsExactly("50000");
    }

    /** The error is that of a disk that is full, which is waited for. */
    @Test
    void aTableInMemoryThatIsFullHoldsUpNoOther() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.small (id INT PRIMARY KEY, v CHAR(100)) ENGINE=MEMORY");
        awaitApplied();
        pipeline.replica().execute("SET max_heap_table_size = 16384", "ALTER TABLE replica.small ENGINE=MEMORY");
        pipeline.primary().execute("INSERT INTO replica.small SELECT seq, seq FROM " + Servers.numbers(1, 1000));
        awaitState("small", "DEGRADED");
        awaitApplied();
        assertSame("sound");
    }

    /** MySQL has such a limit for queries only. */
    private static void limitStatements(String seconds) throws SQLException {
        if (!Servers.replicaIsMySql()) {
            pipeline.replica().execute("ALTER USER " + Pipeline.USER + " WITH MAX_STATEMENT_TIME " + seconds);
        }
    }

    /** K4: its rows would come to be fewer than the primary's. */
    @Test
    void aTableThatHasAKeyOnTheReplicaOnlyIsNotCopiedInto() throws Exception {
        pipeline.primary().execute("CREATE TABLE replica.twice (id INT NOT NULL, v INT)");
        awaitApplied();
        pipeline.replica().execute("ALTER TABLE replica.twice ADD PRIMARY KEY (id)");
        pipeline.primary().execute("INSERT INTO replica.twice VALUES (1, 1)");
        copyAnew("twice");
        awaitState("twice", "DEGRADED");
        assertThat(column("twice", "cause")).contains("its key is [id] where the primary's table has none");
        // so that copies that cannot help are counted
        String since = column("twice", "since");
        copyAnew("twice");
        await("it was copied in vain once more")
                .atMost(LIMIT)
                .until(() -> !column("twice", "since").equals(since));
    }

    /** Nobody would be told of what the replica does to rows by itself. */
    @Test
    void aTableThatTheReplicaChangesByItselfIsNotCopiedInto() throws Exception {
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.computes DROP COLUMN n, ADD COLUMN n INT AS (id + 1) STORED",
                        "SET foreign_key_checks = 0",
                        "ALTER TABLE replica.joined ADD CONSTRAINT of_boss FOREIGN KEY (n) REFERENCES replica.boss (id)"
                                + " ON DELETE SET NULL");
        copyAnew("computes", "joined");
        awaitState("computes", "DEGRADED");
        awaitState("joined", "DEGRADED");
        assertThat(column("computes", "cause")).contains("column n is computed where the primary's is written");
        assertThat(column("joined", "cause"))
                .contains("changes of replica.boss cascade to it by foreign key of_boss, and do not on the primary");
    }

    /** T7. */
    @Test
    void aTriggerOnTheReplicaIsFoundBeforeItChangesARow() throws Exception {
        pipeline.replica()
                .execute("CREATE TRIGGER replica.twice BEFORE INSERT ON replica.triggers FOR EACH ROW SET NEW.n = 0");
        pipeline.worker().rest().restart(Pipeline.SINK);
        pipeline.primary().execute("INSERT INTO replica.triggers VALUES (4, 'four', 4)");
        awaitApplied();
        assertThat(state("triggers")).isEqualTo("DEGRADED");
        assertThat(column("triggers", "cause")).contains("trigger twice");
        assertThat(rows(pipeline.replica(), "SELECT MAX(id) FROM replica.triggers"))
                .containsExactly("3");
    }

    @Test
    void aTableThatIsGoneDegradesAndACopyMakesItAgain() throws Exception {
        pipeline.replica().execute("DROP TABLE replica.missing");
        pipeline.primary().execute("INSERT INTO replica.missing VALUES (4, 'four', 4)");
        awaitApplied();
        assertThat(state("missing")).isEqualTo("DEGRADED");
        assertThat(column("missing", "cause")).contains("the replica has no table replica.missing");
        copyAnew("missing");
        awaitState("missing", "LIVE");
        assertSame("missing");
    }

    @Test
    void childrenOfACascadeShareTheFateOfTheirParent() throws Exception {
        pipeline.replica().execute("ALTER TABLE replica.parent ADD CONSTRAINT small_parent CHECK (n < 100)");
        pipeline.primary().execute("UPDATE replica.parent SET n = 100 WHERE id = 2");
        awaitApplied();
        assertThat(List.of(state("parent"), state("child"))).containsOnly("DAMAGED");
        pipeline.primary()
                .execute(
                        "UPDATE replica.parent SET n = 200 WHERE id = 2",
                        "UPDATE replica.parent SET n = 300 WHERE id = 2",
                        "DELETE FROM replica.parent WHERE id = 1");
        awaitApplied();
        assertThat(List.of(state("parent"), state("child"))).containsOnly("DEGRADED");
        assertThat(column("child", "cause")).contains("changes of replica.parent cascade to it");
        assertThat(rows(pipeline.replica(), "SELECT id FROM replica.child ORDER BY id"))
                .containsExactly("11", "12");

        pipeline.replica().execute("ALTER TABLE replica.parent DROP CONSTRAINT small_parent");
        copyAnew("parent", "child");
        awaitState("parent", "LIVE");
        awaitState("child", "LIVE");
        assertSame("parent");
        assertSame("child");
    }

    /** Nobody has touched the child; but what changes of its parent would do to it is left out with these. */
    @Test
    void childrenOfATableThatSomebodyAltersDegradeWithItAndThoseThatComeLaterAreMarked() throws Exception {
        runSink(Map.of("resync.delay.ms", "500"));
        pipeline.replica().execute("ALTER TABLE replica.altered ADD COLUMN mine INT NOT NULL");
        awaitState("altered", "DEGRADED");
        runSink(Map.of());
        assertThat(state("below_altered")).isEqualTo("DEGRADED");
        assertThat(column("below_altered", "cause")).contains("changes of replica.altered cascade to it");

        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.later (id INT PRIMARY KEY, above INT, FOREIGN KEY (above)"
                                + " REFERENCES altered (id) ON DELETE CASCADE)",
                        "INSERT INTO replica.altered VALUES (1), (2)",
                        "INSERT INTO replica.later VALUES (11, 1), (12, 2)",
                        "DELETE FROM replica.altered WHERE id = 1");
        awaitApplied();
        assertThat(state("later")).isEqualTo("DAMAGED");
        assertThat(column("later", "cause")).contains("changes of replica.altered cascade to it");

        pipeline.replica().execute("ALTER TABLE replica.altered DROP COLUMN mine");
        copyAnew("altered", "below_altered", "later");
        for (String table : List.of("altered", "below_altered", "later")) {
            awaitState(table, "LIVE");
            assertSame(table);
        }
    }

    /** The primary had none of them any more when it took away what they refer to, and what that has cascaded to. */
    @Test
    void rowsThatADegradedTableHasTooManyHoldUpNoOther() throws Exception {
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica.head (id INT PRIMARY KEY)",
                        "CREATE TABLE replica.follower (id INT PRIMARY KEY, head INT, FOREIGN KEY (head)"
                                + " REFERENCES head (id) ON DELETE CASCADE)",
                        "CREATE TABLE replica.holds_head (id INT PRIMARY KEY, head INT, FOREIGN KEY (head)"
                                + " REFERENCES head (id))",
                        "CREATE TABLE replica.holds_follower (id INT PRIMARY KEY, follower INT, FOREIGN KEY (follower)"
                                + " REFERENCES follower (id))",
                        "INSERT INTO replica.head VALUES (1), (2)",
                        "INSERT INTO replica.follower VALUES (11, 1), (12, 2)",
                        "INSERT INTO replica.holds_head VALUES (21, 1), (22, 2)",
                        "INSERT INTO replica.holds_follower VALUES (31, 11), (32, 12)");
        awaitApplied();
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.holds_head ADD COLUMN mine INT NOT NULL",
                        "ALTER TABLE replica.holds_follower ADD COLUMN mine INT NOT NULL");
        pipeline.primary()
                .execute(
                        "INSERT INTO replica.holds_head VALUES (23, 2)",
                        "INSERT INTO replica.holds_follower VALUES (33, 12)",
                        "DELETE FROM replica.holds_head WHERE id = 21",
                        "DELETE FROM replica.holds_follower WHERE id = 31",
                        "DELETE FROM replica.head WHERE id = 1");
        awaitApplied();
        assertThat(List.of(state("holds_head"), state("holds_follower"))).containsOnly("DEGRADED");
        for (String table : List.of("head", "follower")) {
            assertThat(column(table, "CONCAT(state, COALESCE(cause, ''))"))
                    .as(table)
                    .isEqualTo("LIVE");
            assertSame(table);
        }
    }

    @Test
    void aRowThatSomebodyChangedOnTheReplicaIsAConflict() throws Exception {
        pipeline.replica().execute("UPDATE replica.tampered SET v = 'other' WHERE id = 1");
        pipeline.primary()
                .execute(
                        "UPDATE replica.tampered SET n = 10 WHERE id = 1",
                        "UPDATE replica.tampered SET n = 20 WHERE id = 2");
        awaitApplied();
        assertThat(state("tampered")).isEqualTo("DAMAGED");
        assertThat(column("tampered", "conflicts")).isEqualTo("1");
        assertThat(column("tampered", "cause")).contains("update in table replica.tampered, key id=1");
        assertThat(rows(pipeline.replica(), "SELECT v, n FROM replica.tampered ORDER BY id"))
                .containsExactly("other 1", "two 20", "three 3");
    }

    @ParameterizedTest
    @CsvSource({"overwrite", "keep"})
    void conflictsAreSettledAsThePolicySays(String policy) throws Exception {
        String table = "replica.policy_" + policy;
        runSink(Map.of("conflict.policy", policy));
        pipeline.replica()
                .execute(
                        "UPDATE " + table + " SET v = 'other' WHERE id = 1",
                        "DELETE FROM " + table + " WHERE id IN (2, 3)",
                        "INSERT INTO " + table + " VALUES (4, 'mine', 0)");
        pipeline.primary()
                .execute(
                        "UPDATE " + table + " SET n = 10 WHERE id = 1",
                        "UPDATE " + table + " SET n = 20 WHERE id = 2",
                        "DELETE FROM " + table + " WHERE id = 3",
                        "INSERT INTO " + table + " VALUES (4, 'four', 4)");
        awaitApplied();
        runSink(Map.of());
        assertThat(rows(pipeline.replica(), "SELECT id, v, n FROM " + table + " ORDER BY id"))
                .isEqualTo(
                        policy.equals("keep")
                                ? List.of("1 other 1", "4 mine 0")
                                : rows(pipeline.primary(), "SELECT id, v, n FROM " + table + " ORDER BY id"));
        assertThat(state("policy_" + policy)).isEqualTo("LIVE");
        assertThat(column("policy_" + policy, "conflicts")).isEqualTo("4");
    }

    /** Somebody has taken the parent's rows away, and left what hangs on them. */
    @ParameterizedTest
    @CsvSource({"overwrite", "keep"})
    void whatCascadesFromARowThatIsGoneIsDoneOrSaid(String policy) throws Exception {
        String parent = "above_" + policy;
        String child = "below_" + policy;
        pipeline.primary()
                .execute(
                        "CREATE TABLE replica." + parent + " (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE replica." + child
                                + " (id INT PRIMARY KEY, above INT, FOREIGN KEY (above) REFERENCES " + parent
                                + " (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                        "INSERT INTO replica." + parent + " VALUES (1, 1), (2, 2), (3, 3)",
                        "INSERT INTO replica." + child + " VALUES (11, 1), (12, 2), (13, 3)");
        awaitApplied();
        runSink(Map.of("conflict.policy", policy));
        pipeline.replica()
                .execute("SET foreign_key_checks = 0", "DELETE FROM replica." + parent, "SET foreign_key_checks = 1");
        pipeline.primary().execute("UPDATE replica." + parent + " SET n = 30 WHERE id = 3");
        awaitApplied();
        assertThat(state(child)).as("nothing has cascaded").isEqualTo("LIVE");
        pipeline.primary()
                .execute(
                        "DELETE FROM replica." + parent + " WHERE id = 1",
                        "UPDATE replica." + parent + " SET id = 20 WHERE id = 2");
        awaitApplied();
        runSink(Map.of());
        assertThat(state(parent)).isEqualTo("LIVE");
        if (policy.equals("overwrite")) {
            assertSame(parent);
            assertSame(child);
        }
        // a primary that logs what cascades has told of it
        String rows = "SELECT * FROM replica." + child + " ORDER BY id";
        boolean same = rows(pipeline.replica(), rows).equals(rows(pipeline.primary(), rows));
        assertThat(state(child)).isEqualTo(same ? "LIVE" : "DAMAGED");
    }

    /** There is no row of this key that could be kept. */
    @Test
    void aNewRowIsNotGivenUpForAnotherRowsUniqueValue() throws Exception {
        pipeline.replica()
                .execute(
                        "ALTER TABLE replica.policy_unique ADD UNIQUE (v)",
                        "INSERT INTO replica.policy_unique VALUES (50, 'four', 0)");
        runSink(Map.of("conflict.policy", "keep"));
        pipeline.primary().execute("INSERT INTO replica.policy_unique VALUES (4, 'four', 4), (5, 'five', 5)");
        awaitApplied();
        runSink(Map.of());
        assertThat(state("policy_unique")).isEqualTo("DAMAGED");
        assertThat(column("policy_unique", "cause")).contains("create in table replica.policy_unique, key id=4");
        assertThat(rows(pipeline.replica(), "SELECT id FROM replica.policy_unique ORDER BY id"))
                .containsExactly("1", "2", "3", "5", "50");
    }

    @Test
    void theTaskStopsWhereThePolicySaysSoAndGoesOnOnceTheRowIsRight() throws Exception {
        runSink(Map.of("conflict.policy", "fail"));
        pipeline.replica().execute("DELETE FROM replica.stopping WHERE id = 2");
        pipeline.primary().execute("UPDATE replica.stopping SET n = 20 WHERE id = 2");
        await("the task has failed")
                .atMost(LIMIT)
                .until(() -> pipeline.worker().rest().status(Pipeline.SINK).hasFailed());
        assertThat(pipeline.worker().rest().status(Pipeline.SINK).toString())
                .contains("update in table replica.stopping, key id=2")
                .contains("met 0 rows")
                .contains("put it right, and restart the task");
        pipeline.replica().execute("INSERT INTO replica.stopping VALUES (2, 'two', 2)");
        runSink(Map.of());
        awaitApplied();
        assertSame("stopping");
        assertThat(state("stopping")).isEqualTo("LIVE");
    }

    @Test
    void theTaskStopsAtATableThatDoesNotFitWhereThePolicySaysSo() throws Exception {
        runSink(Map.of("schema.drift.policy", "fail"));
        pipeline.replica().execute("ALTER TABLE replica.unfit ADD COLUMN more INT NOT NULL");
        pipeline.primary().execute("UPDATE replica.unfit SET n = 20 WHERE id = 2");
        await("the task has failed")
                .atMost(LIMIT)
                .until(() -> pipeline.worker().rest().status(Pipeline.SINK).hasFailed());
        assertThat(pipeline.worker().rest().status(Pipeline.SINK).toString())
                .contains("[DRIFT]", "table replica.unfit", "column more is NOT NULL", "restart the task");
        pipeline.replica().execute("ALTER TABLE replica.unfit DROP COLUMN more");
        runSink(Map.of());
        awaitApplied();
        assertSame("unfit");
        assertThat(state("unfit")).isEqualTo("LIVE");
    }

    /** Waits until a task with these settings has taken over. */
    private static void runSink(Map<String, String> settings) throws SQLException {
        ConnectorFile connector = pipeline.sinkConnector()
                .with(Map.of("resync.mode", "manual"))
                .with(Map.of(
                        "max.failures",
                        "3",
                        "conflict.detection",
                        "true",
                        "errors.tolerance",
                        "all",
                        "errors.deadletterqueue.topic.name",
                        LEFT_OUT,
                        "errors.deadletterqueue.topic.replication.factor",
                        "1",
                        "errors.deadletterqueue.context.headers.enable",
                        "true"))
                .with(settings);
        long before = epoch();
        pipeline.create(connector);
        await("the sink runs with " + settings).atMost(LIMIT).until(() -> epoch() > before);
    }

    /** Grows with each task that takes over; 0 before the first. */
    private static long epoch() {
        try {
            return Long.parseLong(
                    rows(pipeline.replica(), "SELECT COALESCE(MAX(epoch), 0) FROM binlog_replica.binlog_position")
                            .get(0));
        } catch (SQLException e) {
            return 0;
        }
    }

    /** By hand, as the README says. */
    private static void copyAnew(String... tables) {
        var rest = pipeline.worker().rest();
        List<String> names =
                List.of(tables).stream().map(table -> "replica." + table).toList();
        rest.stop(Pipeline.SOURCE, LIMIT);
        rest.patchOffsets(
                Pipeline.SOURCE,
                rest.offsets(Pipeline.SOURCE).stream()
                        .filter(offset ->
                                names.contains(offset.partition().path("table").asText()))
                        .map(offset -> new ConnectorOffset(offset.partition(), null))
                        .toList());
        rest.resume(Pipeline.SOURCE);
    }

    /** Waits until all that the primary has committed is applied, or left out. */
    private static void awaitApplied() throws SQLException {
        int id = ++marker;
        pipeline.primary().execute("INSERT INTO replica.marker VALUES (" + id + ")");
        await("the replica is there")
                .atMost(LIMIT)
                .until(() -> !rows(pipeline.replica(), "SELECT id FROM replica.marker WHERE id = " + id)
                        .isEmpty());
    }

    private static void awaitState(String table, String state) {
        await(table + " is " + state).atMost(LIMIT).until(() -> state(table).equals(state));
    }

    private static String state(String table) throws SQLException {
        return column(table, "state");
    }

    private static String column(String table, String expression) throws SQLException {
        return rows(
                        pipeline.replica(),
                        "SELECT " + expression + " FROM binlog_replica.replica_table_state WHERE table_name = '" + table
                                + "'")
                .get(0);
    }

    private static void assertSame(String table) throws SQLException {
        String query = "SELECT * FROM replica." + table + " ORDER BY id";
        assertThat(rows(pipeline.replica(), query)).isEqualTo(rows(pipeline.primary(), query));
    }
}
