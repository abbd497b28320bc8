package io.binlogreplica.it;

import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotAndStreamIT {

    /** With records and offsets in one Kafka transaction, and without, when a source may repeat itself. */
    @ParameterizedTest
    @CsvSource({"true,envelope,1", "false,block,4"})
    void replicaIsIdenticalAfterACopyUnderWritesAndAStream(
            boolean exactlyOnceSource, String format, String threads, @TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                        .exactlyOnceSource(exactlyOnceSource)
                        .start();
                var workload = new Workload(pipeline.primary(), 1)) {
            workload.createSchema();
            workload.load(50_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(2_000)) {
                pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", format)));
                pipeline.run(pipeline.sinkConnector().with(Map.of("apply.threads", threads)));
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);
                writer.stop();
            }
            workload.write(20_000);
            EndToEnd.assertIdentical(pipeline);
        }
    }

    /** K1, F4: what a table without a key gets between its parent's first chunk and its own copy, the copy has, too. */
    @Test
    void aChildWithoutAKeyHasEachRowOnceThoughItBeganWithItsParent(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE replica CHARACTER SET utf8mb4");
            statement.execute("CREATE TABLE replica.a_parent (id INT PRIMARY KEY, v INT)");
            statement.execute(
                    "CREATE TABLE replica.child (parent INT NOT NULL, v INT, FOREIGN KEY (parent) REFERENCES replica.a_parent (id))");
            statement.execute("INSERT INTO replica.a_parent SELECT seq, 0 FROM " + Servers.numbers(1, 20_000));
            pipeline.run(pipeline.sinkConnector());
            pipeline.run(
                    pipeline.sourceConnector().with(Map.of("snapshot.max.threads", "1", "snapshot.chunk.size", "200")));
            await().atMost(EndToEnd.LIMIT).until(() -> EndToEnd.log(pipeline).contains("replica.a_parent is COPYING"));
            for (int i = 1; !EndToEnd.log(pipeline).contains("replica.child complete"); i++) {
                statement.execute("INSERT INTO replica.child VALUES (" + (i % 50 + 1) + ", 1)");
                statement.execute("UPDATE replica.child SET v = v + 1 WHERE parent = " + (i % 7 + 1) + " LIMIT 1");
            }
            EndToEnd.assertIdentical(pipeline);
        }
    }

    /** All tables are described before the first is read, and the last may be read hours later. */
    @Test
    void aTableThatIsAlteredWhileItWaitsForItsCopyIsCopiedAsItIsThen(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.a_first (id INT PRIMARY KEY)",
                            "INSERT INTO replica.a_first SELECT seq FROM " + Servers.numbers(1, 20_000),
                            "CREATE TABLE replica.waits (id INT PRIMARY KEY, e ENUM('x', 'y'))",
                            "INSERT INTO replica.waits VALUES (1, 'x'), (2, 'y')",
                            "CREATE TABLE replica.widens (id INT PRIMARY KEY, v MEDIUMTEXT)",
                            "INSERT INTO replica.widens SELECT seq, REPEAT('x', IF(seq <= 500, 10, 1000000)) FROM "
                                    + Servers.numbers(1, 550));
            pipeline.run(pipeline.sinkConnector());
            pipeline.run(
                    pipeline.sourceConnector().with(Map.of("snapshot.max.threads", "1", "snapshot.chunk.size", "200")));
            await().atMost(EndToEnd.LIMIT).until(() -> EndToEnd.log(pipeline).contains("replica.a_first is COPYING"));
            pipeline.primary()
                    .execute(
                            // logged though there is nothing to be done: the copy goes on
                            "CREATE TABLE IF NOT EXISTS replica.a_first (id INT PRIMARY KEY)",
                            "ALTER TABLE replica.waits MODIFY e ENUM('y', 'x'), ADD c INT NOT NULL DEFAULT 7",
                            "UPDATE replica.waits SET c = id");
            EndToEnd.assertIdentical(pipeline);
        }
    }
}
