package io.binlogreplica.local.demo;

import io.binlogreplica.local.console.Progress;
import io.binlogreplica.local.console.Text;
import io.binlogreplica.local.demo.DemoResult.Throughput;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** Writes changes while the source is stopped, and measures how fast the replica takes them once it goes on. */
final class Backlog {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final long CHANGES_AT_A_TIME = 1_000;

    private final Parts parts;

    Backlog(Parts parts) {
        this.parts = parts;
    }

    Throughput run(long changes) throws SQLException, InterruptedException {
        parts.awaitCaughtUp();
        parts.connectors().stopSource();
        long first = parts.workload().committedTransactions();
        long written = write(changes);
        long last = parts.workload().committedTransactions();
        long start = System.nanoTime();
        parts.connectors().resumeSource();
        showUntilCaughtUp(first, last, written);
        var result = new Throughput(written, (System.nanoTime() - start) / 1e9);
        parts.screen()
                .line("Streamed  " + Text.count(result.rows()) + " changes of " + Text.count(last - first)
                        + " transactions in " + Text.duration(result.seconds()) + ": "
                        + Text.count(result.rowsPerSecond()) + " changes/s");
        return result;
    }

    private long write(long changes) throws SQLException {
        var progress = new Progress(parts.screen(), "Writing  ", "changes");
        long before = parts.workload().committedChanges();
        long written = 0;
        while (written < changes) {
            progress.show(written, changes, "the source is stopped");
            parts.workload().write(Math.min(CHANGES_AT_A_TIME, changes - written));
            written = parts.workload().committedChanges() - before;
        }
        return written;
    }

    private void showUntilCaughtUp(long first, long last, long changes) throws SQLException, InterruptedException {
        var progress = new Progress(parts.screen(), "Streaming", "changes");
        parts.await("changes are streamed", LOOK_AGAIN, () -> {
            long applied = parts.replica().transaction();
            if (applied < last) {
                // transactions differ in size, but among many that evens out
                long share = (long) ((double) (applied - first) / (last - first) * changes);
                String lag = String.format(
                        Locale.ROOT, "%.1f s behind", parts.replica().appliedAgeSeconds());
                progress.show(share, changes, lag);
            }
            return applied >= last;
        });
    }
}
