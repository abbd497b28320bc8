package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A replica of the other family has what it can have, and says by name what it cannot. */
class OtherFamilyIT {

    @TempDir
    private Path directory;

    @Test
    @EnabledIf(value = "fromMariaDb", disabledReason = "the primary is not MariaDB, or the replica is not MySQL")
    void mySqlSaysWhatItCannotHaveOfMariaDb() throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.plain (id INT PRIMARY KEY, d JSON, t TEXT COLLATE utf8mb4_unicode_ci)",
                            "INSERT INTO replica.plain VALUES (1, '{\"b\":1,  \"a\":2}', 'text')",
                            "CREATE TABLE replica.newer (id INT PRIMARY KEY,"
                                    + " name VARCHAR(20) COLLATE utf8mb4_uca1400_ai_ci UNIQUE)",
                            "INSERT INTO replica.newer VALUES (1, 'ä'), (2, 'b')",
                            "CREATE TABLE replica.addressed (id INT PRIMARY KEY, u UUID)");
            pipeline.runConnectors();
            await().atMost(EndToEnd.LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(states(pipeline.replica()))
                            .contains("addressed DEGRADED", "newer DEGRADED", "plain LIVE"));
            assertThat(causes(pipeline.replica()))
                    .contains("column name has collation utf8mb4_uca1400_ai_ci, which the replica does not have")
                    .contains("column u has type uuid, which MySQL does not have")
                    .contains("then have it copied anew");
            // the remedy that the message names
            pipeline.replica()
                    .execute("CREATE TABLE replica.newer (id INT PRIMARY KEY,"
                            + " name VARCHAR(20) COLLATE utf8mb4_0900_ai_ci UNIQUE) CHARACTER SET utf8mb4");
            pipeline.primary().execute("UPDATE replica.newer SET name = 'B' WHERE id = 2");
            pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
            ConnectRest rest = pipeline.worker().rest();
            rest.patchOffsets(
                    Pipeline.SOURCE,
                    rest.offsets(Pipeline.SOURCE).stream()
                            .filter(offset -> "replica.newer"
                                    .equals(offset.partition().path("table").asText()))
                            .map(offset -> new ConnectorOffset(offset.partition(), null))
                            .toList());
            pipeline.worker().rest().resume(Pipeline.SOURCE);
            await().atMost(EndToEnd.LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(states(pipeline.replica())).contains("newer LIVE"));
            // texts beyond ASCII, which the replica is asked to weigh by its own collation
            pipeline.primary()
                    .execute(
                            "BEGIN",
                            "DELETE FROM replica.newer WHERE id = 1",
                            "INSERT INTO replica.newer VALUES (3, 'Ä')",
                            "COMMIT");
            await().atMost(EndToEnd.LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(value(
                                    pipeline.replica(),
                                    "SELECT GROUP_CONCAT(CONCAT(id, name) ORDER BY id) FROM replica.newer"))
                            .isEqualTo("2B,3Ä"));
        }
    }

    @Test
    @EnabledIf(value = "fromMySql", disabledReason = "the primary is not MySQL, or the replica is not MariaDB")
    void mariaDbSaysWhatItCannotHaveOfMySql() throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.plain (id INT PRIMARY KEY, d JSON, t TEXT, f DOUBLE, hidden INT INVISIBLE)",
                            "INSERT INTO replica.plain (id, d, t, f, hidden) VALUES (1, '{\"b\":1,  \"a\":2}', 'text', -0e0, 7)",
                            "CREATE TABLE replica.sorted (id INT PRIMARY KEY, name VARCHAR(20) COLLATE"
                                    + " utf8mb4_ja_0900_as_cs UNIQUE)",
                            "INSERT INTO replica.sorted VALUES (1, 'ä'), (2, 'b')",
                            "CREATE TABLE replica.computed (id INT PRIMARY KEY, n INT, UNIQUE ((n * 2)))",
                            "INSERT INTO replica.computed VALUES (1, 1)");
            pipeline.runConnectors();
            await().atMost(EndToEnd.LIMIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(states(pipeline.replica()))
                            .contains("computed DEGRADED", "sorted DEGRADED", "plain LIVE"));
            assertThat(causes(pipeline.replica()))
                    .contains("column name has collation utf8mb4_ja_0900_as_cs, which the replica does not have")
                    .contains("computed")
                    .contains("then have it copied anew");
            assertThat(value(pipeline.replica(), "SELECT CONCAT_WS(' ', id, d, t, f, hidden) FROM replica.plain"))
                    .isEqualTo("1 {\"a\": 2, \"b\": 1} text 0 7");
        }
    }

    /** F6. */
    @Test
    @EnabledIf(value = "fromMariaDb", disabledReason = "the primary is not MariaDB, or the replica is not MySQL")
    void aCircleOfCascadesThatMySqlWouldBreakOffDegrades() throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                .replicaOptions("--innodb-native-foreign-keys=OFF")
                .start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica",
                            "CREATE TABLE replica.top (id INT PRIMARY KEY)",
                            "CREATE TABLE replica.a (id INT PRIMARY KEY, top INT, b INT,"
                                    + " FOREIGN KEY (top) REFERENCES replica.top (id) ON DELETE CASCADE)",
                            "CREATE TABLE replica.b (id INT PRIMARY KEY, a INT,"
                                    + " FOREIGN KEY (a) REFERENCES replica.a (id) ON DELETE SET NULL)",
                            "ALTER TABLE replica.a ADD FOREIGN KEY (b) REFERENCES replica.b (id) ON DELETE CASCADE",
                            "CREATE TABLE replica.tree (id INT PRIMARY KEY, parent INT,"
                                    + " FOREIGN KEY (parent) REFERENCES replica.tree (id) ON DELETE CASCADE)",
                            "INSERT INTO replica.top VALUES (1), (2)",
                            "INSERT INTO replica.a VALUES (1, 1, NULL), (2, 2, NULL)",
                            "INSERT INTO replica.b VALUES (1, 1), (2, 2)",
                            "INSERT INTO replica.tree VALUES (1, NULL), (2, 1), (3, 2), (4, NULL)");
            pipeline.run(pipeline.sourceConnector());
            pipeline.run(pipeline.sinkConnector().with(Map.of("resync.mode", "manual")));
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);
            pipeline.primary()
                    .execute(
                            "INSERT INTO replica.b VALUES (3, 2)",
                            "DELETE FROM replica.top WHERE id = 1",
                            "DELETE FROM replica.tree WHERE id = 1");
            var replicas = new Replicas(pipeline);
            replicas.awaitApplied();
            assertThat(replicas.states("top"))
                    .startsWith("DEGRADED")
                    .contains("cascade in a circle of foreign keys")
                    .contains("innodb_native_foreign_keys=ON");
            assertThat(List.of(replicas.state("a"), replicas.state("b"), replicas.state("tree")))
                    .containsExactly("DEGRADED", "DEGRADED", "LIVE");
            replicas.assertSame("tree");
        }
    }

    static boolean fromMariaDb() {
        return !Servers.primaryIsMySql() && Servers.replicaIsMySql();
    }

    static boolean fromMySql() {
        return Servers.primaryIsMySql() && !Servers.replicaIsMySql();
    }

    private static String states(DatabaseServer replica) throws SQLException {
        return value(
                replica,
                "SELECT GROUP_CONCAT(table_name, ' ', state ORDER BY table_name) FROM binlog_replica.replica_table_state");
    }

    private static String causes(DatabaseServer replica) throws SQLException {
        return value(replica, "SELECT GROUP_CONCAT(cause SEPARATOR '\n') FROM binlog_replica.replica_table_state");
    }

    private static String value(DatabaseServer server, String query) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
