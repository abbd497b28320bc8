package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.ServerBinaries;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica of the other family has what it can have, and says by name what it cannot. */
@Tag("servers")
class OtherFamilyIT {

    @TempDir
    private Path directory;

    @Test
    void mySqlSaysWhatItCannotHaveOfMariaDb() throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                .primaryBinaries(ServerBinaries.bundledMariaDb())
                .replicaBinaries(PackagedServer.MYSQL_9_7.binaries())
                .start()) {
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
