package io.binlogreplica.benchmarks;

import io.binlogreplica.local.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the source costs more the more there is: processor time for each row of copies of a hundred thousand rows to ten million, and
 * what stays in the worker's heap while it reads ten gigabytes of binlog. Settings are system properties: {@code sizes} of copies in rows,
 * {@code gigabytes} of binlog (10), {@code heap} of the worker in megabytes (256).
 */
public final class GrowthBenchmark {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int ROWS = 100_000;
    /** A row of a kilobyte before and after. */
    private static final int CHANGES_PER_GIGABYTE = 500_000;

    private static final int CHANGES_PER_TRANSACTION = 1_000;
    private static final int HEAP = Integer.getInteger("heap", 256);

    private GrowthBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        for (String size :
                System.getProperty("sizes", "100000,1000000,10000000").split(",", -1)) {
            in(directory -> copy(directory, Integer.parseInt(size)));
        }
        in(GrowthBenchmark::longBinlog);
    }

    private static void copy(Path directory, int rows) throws Exception {
        try (Pipeline pipeline = pipeline(directory)) {
            var sysbench = new Sysbench(pipeline.primary(), rows / Sysbench.TABLES, Keys.PRIMARY);
            sysbench.load();
            var meter = new Meter();
            meter.watch("worker", pipeline.worker()::cpuSeconds);
            meter.watch("primary", pipeline.primary()::cpuSeconds);
            say(meter.measure(String.format(Locale.ROOT, "copy of %,d rows", sysbench.rows()), sysbench.rows(), () -> {
                        pipeline.create(pipeline.sourceConnector());
                        Connectors.await(LIMIT, () -> Connectors.copied(pipeline) == Sysbench.TABLES);
                    })
                    .line());
        }
    }

    private static void longBinlog(Path directory) throws Exception {
        try (Pipeline pipeline = pipeline(directory)) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE " + Sysbench.DATABASE,
                            "CREATE TABLE replica.large (id INT PRIMARY KEY, n INT NOT NULL, v VARCHAR(1000)) CHARACTER SET latin1",
                            "INSERT INTO replica.large SELECT seq, 0, REPEAT(SHA2(seq, 512), 7) FROM replica.seq_1_to_"
                                    + ROWS);
            pipeline.create(pipeline.sourceConnector()
                    .with(Map.of(
                            "topic.creation.default.retention.bytes", "1073741824",
                            "topic.creation.default.segment.bytes", "268435456")));
            Connectors.await(LIMIT, () -> Connectors.copied(pipeline) == 1);
            var meter = new Meter();
            meter.watch("worker", pipeline.worker()::cpuSeconds);
            for (int gigabyte = 1; gigabyte <= Integer.getInteger("gigabytes", 10); gigabyte++) {
                Measurement measured = meter.measure(gigabyte + " GB of binlog", CHANGES_PER_GIGABYTE, () -> {
                    write(pipeline);
                    String position = Servers.position(pipeline.primary());
                    Connectors.await(LIMIT, () -> Connectors.read(pipeline).equals(position));
                });
                say(measured.line() + String.format(Locale.ROOT, ", live heap %.1f MB", liveMegabytes(pipeline)));
            }
        }
    }

    private static void write(Pipeline pipeline) throws SQLException {
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < CHANGES_PER_GIGABYTE / CHANGES_PER_TRANSACTION; i++) {
                int first = i * CHANGES_PER_TRANSACTION % ROWS;
                statement.execute("UPDATE replica.large SET n = n + 1 WHERE id BETWEEN " + (first + 1) + " AND "
                        + (first + CHANGES_PER_TRANSACTION));
            }
        }
    }

    /** What is left in the worker's heap when all that can go is gone: a histogram of live objects collects first. */
    private static double liveMegabytes(Pipeline pipeline) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(
                        jcmd, Long.toString(pipeline.worker().pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String last = process.inputReader().lines().reduce("", (before, line) -> line);
        return Long.parseLong(last.trim().split("\\s+", -1)[2]) / 1e6;
    }

    private static Pipeline pipeline(Path directory) {
        return Pipeline.in(directory, Path.of(System.getProperty("project.root", ".")))
                .workerHeapMegabytes(HEAP)
                .start();
    }

    private interface Benchmark {
        void in(Path directory) throws Exception;
    }

    private static void in(Benchmark benchmark) throws Exception {
        try (var directory = new ScratchDirectory()) {
            benchmark.in(directory.path());
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
