package io.binlogreplica.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectWorker;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.mysql.MySQLContainer;

/**
 * The way from end to end on the images that people run: a copy under writes, the stream, a worker that is killed, and every row
 * compared. The worker is a process beside the containers. Skipped where there is no container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainersIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));
    private static final String PASSWORD = "not-a-secret";
    private static final String SINK_PRIVILEGES =
            "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES,"
                    + " TRIGGER, EVENT, CREATE VIEW, SHOW VIEW";
    private static final int ROWS = 5_000;
    private static final int ROUNDS = 200;

    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

    @Nested
    class OnMariaDb {

        @Container
        private static final MariaDBContainer PRIMARY = new MariaDBContainer("mariadb:11.8")
                .withUsername("root")
                .withPassword(PASSWORD)
                .withCommand(
                        "--server-id=1",
                        "--log-bin=binlog",
                        "--binlog-format=ROW",
                        "--binlog-row-image=FULL",
                        "--binlog-row-metadata=FULL");

        @Container
        private static final MariaDBContainer REPLICA =
                new MariaDBContainer("mariadb:11.8").withUsername("root").withPassword(PASSWORD);

        @Test
        void theReplicaIsIdenticalAfterACopyUnderWritesAndAKill(@TempDir Path directory) throws Exception {
            execute(
                    PRIMARY,
                    "CREATE USER replicator@'%' IDENTIFIED BY '" + PASSWORD + "'",
                    "GRANT SELECT, REPLICATION SLAVE, BINLOG MONITOR, LOCK TABLES ON *.* TO replicator@'%'");
            replicate("mariadb", PRIMARY, REPLICA, directory);
        }
    }

    @Nested
    class OnMySql {

        @Container
        private static final MySQLContainer PRIMARY = new MySQLContainer("mysql:9.7")
                .withUsername("root")
                .withPassword(PASSWORD)
                .withCommand(
                        "--server-id=1",
                        "--log-bin=binlog",
                        "--gtid-mode=ON",
                        "--enforce-gtid-consistency=ON",
                        "--binlog-row-metadata=FULL");

        @Container
        private static final MySQLContainer REPLICA =
                new MySQLContainer("mysql:9.7").withUsername("root").withPassword(PASSWORD);

        @Test
        void theReplicaIsIdenticalAfterACopyUnderWritesAndAKill(@TempDir Path directory) throws Exception {
            execute(
                    PRIMARY,
                    "CREATE USER replicator@'%' IDENTIFIED BY '" + PASSWORD + "'",
                    "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT, LOCK TABLES ON *.* TO replicator@'%'");
            replicate("mysql", PRIMARY, REPLICA, directory);
        }
    }

    private static void replicate(
            String name, JdbcDatabaseContainer<?> primary, JdbcDatabaseContainer<?> replica, Path directory)
            throws Exception {
        execute(
                replica,
                "CREATE USER replicator@'%' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT " + SINK_PRIVILEGES + " ON replica.* TO replicator@'%'",
                "GRANT " + SINK_PRIVILEGES + " ON binlog_replica.* TO replicator@'%'");
        execute(
                primary,
                "CREATE DATABASE replica",
                "CREATE TABLE replica.orders (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(100) NOT NULL,"
                        + " price DECIMAL(10,2), at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))",
                "CREATE TABLE replica.notes (n INT, text VARCHAR(100))");
        fill(primary);
        try (ConnectWorker worker = ConnectWorker.in(directory.resolve("worker"), KAFKA.getBootstrapServers())
                .group(name)
                .pluginPath(plugins("connector-source"), plugins("connector-sink"))
                .start()) {
            run(worker, connector("source", name, primary).with(Map.of("topic.prefix", name)));
            run(worker, connector("sink", name, replica).with(Map.of("topics", name + ".changes")));
            change(primary, 0);
            worker.kill();
            change(primary, ROUNDS);
            worker.start();
            await("the replica is as the primary")
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        ComparisonResult result =
                                new Comparison(() -> connect(primary), () -> connect(replica)).compare("replica");
                        assertThat(result.identical()).as(result.toString()).isTrue();
                        assertThat(result.rows()).isPositive();
                    });
        }
    }

    /** As {@code config} has it, for that server. */
    private static ConnectorFile connector(String side, String name, JdbcDatabaseContainer<?> server) {
        return ConnectorFile.read(PROJECT.resolve("config/" + side + ".json"))
                .named(name + "-" + side)
                .with(Map.of(
                        "database.hostname",
                        server.getHost(),
                        "database.port",
                        server.getFirstMappedPort().toString(),
                        "database.user",
                        "replicator",
                        "database.password",
                        PASSWORD,
                        "signal.kafka.bootstrap.servers",
                        KAFKA.getBootstrapServers()));
    }

    private static void run(ConnectWorker worker, ConnectorFile connector) {
        worker.rest().putConfig(connector.name(), connector.config());
        worker.rest().waitUntilRunning(connector.name(), LIMIT);
    }

    private static void fill(JdbcDatabaseContainer<?> primary) throws SQLException {
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ROWS; i++) {
                statement.addBatch(
                        "INSERT INTO replica.orders (what, price) VALUES ('thing " + i + "', " + i + " / 100)");
            }
            statement.executeBatch();
            connection.commit();
        }
    }

    /** With a table that has no key: a change that was applied twice would show. */
    private static void change(JdbcDatabaseContainer<?> primary, int first) throws SQLException {
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = first; i < first + ROUNDS; i++) {
                statement.executeUpdate("INSERT INTO replica.notes VALUES (" + i % 7 + ", 'note')");
                statement.executeUpdate("UPDATE replica.orders SET price = price + 1 WHERE id % 500 = " + i % 500);
                statement.executeUpdate("DELETE FROM replica.orders WHERE id = " + (i * 3 + 1));
                connection.commit();
            }
        }
    }

    private static void execute(JdbcDatabaseContainer<?> server, String... statements) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Connection connect(JdbcDatabaseContainer<?> server) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + server.getHost() + ":" + server.getFirstMappedPort() + "/?sslMode=trust",
                "root",
                PASSWORD);
    }

    private static Path plugins(String module) {
        return PROJECT.resolve(module).resolve("target/plugin");
    }
}
