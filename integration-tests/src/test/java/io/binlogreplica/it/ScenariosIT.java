package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.ThrowawayCertificates;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each file of {@code config/scenarios} runs as it is, on a worker of {@code config/worker}: where servers and brokers are is in the
 * worker's environment.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosIT {

    private static final Path SCENARIOS = EndToEnd.PROJECT.resolve("config/scenarios");
    private static final int ROWS = 5_000;

    private Pipeline pipeline;
    private ThrowawayCertificates certificates;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        certificates = ThrowawayCertificates.in(directory.resolve("certificates"));
        pipeline = EndToEnd.pipeline(directory)
                .primaryOptions(certificates.serverOptions())
                .replicaOptions(certificates.serverOptions())
                .workerProperties(worker())
                .workerEnvironment(this::environment)
                .start();
        pipeline.primary()
                .execute(
                        "CREATE DATABASE replica",
                        "CREATE TABLE replica.orders (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(100) NOT NULL,"
                                + " price DECIMAL(10,2), at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))",
                        "CREATE TABLE replica.customers (id BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(100))",
                        "INSERT INTO replica.orders (what, price) SELECT CONCAT('thing ', seq), seq / 100 FROM "
                                + Servers.numbers(1, ROWS),
                        "INSERT INTO replica.customers SELECT seq, CONCAT('customer ', seq) FROM "
                                + Servers.numbers(1, ROWS));
    }

    @AfterAll
    void stop() {
        pipeline.close();
    }

    @AfterEach
    void cleanUp() throws Exception {
        for (String connector : pipeline.worker().rest().connectors()) {
            pipeline.worker().rest().delete(connector);
        }
        await().atMost(EndToEnd.LIMIT)
                .untilAsserted(
                        () -> assertThat(pipeline.worker().rest().connectors()).isEmpty());
        pipeline.replica().execute("DROP DATABASE IF EXISTS replica", "DROP DATABASE IF EXISTS binlog_replica");
    }

    @Test
    void everyScenarioIsTestedHere() throws Exception {
        try (Stream<Path> folders = Files.list(SCENARIOS)) {
            assertThat(folders.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrder("fan-out", "mysql-9", "one-table", "replay", "tls");
        }
    }

    @Test
    void fanOut() throws Exception {
        run("fan-out/source.json");
        run("fan-out/sink.json");
        change();
        awaitSame("orders", "customers");
    }

    @Test
    void mysql9() throws Exception {
        assumeThat(Servers.primaryIsMySql() && Servers.replicaIsMySql()).isTrue();
        run("mysql-9/source.json");
        run("mysql-9/sink.json");
        change();
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void oneTable() throws Exception {
        run("one-table/source.json");
        run("one-table/sink.json");
        change();
        awaitSame("orders");
        assertThat(Replicas.rows(
                        pipeline.replica(),
                        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'replica'"))
                .containsExactly("orders");
    }

    @Test
    void replay() throws Exception {
        pipeline.runConnectors();
        change();
        EndToEnd.assertIdentical(pipeline);
        pipeline.worker().rest().delete(Pipeline.SINK);
        pipeline.replica().execute("DROP DATABASE replica", "DROP DATABASE binlog_replica");
        run("replay/sink.json");
        EndToEnd.assertIdentical(pipeline);
    }

    @Test
    void tls() throws Exception {
        run("tls/source.json");
        run("tls/sink.json");
        change();
        EndToEnd.assertIdentical(pipeline);
    }

    private void run(String file) {
        pipeline.run(ConnectorFile.read(SCENARIOS.resolve(file)));
    }

    private void change() throws Exception {
        pipeline.primary()
                .execute(
                        "UPDATE replica.orders SET price = price + 1 WHERE id % 3 = 0",
                        "DELETE FROM replica.orders WHERE id % 7 = 0",
                        "INSERT INTO replica.orders (what, price) VALUES ('one more', 1)",
                        "UPDATE replica.customers SET name = CONCAT(name, '!') WHERE id % 5 = 0");
    }

    private void awaitSame(String... tables) {
        await().atMost(EndToEnd.LIMIT).ignoreExceptions().untilAsserted(() -> {
            for (String table : tables) {
                String rows = "SELECT * FROM replica." + table + " ORDER BY id";
                assertThat(Replicas.rows(pipeline.replica(), rows)).isEqualTo(Replicas.rows(pipeline.primary(), rows));
            }
        });
    }

    private static Map<String, String> worker() throws Exception {
        var properties = new Properties();
        try (Reader file = Files.newBufferedReader(EndToEnd.PROJECT.resolve("config/worker/exactly-once.properties"))) {
            properties.load(file);
        }
        var result = new HashMap<String, String>();
        properties.forEach((name, value) -> result.put(name.toString(), value.toString()));
        // where this worker is, and what it loads
        result.keySet().removeAll(List.of("bootstrap.servers", "listeners", "plugin.path"));
        return result;
    }

    private Map<String, String> environment(Pipeline parts) {
        var variables = new HashMap<String, String>();
        variables.put("KAFKA_BOOTSTRAP_SERVERS", parts.broker().bootstrapServers());
        variables.put("TRUSTSTORE", certificates.authority().toString());
        // the name that the certificates are made out to
        for (String side : new String[] {"PRIMARY", "REPLICA"}) {
            variables.put(side + "_HOST", "localhost");
            variables.put(side + "_USER", Pipeline.USER);
            variables.put(side + "_PASSWORD", Pipeline.PASSWORD);
        }
        variables.put("PRIMARY_PORT", Integer.toString(parts.primary().port()));
        variables.put("REPLICA_PORT", Integer.toString(parts.replica().port()));
        return variables;
    }
}
