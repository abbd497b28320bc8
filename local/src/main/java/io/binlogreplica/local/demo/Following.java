package io.binlogreplica.local.demo;

import io.binlogreplica.local.console.Rate;
import io.binlogreplica.local.console.Text;
import io.binlogreplica.local.workload.BackgroundWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Measures how far the replica is behind while the primary is written to at a moderate rate. */
final class Following {

    private static final int CHANGES_PER_SECOND = 1_000;
    private static final int PROBES_MIN = 200;
    private static final Duration TIME_MIN = Duration.ofSeconds(10);

    /** Longest pause between two probes; its length varies, so that probes don't fall in step with batches. */
    private static final int PAUSE_MILLIS_MAX = 40;

    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

    private static final int IDLE_CHANGES_PER_SECOND = 50;
    private static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    private final Parts parts;

    Following(Parts parts) {
        this.parts = parts;
    }

    Latencies run() throws SQLException, InterruptedException {
        var nanos = new ArrayList<Long>();
        try (BackgroundWriter writer = parts.workload().startWriting(CHANGES_PER_SECOND);
                LatencyProbe probe =
                        LatencyProbe.open(parts.primary(), parts.pipeline().replica())) {
            long end = System.nanoTime() + TIME_MIN.toNanos();
            while (nanos.size() < PROBES_MIN || System.nanoTime() < end) {
                nanos.add(measure(probe));
                parts.screen().status("Following " + CHANGES_PER_SECOND + " changes/s  " + text(Latencies.of(nanos)));
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS_MAX));
            }
            writer.stop();
        }
        var latencies = Latencies.of(nanos);
        parts.screen()
                .line("Followed  " + CHANGES_PER_SECOND + " changes/s: " + text(latencies)
                        + " from a commit on the primary until the replica shows it");
        return latencies;
    }

    /** Writes a little and shows the lag, until the thread is interrupted. */
    void goOn() throws SQLException, InterruptedException {
        var rate = new Rate(RATE_WINDOW);
        try (BackgroundWriter writer = parts.workload().startWriting(IDLE_CHANGES_PER_SECOND);
                LatencyProbe probe =
                        LatencyProbe.open(parts.primary(), parts.pipeline().replica())) {
            while (writer.isWriting()) {
                long nanos = measure(probe);
                rate.add(System.nanoTime(), parts.replica().rowsWritten());
                parts.screen()
                        .status(String.format(
                                Locale.ROOT,
                                "Following: lag %.0f ms, %s rows/s written to the replica (Ctrl-C ends the demo)",
                                nanos / 1e6,
                                Text.count(Math.round(rate.perSecond()))));
                TimeUnit.SECONDS.sleep(1);
            }
            writer.stop();
        }
    }

    private long measure(LatencyProbe probe) throws SQLException, InterruptedException {
        parts.connectors().requireNotFailed();
        return probe.measure(PROBE_LIMIT);
    }

    private static String text(Latencies latencies) {
        return String.format(
                Locale.ROOT,
                "lag p50 %.1f ms, p99 %.1f ms (%d probes)",
                latencies.percentileMillis(50),
                latencies.percentileMillis(99),
                latencies.count());
    }
}
