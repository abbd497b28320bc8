package io.binlogreplica.local.demo;

import io.binlogreplica.local.console.Progress;
import io.binlogreplica.local.console.Text;
import io.binlogreplica.local.demo.DemoResult.Throughput;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** Creates the connectors and waits until the replica has every table as a whole, while the primary is written to. */
final class Copying {

    private static final int CHANGES_PER_SECOND = 500;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Parts parts;

    Copying(Parts parts) {
        this.parts = parts;
    }

    Throughput run() throws SQLException, InterruptedException {
        long tables = tables();
        Instant copied;
        Instant start;
        try (BackgroundWriter writer = parts.workload().startWriting(CHANGES_PER_SECOND)) {
            start = Instant.now();
            parts.connectors().create();
            showUntilComplete(tables);
            copied = parts.replica().complete().since();
            writer.stop();
        }
        var result = new Throughput(
                parts.connectors().copiedRows(), Duration.between(start, copied).toMillis() / 1e3);
        parts.screen()
                .line("Copied    " + Text.count(result.rows()) + " rows in " + Text.duration(result.seconds()) + ": "
                        + Text.count(result.rowsPerSecond()) + " rows/s, while " + CHANGES_PER_SECOND
                        + " changes/s were written");
        return result;
    }

    /** All writes to the replica count: of the copies, and of the changes that the writer makes. */
    private void showUntilComplete(long tables) throws SQLException, InterruptedException {
        var progress = new Progress(parts.screen(), "Copying  ", "rows");
        long before = parts.replica().rowsWritten();
        parts.await("tables are copied", LOOK_AGAIN, () -> {
            long complete = parts.replica().complete().tables();
            long expected = Math.max(1, parts.workload().committedChanges());
            // the last rows are not all until the tables are complete
            long written = Math.min(parts.replica().rowsWritten() - before, expected * 999 / 1_000);
            progress.show(written, expected, complete + " of " + tables + " tables complete");
            return complete >= tables;
        });
    }

    private long tables() throws SQLException {
        try (Connection connection = parts.primary().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM information_schema.TABLES"
                        + " WHERE TABLE_SCHEMA = '" + Workload.DATABASE + "' AND TABLE_TYPE = 'BASE TABLE'")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
