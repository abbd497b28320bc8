package io.binlogreplica.local.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.comparison.RowDifference.Kind;
import io.binlogreplica.local.comparison.RowDifference.Values;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    @TempDir
    static Path directory;

    static DatabaseServer primary;
    static DatabaseServer replica;

    @BeforeAll
    static void start() {
        primary = DatabaseServer.primary(directory.resolve("primary")).start();
        replica = DatabaseServer.replica(directory.resolve("replica")).start();
    }

    @AfterAll
    static void stop() {
        if (primary != null) {
            primary.close();
        }
        if (replica != null) {
            replica.close();
        }
    }

    @BeforeEach
    void create() throws SQLException {
        both(
                "CREATE OR REPLACE DATABASE d CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
                "CREATE TABLE d.people (country VARCHAR(9), id INT, name TEXT, PRIMARY KEY (country, id))",
                "INSERT INTO d.people SELECT IF(seq % 2, 'no', 'sé'), seq, CONCAT('person ', seq) FROM"
                        + " d.seq_1_to_3000",
                "CREATE TABLE d.clicks (page VARCHAR(9), seconds DOUBLE)",
                "INSERT INTO d.clicks VALUES ('a', 0.1), ('a', 0.1), ('a', 0.1), ('b', NULL), ('', NULL)");
    }

    @Test
    void equalDatabasesAreIdentical() throws Exception {
        var progress = new ArrayList<String>();
        ComparisonResult result = new Comparison(primary::connect, replica::connect)
                .onProgress((table, rows) -> progress.add(table + " " + rows))
                .compare("d");
        assertThat(result.identical()).as(result.toString()).isTrue();
        assertThat(result).hasToString("identical: 3005 rows in 2 tables");
        assertThat(progress).containsExactly("clicks 5", "people 3000");
    }

    @Test
    void aChangedByteIsNamedByKeyAndColumn() throws Exception {
        replica.execute("UPDATE d.people SET name = 'Person 17' WHERE id = 17");
        assertThat(differences("people"))
                .containsExactly(new RowDifference(
                        Kind.CHANGED,
                        "country='no', id='17'",
                        Map.of("name", new Values("'person 17'", "'Person 17'"))));
    }

    @Test
    void aMissingAndAnExtraRowAreNamed() throws Exception {
        replica.execute("DELETE FROM d.people WHERE id = 18", "INSERT INTO d.people VALUES ('no', 9999, NULL)");
        assertThat(differences("people"))
                .containsExactlyInAnyOrder(
                        new RowDifference(Kind.MISSING, "country='sé', id='18'", Map.of()),
                        new RowDifference(Kind.EXTRA, "country='no', id='9999'", Map.of()));
    }

    @Test
    void keysThatAreEqualOnlyToTheCollationDiffer() throws Exception {
        replica.execute("UPDATE d.people SET country = 'NO' WHERE id = 19");
        assertThat(differences("people"))
                .containsExactlyInAnyOrder(
                        new RowDifference(Kind.MISSING, "country='no', id='19'", Map.of()),
                        new RowDifference(Kind.EXTRA, "country='NO', id='19'", Map.of()));
    }

    @Test
    void duplicatesWithoutAKeyAreCounted() throws Exception {
        replica.execute("DELETE FROM d.clicks WHERE page = 'a' LIMIT 2", "INSERT INTO d.clicks VALUES ('b', NULL)");
        assertThat(differences("clicks"))
                .containsExactlyInAnyOrder(
                        new RowDifference(Kind.MISSING, "page='a', seconds='0.1' (2 times)", Map.of()),
                        new RowDifference(Kind.EXTRA, "page='b', seconds=NULL", Map.of()));
    }

    @Test
    void nullIsNotTheEmptyText() throws Exception {
        replica.execute("UPDATE d.clicks SET page = NULL WHERE page = ''");
        assertThat(differences("clicks"))
                .extracting(RowDifference::kind)
                .containsExactlyInAnyOrder(Kind.MISSING, Kind.EXTRA);
    }

    @Test
    void noDifferenceOfAValueIsTooSmall() throws Exception {
        both("CREATE TABLE d.small (id INT PRIMARY KEY, f FLOAT, d DOUBLE, z DOUBLE, day DATE, y YEAR, t TIMESTAMP(6),"
                + " u UUID, p POINT, b BIT(9), l VARCHAR(9) CHARACTER SET latin1, g INT AS (id + 1))");
        String values = "'2024-00-00', 0, '2024-01-01 00:00:00.000001', UUID(), POINT(1, 2), b'1', 'é')";
        primary.execute(
                "SET SESSION sql_mode = ''",
                "INSERT INTO d.small (id, f, d, z, day, y, t, u, p, b, l) VALUES (1, 16777217, 0.1, 0e0, "
                        + values.replace("UUID()", "'12345678-1234-1234-1234-123456789abc'"));
        replica.execute(
                "SET SESSION sql_mode = ''",
                "INSERT INTO d.small (id, f, d, z, day, y, t, u, p, b, l) VALUES (1, 16777218, 0.10000000000000002, -0e0, "
                        + "'0000-00-00', 1901, '2024-01-01 00:00:00.000002', '12345678-1234-1234-1234-123456789abd',"
                        + " POINT(1, 3), b'0', 'e')");
        assertThat(differences("small"))
                .singleElement()
                .satisfies(difference -> assertThat(difference.columns())
                        .containsOnlyKeys("f", "d", "z", "day", "y", "t", "u", "p", "b", "l")
                        .containsEntry("f", new Values("'16777216'", "'16777218'"))
                        .containsEntry("d", new Values("'0.1'", "'0.10000000000000002'")));
    }

    @Test
    void onlyTheFirstDifferencesAreListed() throws Exception {
        replica.execute("UPDATE d.people SET name = NULL");
        ComparisonResult result = new Comparison(primary::connect, replica::connect)
                .differencesMax(4)
                .compare("d");
        assertThat(result.tables().get(1).differences()).hasSize(4);
        assertThat(result.toString()).startsWith("people (3000 rows): CHANGED").endsWith("and more");
    }

    @Test
    void differencesOfStructureAreNamed() throws Exception {
        both("CREATE TABLE d.seats (id INT AUTO_INCREMENT PRIMARY KEY, seat INT, UNIQUE KEY seat (seat))");
        primary.execute(
                "CREATE TABLE d.only_here (id INT)",
                "ALTER TABLE d.clicks MODIFY page VARCHAR(9) COLLATE utf8mb4_bin",
                "ALTER TABLE d.seats ADD CONSTRAINT itself FOREIGN KEY (seat) REFERENCES d.seats (id) ON DELETE CASCADE",
                "ALTER TABLE d.seats AUTO_INCREMENT = 77");
        replica.execute("CREATE TABLE d.only_there (id INT)", "ALTER TABLE d.seats DROP KEY seat, ADD KEY seat (seat)");
        assertThat(new Comparison(primary::connect, replica::connect)
                        .compare("d")
                        .structure())
                .containsExactlyInAnyOrder(
                        "only_there: only the replica has this table",
                        "only_here: only the primary has this table",
                        "clicks: only the primary has: column page varchar(9) null collate utf8mb4_bin",
                        "clicks: only the replica has: column page varchar(9) null collate utf8mb4_general_ci",
                        "seats: only the primary has: unique key seat (seat)",
                        "seats: only the primary has: CONSTRAINT `itself` FOREIGN KEY (`seat`) REFERENCES `seats` (`id`)"
                                + " ON DELETE CASCADE",
                        "seats: only the replica has: key seat (seat)");
        assertThat(new Comparison(primary::connect, replica::connect)
                        .ignoring("only_here", "only_there", "seats", "clicks")
                        .compare("d")
                        .identical())
                .isTrue();
    }

    @Test
    void aTableWithMoreColumnsOnOneSideIsComparedByThoseOfBoth() throws Exception {
        primary.execute("ALTER TABLE d.people ADD born DATE FIRST");
        replica.execute("UPDATE d.people SET name = 'x' WHERE id = 5");
        ComparisonResult result = new Comparison(primary::connect, replica::connect).compare("d");
        assertThat(result.structure()).containsExactly("people: only the primary has: column born date null");
        assertThat(result.tables().get(1).differences()).hasSize(1);
    }

    @Test
    void aServerThatIsAwayIsAnError() {
        assertThatThrownBy(() -> new Comparison(primary::connect, () -> {
                            throw new SQLException("gone");
                        })
                        .compare("d"))
                .isInstanceOf(SQLException.class)
                .hasMessage("gone");
    }

    @Test
    void nothingToCompareIsAnError() {
        assertThatThrownBy(() -> new Comparison(primary::connect, replica::connect).compare("nowhere"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("nowhere");
    }

    private static List<RowDifference> differences(String table) throws Exception {
        return new Comparison(primary::connect, replica::connect)
                .compare("d").tables().stream()
                        .filter(result -> result.table().equals(table))
                        .findFirst()
                        .orElseThrow()
                        .differences();
    }

    private static void both(String... statements) throws SQLException {
        primary.execute(statements);
        replica.execute(statements);
    }
}
