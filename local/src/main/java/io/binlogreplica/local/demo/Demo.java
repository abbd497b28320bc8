package io.binlogreplica.local.demo;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.console.Progress;
import io.binlogreplica.local.console.Screen;
import io.binlogreplica.local.console.Text;
import io.binlogreplica.local.demo.DemoResult.Throughput;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;

/** The whole way on one machine, from an empty replica to one that is compared row by row. */
public final class Demo {

    /** Any would do; a fixed one makes runs comparable. */
    private static final long SEED = 1;

    private final DemoOptions options;
    private final Path directory;
    private final Path project;
    private final Screen screen;

    /**
     * A demonstration.
     *
     * @param directory where servers, broker and worker keep data and logs
     * @param project the checkout, with built plugins
     */
    public Demo(DemoOptions options, Path directory, Path project, Screen screen) {
        this.options = options;
        this.directory = directory;
        this.project = project;
        this.screen = screen;
    }

    /**
     * Shows it all, and stops every process it has started.
     *
     * @throws DemoFailedException when a connector fails or nothing moves
     * @throws InterruptedException when the thread is interrupted, which is the way to end a demonstration that goes on
     */
    public DemoResult run() throws SQLException, InterruptedException {
        Pipeline pipeline = start();
        try (var workload = new Workload(pipeline.primary(), SEED);
                ReplicaState replica = ReplicaState.of(pipeline.replica())) {
            var parts = new Parts(pipeline, workload, replica, new Connectors(pipeline), screen);
            load(parts);
            Throughput copied = new Copying(parts).run();
            Throughput streamed = new Backlog(parts).run(options.changes());
            Latencies latencies = new Following(parts).run();
            ComparisonResult comparison = compare(parts);
            var result = new DemoResult(
                    comparison,
                    copied,
                    streamed,
                    latencies,
                    pipeline.worker().cpuSeconds(),
                    pipeline.worker().peakResidentMegabytes());
            if (!options.exit()) {
                screen.line(Directions.of(pipeline));
                new Following(parts).goOn();
            }
            return result;
        } finally {
            // an interrupted thread could not wait for processes to end in order
            boolean interrupted = Thread.interrupted();
            pipeline.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Pipeline start() {
        Pipeline pipeline = Pipeline.in(directory, project)
                .announce(part -> screen.status("Starting  " + part))
                .start();
        screen.line("Started   a primary, a replica, a Kafka broker and a Connect worker; REST API "
                + pipeline.worker().rest().address());
        return pipeline;
    }

    private void load(Parts parts) throws SQLException {
        parts.workload().createSchema();
        LatencyProbe.createTable(parts.primary());
        var progress = new Progress(screen, "Loading  ", "rows");
        parts.workload().load(options.rows(), rows -> progress.show(rows, options.rows(), "into the primary"));
        screen.line("Loaded    " + Text.count(parts.workload().committedChanges()) + " rows into the primary");
    }

    private ComparisonResult compare(Parts parts) throws SQLException, InterruptedException {
        parts.awaitCaughtUp();
        var comparison =
                new Comparison(parts.primary()::connect, parts.pipeline().replica()::connect);
        ComparisonResult result = comparison
                .onProgress((table, rows) -> screen.status("Comparing " + table + ": " + Text.count(rows) + " rows"))
                .compare(Workload.DATABASE);
        screen.line("Compared  every value of every row: " + result);
        screen.line(String.format(
                Locale.ROOT,
                "Worker    %.1f s of processor time, %d MB of memory at most",
                parts.pipeline().worker().cpuSeconds(),
                parts.pipeline().worker().peakResidentMegabytes()));
        return result;
    }
}
