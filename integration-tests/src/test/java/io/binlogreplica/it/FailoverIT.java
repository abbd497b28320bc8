package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.ComparisonResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** B5: the primary fails over to its standby while tables are being copied; the source goes on there by GTID. */
class FailoverIT {

    private static final String HOST = "127.0.0.1";
    private static final Duration LIMIT = EndToEnd.LIMIT;

    @Test
    void theSourceGoesOnWithTheStandbyInTheMiddleOfACopyAndNotWithAServerThatIsBehind(@TempDir Path directory)
            throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                // another place in another file than the primary's
                DatabaseServer standby = another(directory.resolve("standby"), 11, "--log-bin=standby-bin");
                DatabaseServer behind = another(directory.resolve("behind"), 12)) {
            createUser(standby);
            createUser(behind);
            DatabaseServer primary = pipeline.primary();
            primary.createUser("standby", Pipeline.PASSWORD, "REPLICATION SLAVE ON *.*");
            standby.execute("FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
            follow(standby, primary);
            primary.execute(
                    "CREATE DATABASE replica CHARACTER SET utf8mb4",
                    "CREATE TABLE replica.big (id INT PRIMARY KEY, txt VARCHAR(200))",
                    "CREATE TABLE replica.small (id INT PRIMARY KEY, txt VARCHAR(20))",
                    "INSERT INTO replica.big SELECT seq, REPEAT('x', 150) FROM " + Servers.numbers(1, 30000),
                    "INSERT INTO replica.small VALUES (1, 'before')");
            pipeline.run(pipeline.sourceConnector()
                    .with(Map.of(
                            "database.hostname",
                            address(primary) + "," + address(behind) + "," + address(standby),
                            "snapshot.chunk.size",
                            "50",
                            "connect.timeout.ms",
                            "5000")));
            pipeline.run(pipeline.sinkConnector());
            await().atMost(LIMIT)
                    .until(() -> pipeline.worker().rest().offsets(Pipeline.SOURCE).stream()
                                    .anyMatch(offset -> offset.offset() != null
                                            && offset.offset().has("key"))
                            || EndToEnd.log(pipeline).contains("big started"));
            primary.execute("UPDATE replica.small SET txt = 'last of the primary'");
            awaitExecuted(standby, gtid(primary));
            primary.kill();
            standby.execute(
                    Servers.primaryIsMySql() ? "STOP REPLICA" : "STOP SLAVE",
                    "UPDATE replica.small SET txt = 'first of the standby'",
                    "DELETE FROM replica.big WHERE id % 10 = 0",
                    "INSERT INTO replica.small VALUES (2, 'standby')");
            await().atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline)
                            .contains("failing over from " + address(primary) + " to " + address(standby)));
            assertThat(EndToEnd.log(pipeline))
                    .contains("Passing over a primary: ")
                    .contains(address(behind) + " cannot be read from ")
                    .contains("the server has not executed all that was read before");
            await().atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() ->
                            rows(pipeline.replica(), "SELECT COUNT(*) FROM replica.small WHERE txt = 'standby'") == 1
                                    && EndToEnd.log(pipeline).contains("big complete"));
            standby.execute("UPDATE replica.big SET txt = 'y' WHERE id % 9 = 0");
            await().atMost(LIMIT).untilAsserted(() -> {
                ComparisonResult result =
                        EndToEnd.comparison(standby, pipeline.replica()).compare("replica");
                assertThat(result.identical()).as(result.toString()).isTrue();
                assertThat(result.rows()).isEqualTo(27_002);
            });
            assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning())
                    .isTrue();
            assertThat(rows(
                            pipeline.replica(),
                            "SELECT COUNT(*) FROM binlog_replica.replica_table_state WHERE state <> 'LIVE'"))
                    .isZero();
        }
    }

    /** The standby was promoted without it, and gives what it executes next the same number. */
    @Test
    void aTransactionThatWasSentInPartIsTakenBackWhereTheStandbyDoesNotHaveIt(@TempDir Path directory)
            throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                DatabaseServer standby = another(directory.resolve("standby"), 11)) {
            createUser(standby);
            DatabaseServer primary = pipeline.primary();
            primary.createUser("standby", Pipeline.PASSWORD, "REPLICATION SLAVE ON *.*");
            follow(standby, primary);
            primary.execute(
                    "CREATE DATABASE replica CHARACTER SET utf8mb4",
                    "CREATE TABLE replica.large (id INT PRIMARY KEY, txt TEXT)",
                    "CREATE TABLE replica.small (id INT PRIMARY KEY, txt VARCHAR(20))");
            pipeline.run(pipeline.sourceConnector()
                    .with(Map.of(
                            "database.hostname",
                            address(primary) + "," + address(standby),
                            "connect.timeout.ms",
                            "5000")));
            pipeline.run(pipeline.sinkConnector());
            pipeline.awaitCaughtUp(LIMIT);
            awaitExecuted(standby, gtid(primary));
            standby.execute(Servers.primaryIsMySql() ? "STOP REPLICA" : "STOP SLAVE");
            pipeline.worker().stop();
            pipeline.worker().startWith("-Dbinlogreplica.freeze=ROW_EMITTED:500");
            pipeline.worker().rest().waitUntilRunning(Pipeline.SOURCE, LIMIT);
            pipeline.worker().rest().waitUntilRunning(Pipeline.SINK, LIMIT);
            long worker = pipeline.worker().pid();
            primary.execute(
                    "INSERT INTO replica.large SELECT seq, REPEAT('x', 20000) FROM " + Servers.numbers(1, 4000));
            await("a part is sent").atMost(LIMIT).until(() -> EndToEnd.isStopped(worker));
            primary.kill();
            EndToEnd.signal("CONT", worker);
            standby.execute("INSERT INTO replica.small VALUES (1, 'first of the standby'), (2, 'standby')");
            await().atMost(LIMIT)
                    .until(() -> EndToEnd.log(pipeline)
                            .matches("(?s).* rows of transaction \\S+ were sent, and on this server .*"));
            standby.execute("UPDATE replica.small SET txt = 'second' WHERE id = 1");
            await().atMost(LIMIT).untilAsserted(() -> {
                ComparisonResult result =
                        EndToEnd.comparison(standby, pipeline.replica()).compare("replica");
                assertThat(result.identical()).as(result.toString()).isTrue();
            });
            assertThat(rows(
                            pipeline.replica(),
                            "SELECT COUNT(*) FROM binlog_replica.replica_table_state WHERE state <> 'LIVE'"))
                    .isZero();
        }
    }

    private static DatabaseServer another(Path directory, int serverId, String... options) {
        return DatabaseServer.primary(directory)
                .binaries(Servers.primary())
                .serverId(serverId)
                .options(Servers.logReplicaUpdates())
                .options(options)
                .start();
    }

    private static void createUser(DatabaseServer server) throws SQLException {
        String more = Servers.primaryIsMySql() ? "REPLICATION CLIENT" : "BINLOG MONITOR";
        server.createUser(
                Pipeline.USER, Pipeline.PASSWORD, "SELECT, REPLICATION SLAVE, LOCK TABLES, " + more + " ON *.*");
    }

    private static void follow(DatabaseServer standby, DatabaseServer primary) throws SQLException {
        if (Servers.primaryIsMySql()) {
            standby.execute(
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '" + HOST + "', SOURCE_PORT = " + primary.port()
                            + ", SOURCE_USER = 'standby', SOURCE_PASSWORD = '" + Pipeline.PASSWORD
                            + "', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
                    "START REPLICA");
            return;
        }
        standby.execute(
                "CHANGE MASTER TO MASTER_HOST = '" + HOST + "', MASTER_PORT = " + primary.port()
                        + ", MASTER_USER = 'standby', MASTER_PASSWORD = '" + Pipeline.PASSWORD
                        + "', MASTER_USE_GTID = slave_pos, MASTER_SSL = 0",
                "START SLAVE");
    }

    private static String gtid(DatabaseServer server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        Servers.primaryIsMySql() ? "SELECT @@gtid_executed" : "SELECT @@gtid_binlog_pos")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void awaitExecuted(DatabaseServer standby, String gtid) throws SQLException {
        String wait = Servers.primaryIsMySql() ? "WAIT_FOR_EXECUTED_GTID_SET" : "MASTER_GTID_WAIT";
        assertThat(rows(standby, "SELECT " + wait + "('" + gtid.replace("\n", "") + "', 60)"))
                .isZero();
    }

    private static String address(DatabaseServer server) {
        return HOST + ":" + server.port();
    }

    private static long rows(DatabaseServer server, String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
