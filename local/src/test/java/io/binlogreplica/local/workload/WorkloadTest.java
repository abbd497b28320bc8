package io.binlogreplica.local.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    static DatabaseServer one;
    static DatabaseServer other;

    @BeforeAll
    static void start() {
        one = DatabaseServer.primary(directory.resolve("one")).start();
        other = DatabaseServer.replica(directory.resolve("other")).start();
    }

    @AfterAll
    static void stop() {
        if (one != null) {
            one.close();
        }
        if (other != null) {
            other.close();
        }
    }

    @BeforeEach
    void clear() throws SQLException {
        one.execute("DROP DATABASE IF EXISTS replica");
        other.execute("DROP DATABASE IF EXISTS replica");
    }

    @Test
    void theSameSeedMakesTheSameRowsAndTransactions() throws Exception {
        try (var workload = new Workload(one, 42);
                var again = new Workload(other, 42)) {
            var progress = new ArrayList<Long>();
            workload.createSchema();
            workload.load(10_000, progress::add);
            assertThat(progress)
                    .isSorted()
                    .last()
                    .asInstanceOf(InstanceOfAssertFactories.LONG)
                    .isBetween(10_000L, 10_100L);
            assertThat(number("SELECT COUNT(*) FROM replica.orders")).isBetween(8_400L, 9_100L);
            workload.write(10_000);
            assertThat(workload.committedChanges()).isBetween(20_000L, 27_000L);

            again.createSchema();
            again.load(10_000, rows -> {});
            again.write(10_000);

            ComparisonResult result = compare();
            assertThat(result.identical()).as(result.toString()).isTrue();
            assertThat(result.tables())
                    .hasSize(8)
                    .allSatisfy(table -> assertThat(table.primaryRows()).isPositive());
            assertThat(again.committedChanges()).isEqualTo(workload.committedChanges());
        }
    }

    @Test
    void anotherSeedMakesOtherRows() throws Exception {
        try (var workload = new Workload(one, 1);
                var different = new Workload(other, 2)) {
            workload.createSchema();
            workload.load(100, rows -> {});
            different.createSchema();
            different.load(100, rows -> {});
            assertThat(compare().identical()).isFalse();
        }
    }

    @Test
    void aWriterCountsExactlyWhatWasCommittedThoughItsServerWasKilled() throws Exception {
        try (var workload = new Workload(one, 7);
                var undisturbed = new Workload(other, 7)) {
            workload.createSchema();
            try (var writer = workload.startWriting(Double.POSITIVE_INFINITY)) {
                for (int kill = 1; kill <= 3; kill++) {
                    long before = workload.committedTransactions();
                    await().atMost(LIMIT).until(() -> workload.committedTransactions() > before + 100);
                    one.kill();
                    one.start();
                }
                long before = workload.committedTransactions();
                await().atMost(LIMIT).until(() -> workload.committedTransactions() > before);
                writer.stop();
                assertThat(writer.isWriting()).isFalse();
            }
            assertThat(number("SELECT MAX(transactions) FROM replica.workload_progress"))
                    .isEqualTo(workload.committedTransactions());

            undisturbed.createSchema();
            while (undisturbed.committedTransactions() < workload.committedTransactions()) {
                undisturbed.writeTransaction();
            }
            ComparisonResult result = compare();
            assertThat(result.identical()).as(result.toString()).isTrue();
            assertThat(workload.committedChanges()).isEqualTo(undisturbed.committedChanges());
        }
    }

    @Test
    void aWriterKeepsToItsRate() throws Exception {
        try (var workload = new Workload(one, 7)) {
            workload.createSchema();
            long start = System.nanoTime();
            try (var writer = workload.startWriting(4_000)) {
                // two seconds' worth, of which the last transaction may be 3,000
                await().atMost(LIMIT).until(() -> workload.committedChanges() > 8_000);
                assertThat(writer.isWriting()).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void rowsThatSomebodyElseChangedStopAWriter() throws Exception {
        try (var workload = new Workload(one, 7)) {
            workload.createSchema();
            workload.load(1_000, rows -> {});
            one.execute("DELETE FROM replica.orders");
            var writer = workload.startWriting(Double.POSITIVE_INFINITY);
            await().atMost(LIMIT).until(() -> !writer.isWriting());
            assertThatThrownBy(writer::stop)
                    .hasMessageContaining("the writer failed")
                    .hasMessageContaining("does anyone else write to these tables?");
        }
    }

    private static ComparisonResult compare() throws Exception {
        return new Comparison(one::connect, other::connect).compare(Workload.DATABASE);
    }

    private static long number(String query) throws SQLException {
        try (var connection = one.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
