package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.LoopbackPorts;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./replica run} as a process of its own, on two servers that are not its own. */
class RunIT {

    private static final int LIMIT_MINUTES = 5;
    private static final String PASSWORD = "a-secret-of-46-letters";

    @TempDir
    Path directory;

    @Test
    void goesOnWhereItWasAfterItWasTerminated() throws Exception {
        try (DatabaseServer primary =
                        DatabaseServer.primary(directory.resolve("primary")).start();
                DatabaseServer replica =
                        DatabaseServer.replica(directory.resolve("replica")).start();
                Workload workload = new Workload(primary, 1)) {
            primary.createUser("copier", PASSWORD, "SELECT, REPLICATION SLAVE, BINLOG MONITOR ON *.*");
            replica.createUser("copier", PASSWORD, "ALL ON replica.*", "ALL ON binlog_replica.*");
            workload.createSchema();
            workload.load(5_000, rows -> {});
            Path config = config(primary, replica);

            Process first = start("first", config);
            awaitCaughtUp(first, workload, replica);
            terminate(first, "first");
            workload.write(5_000);
            Process second = start("second", config);
            awaitCaughtUp(second, workload, replica);
            terminate(second, "second");

            ComparisonResult result = new Comparison(primary::connect, replica::connect).compare(Workload.DATABASE);
            assertThat(result.identical()).as(result.toString()).isTrue();
            String log = Files.readString(directory.resolve("data/log/replica.log"));
            assertThat(log.split("\\[TRANSFER] replica.orders started", -1)).hasSize(2);
            assertThat(log).contains("Resuming to read").doesNotContain(PASSWORD, "Graceful stop of task");
            assertThat(directory.resolve("first")).content().doesNotContain(PASSWORD);
        }
    }

    @Test
    void tellsEveryProblemAtOnceAndStartsNothing() throws Exception {
        Path config = Files.writeString(
                directory.resolve("wrong.properties"), """
                data.directory=%s
                sorce.database.hostname=db1
                rest.port=none
                source.database.hostname=127.0.0.1
                source.database.port=1
                source.database.user=copier
                source.database.password=%s
                source.snapshot.mode=sometimes
                source.databse.include.list=shop
                sink.database.hostname=127.0.0.1
                sink.database.port=1
                """.formatted(directory.resolve("data"), PASSWORD));

        Process run = start("wrong", config);

        assertThat(run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(run.exitValue()).isEqualTo(2);
        assertThat(directory.resolve("wrong"))
                .content()
                .contains(
                        "sorce.database.hostname: ",
                        "rest.port: ",
                        "source.snapshot.mode: ",
                        "source.databse.include.list: ",
                        "sink.database.hostname: cannot connect")
                .doesNotContain(PASSWORD);
        assertThat(directory.resolve("data/kafka")).doesNotExist();
    }

    private Path config(DatabaseServer primary, DatabaseServer replica) throws IOException {
        return Files.writeString(directory.resolve("run.properties"), """
                data.directory=%s
                rest.port=%d
                kafka.port=%d
                source.database.hostname=127.0.0.1
                source.database.port=%d
                source.database.user=copier
                source.database.password=%s
                sink.database.hostname=127.0.0.1
                sink.database.port=%d
                sink.database.user=copier
                """.formatted(
                        directory.resolve("data"),
                        LoopbackPorts.free(),
                        LoopbackPorts.free(),
                        primary.port(),
                        PASSWORD,
                        replica.port()));
    }

    private Process start(String name, Path config) throws IOException {
        ProcessBuilder run = DemoIT.replica("run", "--config", config.toString());
        run.environment().put("REPLICA_SINK_DATABASE_PASSWORD", PASSWORD);
        return run.redirectErrorStream(true)
                .redirectOutput(directory.resolve(name).toFile())
                .start();
    }

    private static void awaitCaughtUp(Process run, Workload workload, DatabaseServer replica) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
        while (transaction(replica) < workload.committedTransactions()) {
            assertThat(run.isAlive()).isTrue();
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The last one that the replica shows, once it has every table as a whole. */
    private static long transaction(DatabaseServer replica) {
        try (var connection = replica.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT MAX(transactions) FROM replica.workload_progress"
                                + " WHERE 8 = (SELECT COUNT(*) FROM binlog_replica.replica_table_state WHERE state = 'LIVE')")) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            return 0;
        }
    }

    private void terminate(Process run, String name) throws Exception {
        run.destroy();
        assertThat(run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(directory.resolve(name))
                .content()
                .contains("Running; Connect's REST API is")
                .endsWith("Stopped\n");
    }
}
