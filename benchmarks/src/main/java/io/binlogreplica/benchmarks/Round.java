package io.binlogreplica.benchmarks;

import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.demo.Latencies;
import io.binlogreplica.local.demo.LatencyProbe;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** All measurements once, on servers, a broker and a worker of their own. The replica is compared with the primary in the end. */
final class Round {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);
    private static final int WARM_UP_PROBES = 20;
    /** As often as the operating guide advises. */
    private static final Map<String, String> VERIFIED = Map.of("verify.interval.ms", "1000");

    private static final String SOURCE_AGAIN = "binlog-source-again";
    private static final String SINK_AGAIN = "replica-sink-again";

    private final Options options;
    private final Path directory;
    private final Consumer<String> screen;
    private final Meter meter = new Meter();
    private final List<Measurement> measurements = new ArrayList<>();

    /**
     * What to measure with.
     *
     * @param keys of the four tables
     * @param rowsPerTable of each
     * @param transactions in a backlog, of four changes each
     * @param heapMegabytes of the worker
     * @param applyThreads of the sink
     * @param steadyTransactions a second, while latency is measured
     * @param probes how many latencies to measure
     */
    record Options(
            Path project,
            Keys keys,
            int rowsPerTable,
            int transactions,
            int heapMegabytes,
            int applyThreads,
            int steadyTransactions,
            int probes) {}

    /** What was measured. */
    record Result(List<Measurement> measurements, Latencies latencies) {}

    Round(Options options, Path directory, Consumer<String> screen) {
        this.options = options;
        this.directory = directory;
        this.screen = screen;
    }

    Result run() throws Exception {
        try (Pipeline pipeline = Pipeline.in(directory, options.project)
                .workerHeapMegabytes(options.heapMegabytes)
                // as workers of users have it: the last such argument counts
                .workerJvmArguments("-XX:TieredStopAtLevel=4")
                .start()) {
            meter.watch("primary", pipeline.primary()::cpuSeconds);
            meter.watch("broker", pipeline.broker()::cpuSeconds);
            meter.watch("worker", pipeline.worker()::cpuSeconds);
            meter.watch("replica", pipeline.replica()::cpuSeconds);
            var sysbench = new Sysbench(pipeline.primary(), options.rowsPerTable, options.keys);
            sysbench.load();
            try (NativeReplica server = NativeReplica.start(directory.resolve("native"), pipeline.primary())) {
                meter.watch("native", server::cpuSeconds);
                copies(pipeline, sysbench, server);
                backlogs(pipeline, sysbench, server);
                meter.forget("native");
            }
            backlogEndToEnd(pipeline, sysbench, "backlog end to end", Map.of());
            backlogEndToEnd(pipeline, sysbench, "the same, rows compared meanwhile", VERIFIED);
            pipeline.create(pipeline.sourceConnector());
            Latencies latencies = steady(pipeline, sysbench);
            copyEndToEnd(pipeline, sysbench);
            requireIdentical(pipeline);
            return new Result(measurements, latencies);
        }
    }

    private void copies(Pipeline pipeline, Sysbench sysbench, NativeReplica server) throws Exception {
        measure("mariadb-dump | mariadb", sysbench.rows(), () -> server.copy(Sysbench.DATABASE));
        measure("snapshot to Kafka", sysbench.rows(), () -> {
            pipeline.create(pipeline.sourceConnector());
            await(() -> Connectors.copied(pipeline) == Sysbench.TABLES);
        });
        measure("snapshot from a full topic", sysbench.rows(), () -> {
            pipeline.create(sink(pipeline));
            await(() -> Servers.live(pipeline.replica()) == Sysbench.TABLES);
        });
    }

    private void backlogs(Pipeline pipeline, Sysbench sysbench, NativeReplica server) throws Exception {
        ConnectRest rest = pipeline.worker().rest();
        rest.stop(Pipeline.SOURCE, STOP_LIMIT);
        rest.stop(Pipeline.SINK, STOP_LIMIT);
        sysbench.write(options.transactions);
        String position = Servers.position(pipeline.primary());
        measure("the server's own replica thread", changes(), () -> server.catchUp(LIMIT));
        measure("backlog to Kafka", changes(), () -> {
            rest.resume(Pipeline.SOURCE);
            await(() -> Connectors.read(pipeline).equals(position));
        });
        measure("backlog from a full topic", changes(), () -> {
            rest.resume(Pipeline.SINK);
            await(() ->
                    Servers.applied(pipeline.replica(), Pipeline.CHANGES_TOPIC).equals(position));
        });
    }

    private void backlogEndToEnd(Pipeline pipeline, Sysbench sysbench, String name, Map<String, String> settings)
            throws Exception {
        ConnectRest rest = pipeline.worker().rest();
        rest.stop(Pipeline.SOURCE, STOP_LIMIT);
        pipeline.create(pipeline.sourceConnector().with(settings));
        sysbench.write(options.transactions);
        String position = Servers.position(pipeline.primary());
        measure(name, changes(), () -> {
            rest.resume(Pipeline.SOURCE);
            await(() ->
                    Servers.applied(pipeline.replica(), Pipeline.CHANGES_TOPIC).equals(position));
        });
    }

    private Latencies steady(Pipeline pipeline, Sysbench sysbench) throws Exception {
        LatencyProbe.createTable(pipeline.primary());
        await(() -> Servers.live(pipeline.replica()) == Sysbench.TABLES + 1);
        var nanos = new ArrayList<Long>();
        var stopped = new AtomicBoolean();
        var writer = new Thread(() -> write(pipeline, sysbench, stopped), "steady-writer");
        writer.start();
        try (LatencyProbe probe = LatencyProbe.open(pipeline.primary(), pipeline.replica())) {
            for (int i = 0; i < WARM_UP_PROBES; i++) {
                probe.measure(PROBE_LIMIT);
            }
            for (int i = 0; i < options.probes; i++) {
                nanos.add(probe.measure(PROBE_LIMIT));
            }
        } finally {
            stopped.set(true);
            writer.join();
        }
        return Latencies.of(nanos);
    }

    private void write(Pipeline pipeline, Sysbench sysbench, AtomicBoolean stopped) {
        long interval = TimeUnit.SECONDS.toNanos(1) / options.steadyTransactions;
        try (Connection connection = pipeline.primary().connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            long due = System.nanoTime();
            while (!stopped.get()) {
                statement.execute(sysbench.transaction());
                due += interval;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            }
        } catch (Exception e) {
            throw new IllegalStateException("the steady load ended", e);
        }
    }

    /** Another pair of connectors copies everything once more, into an empty replica. */
    private void copyEndToEnd(Pipeline pipeline, Sysbench sysbench) throws Exception {
        ConnectRest rest = pipeline.worker().rest();
        rest.delete(Pipeline.SOURCE);
        rest.delete(Pipeline.SINK);
        await(() -> rest.connectors().isEmpty());
        pipeline.replica().execute("DROP DATABASE " + Sysbench.DATABASE, "DROP DATABASE binlog_replica");
        int tables = Sysbench.TABLES + 1;
        measure("snapshot end to end", sysbench.rows(), () -> {
            pipeline.create(again(
                    pipeline.sourceConnector(),
                    SOURCE_AGAIN,
                    Map.of("topic.prefix", "again", "database.server.id", "54002")));
            pipeline.create(again(sink(pipeline), SINK_AGAIN, Map.of("topics", "again.changes")));
            await(() -> Servers.live(pipeline.replica()) == tables);
        });
    }

    private ConnectorFile sink(Pipeline pipeline) {
        return pipeline.sinkConnector().with(Map.of("apply.threads", Integer.toString(options.applyThreads)));
    }

    private static ConnectorFile again(ConnectorFile connector, String name, Map<String, String> settings) {
        return new ConnectorFile(name, connector.config()).with(settings);
    }

    private void requireIdentical(Pipeline pipeline) throws Exception {
        ComparisonResult result =
                new Comparison(pipeline.primary()::connect, pipeline.replica()::connect).compare(Sysbench.DATABASE);
        screen.accept("compared: " + result);
        if (!result.identical()) {
            throw new IllegalStateException("the replica differs: " + result);
        }
    }

    private long changes() {
        return (long) options.transactions * Sysbench.CHANGES_PER_TRANSACTION;
    }

    private void measure(String name, long count, Meter.Work work) throws Exception {
        Measurement measured = meter.measure(name, count, work);
        measurements.add(measured);
        screen.accept(measured.line());
    }

    private static void await(Connectors.Condition condition) throws Exception {
        Connectors.await(LIMIT, condition);
    }
}
