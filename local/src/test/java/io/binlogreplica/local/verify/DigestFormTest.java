package io.binlogreplica.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.checksum.DigestForm;
import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.record.Checksum;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.RowDigest;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compared within the stream: each side knows its own table, and the replica the primary's definition. */
class DigestFormTest {

    private static final KeyRange ALL = new KeyRange(null, null);

    @TempDir
    static Path directory;

    static DatabaseServer server;
    static Connection connection;

    @BeforeAll
    static void start() throws SQLException {
        server = DatabaseServer.primary(directory.resolve("server")).start();
        connection = server.connect();
    }

    @AfterAll
    static void stop() throws SQLException {
        if (connection != null) {
            connection.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void create() throws SQLException {
        server.execute("CREATE OR REPLACE DATABASE p CHARACTER SET utf8mb4", "CREATE OR REPLACE DATABASE r");
    }

    @Test
    void aTableThatIsMadeInAnotherWayIsComparedByWhatItsValuesAre() throws Exception {
        tables(
                "id INT PRIMARY KEY, s SMALLINT NULL, v VARCHAR(20) CHARACTER SET latin1, e ENUM('a','b'), t TEXT, f FLOAT",
                "f FLOAT, mine INT, id INT PRIMARY KEY, s BIGINT NULL, v VARCHAR(90) CHARACTER SET utf8mb4, e"
                        + " ENUM('a','b') CHARACTER SET latin1, t LONGTEXT");
        server.execute(
                "INSERT INTO p.t VALUES (1, NULL, 'é', 'b', 'x,y', 0.1), (2, 5, NULL, NULL, '', -0e0)",
                "INSERT INTO r.t (id, s, v, e, t, f) SELECT * FROM p.t",
                // as MariaDB 11.8 keeps it
                "UPDATE r.t SET f = 0.0 WHERE id = 2");
        for (DigestForm form : DigestForm.values()) {
            assertThat(checksum(replica(form))).isEqualTo(checksum(primary(form)));
        }
        server.execute("UPDATE r.t SET s = 0 WHERE id = 1");
        assertThat(checksum(replica(DigestForm.NATIVE))).isNotEqualTo(checksum(primary(DigestForm.NATIVE)));
        List<RowDigest> theirs = digests(primary(DigestForm.NATIVE));
        List<RowDigest> ours = digests(replica(DigestForm.NATIVE));
        assertThat(ours.get(1)).isEqualTo(theirs.get(1));
        assertThat(ours.get(0).key()).isEqualTo(theirs.get(0).key()).containsExactly("1");
        assertThat(ours.get(0).columns()).isNotEqualTo(theirs.get(0).columns());
        assertThat(ours.get(0).columns().subList(2, 6))
                .isEqualTo(theirs.get(0).columns().subList(2, 6));
    }

    @Test
    void whatIsMadeAnewAtEachLookIsNotCompared() throws Exception {
        tables(
                "id INT PRIMARY KEY, v INT, w INT AS (v + 1) VIRTUAL, s INT AS (v * 2) STORED",
                "id INT PRIMARY KEY, v INT, w INT AS (v + 3) VIRTUAL, s INT AS (v * 2) STORED");
        server.execute("INSERT INTO p.t (id, v) VALUES (1, 5)", "INSERT INTO r.t (id, v) VALUES (1, 5)");
        for (DigestForm form : DigestForm.values()) {
            assertThat(checksum(replica(form))).isEqualTo(checksum(primary(form)));
        }
        assertThat(primary(DigestForm.NATIVE).columnNames()).containsExactly("id", "v", "s");
    }

    /** So that whoever has the digests of all rows of a range can tell whether they are all. */
    @Test
    void theChecksumIsTheSumOfTheRowsDigests() throws Exception {
        tables("id INT PRIMARY KEY, v INT", "id INT PRIMARY KEY, v INT");
        server.execute("INSERT INTO p.t SELECT seq, seq FROM p.seq_1_to_1000");
        RowSql sql = primary(DigestForm.NATIVE);
        BigDecimal sum =
                digests(sql).stream().map(row -> new BigDecimal(row.digest())).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(checksum(sql)).isEqualTo(new Checksum(1000, sum));
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql.checksum(new KeyRange(List.of("10"), List.of("20")), 6))) {
            row.next();
            assertThat(RowSql.readChecksum(row, 1).rows()).isEqualTo(6);
        }
    }

    @Test
    void whatHasNoSameFormIsRefusedByName() throws Exception {
        tables("id INT PRIMARY KEY, v DATETIME(3)", "id INT PRIMARY KEY, v DATETIME(6)");
        assertThatThrownBy(() -> replica(DigestForm.NATIVE)).hasMessageContaining("column v is datetime(6)");
        tables("id INT PRIMARY KEY, v INT", "id INT PRIMARY KEY");
        assertThatThrownBy(() -> replica(DigestForm.NATIVE)).hasMessageContaining("no column v");
        tables("id INT PRIMARY KEY, v INT", "id BIGINT PRIMARY KEY, v INT");
        assertThatThrownBy(() -> replica(DigestForm.NATIVE)).hasMessageContaining("do not order it alike");
        tables("id INT, v INT", "id INT, v INT");
        assertThatThrownBy(() -> primary(DigestForm.NATIVE)).hasMessageContaining("no key");
        tables("id VARCHAR(9) PRIMARY KEY", "id VARCHAR(9) PRIMARY KEY");
        assertThatThrownBy(() -> DigestForm.PORTABLE.onReplica(table("p"), Flavor.MYSQL, table("r"), Flavor.MARIADB))
                .hasMessageContaining("do not order it alike");
        assertThatThrownBy(() -> DigestForm.NATIVE.onReplica(table("p"), Flavor.MYSQL, table("r"), Flavor.MARIADB))
                .hasMessageContaining("verify.across.families");
    }

    private static void tables(String onPrimary, String onReplica) throws SQLException {
        server.execute(
                "CREATE OR REPLACE TABLE p.t (" + onPrimary + ")", "CREATE OR REPLACE TABLE r.t (" + onReplica + ")");
    }

    private static TableSchema table(String database) throws SQLException {
        return new InformationSchema(connection).table(new TableId(database, "t"));
    }

    private static RowSql primary(DigestForm form) throws SQLException {
        return form.onPrimary(table("p"));
    }

    /** On the same server the table needs another name than the primary's. */
    private static RowSql replica(DigestForm form) throws SQLException {
        TableSchema primary = table("p");
        return form.onReplica(
                new TableSchema(new TableId("r", "t"), primary.columns(), primary.key()),
                Flavor.MARIADB,
                table("r"),
                Flavor.MARIADB);
    }

    private static Checksum checksum(RowSql sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql.checksum(ALL))) {
            row.next();
            return RowSql.readChecksum(row, 1);
        }
    }

    private static List<RowDigest> digests(RowSql sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql.digests(ALL, 2_000))) {
            return sql.readDigests(rows);
        }
    }
}
