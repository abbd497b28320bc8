package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * B13: the worker's JVM ends as by kill -9 between a statement that the replica commits by itself and its position. Some of these would
 * be taken back by a second run, and say nothing.
 */
class KilledAtDdlIT {

    /** Each ends a worker. */
    private static final List<String> STATEMENTS = List.of(
            "RENAME TABLE replica.left_one TO replica.between, replica.right_one TO replica.left_one, replica.between TO"
                    + " replica.right_one",
            "ALTER TABLE replica.t RENAME COLUMN x TO y, RENAME COLUMN y TO x",
            "ALTER TABLE replica.t ADD INDEX (x), ADD COLUMN added INT NOT NULL DEFAULT 7 FIRST",
            "ALTER TABLE replica.t DROP COLUMN gone",
            "CREATE TABLE replica.made LIKE replica.t",
            "DROP TABLE replica.unwanted");

    @Test
    void ddlThatWasRunIsNotRunAgain(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.t (id INT PRIMARY KEY, x INT, y INT, gone INT)",
                            "INSERT INTO replica.t VALUES (1, 10, -10, 0), (2, 20, -20, 0)",
                            "CREATE TABLE replica.left_one (id INT PRIMARY KEY, l INT)",
                            "INSERT INTO replica.left_one VALUES (1, 1)",
                            "CREATE TABLE replica.right_one (id INT PRIMARY KEY, r BIGINT)",
                            "INSERT INTO replica.right_one VALUES (2, 2)",
                            "CREATE TABLE replica.unwanted (id INT PRIMARY KEY)");
            pipeline.runConnectors();
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);
            int row = 10;
            for (String statement : STATEMENTS) {
                pipeline.worker().kill();
                pipeline.primary()
                        .execute(
                                statement,
                                "INSERT INTO replica.t (id, x, y) VALUES (" + row++ + ", 5, -5)",
                                "UPDATE replica.t SET x = x + 1");
                pipeline.worker().startWith("-Dbinlogreplica.halt=STATEMENT_RUN");
                pipeline.awaitWorkerEnd(EndToEnd.LIMIT);
            }
            pipeline.worker().start();
            pipeline.primary().execute("INSERT INTO replica.left_one VALUES (3, 3)");
            EndToEnd.assertIdentical(pipeline);
            assertThat(EndToEnd.log(pipeline))
                    .contains("was done before: RENAME TABLE")
                    .contains("was done before: ALTER TABLE replica.t ADD INDEX");
        }
    }

    /** MariaDB drops several tables one after the other: one that is gone does not say that all are. */
    @Test
    void dropsThatWereRunInPartAreRunToTheirEnd(@TempDir Path directory) throws Exception {
        assumeThat(Servers.replicaIsMySql()).isFalse();
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            var replicas = new Replicas(pipeline);
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.kept (id INT PRIMARY KEY)",
                            "INSERT INTO replica.kept VALUES (1)",
                            "CREATE TABLE replica.one (id INT PRIMARY KEY)",
                            "CREATE TABLE replica.other (id INT PRIMARY KEY)");
            pipeline.runConnectors();
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);
            pipeline.worker().kill();
            pipeline.worker().startWith("-Dbinlogreplica.halt=STATEMENT_RUN");
            pipeline.primary().execute("DROP TABLE replica.one, replica.other");
            pipeline.awaitWorkerEnd(EndToEnd.LIMIT);
            // as if the replica had been ended behind the first
            pipeline.replica().execute("CREATE TABLE replica.other (id INT PRIMARY KEY)");
            pipeline.worker().start();
            EndToEnd.assertIdentical(pipeline);
            assertThat(replicas.state("kept")).isEqualTo("LIVE");
        }
    }

    /** Tables that are alike change places: afterwards nobody can tell, so they are copied anew rather than changed back. */
    @Test
    void whereItCannotBeToldTheTablesDegrade(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            var replicas = new Replicas(pipeline);
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.one (id INT PRIMARY KEY)",
                            "CREATE TABLE replica.other LIKE replica.one",
                            "INSERT INTO replica.one VALUES (1)",
                            "INSERT INTO replica.other VALUES (2)");
            pipeline.run(pipeline.sourceConnector());
            pipeline.run(pipeline.sinkConnector().with(Map.of("resync.mode", "manual")));
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);
            pipeline.worker().kill();
            pipeline.worker().startWith("-Dbinlogreplica.halt=STATEMENT_RUN");
            pipeline.primary()
                    .execute(
                            "/* who sent it */ RENAME TABLE replica.one TO replica.x, replica.other TO replica.one, replica.x TO replica.other");
            pipeline.awaitWorkerEnd(EndToEnd.LIMIT);
            pipeline.worker().start();
            replicas.awaitApplied();
            assertThat(List.of(replicas.state("one"), replicas.state("other"))).containsOnly("DEGRADED");
            assertThat(replicas.column("one", "cause")).contains("it cannot be told whether it was");
        }
    }
}
