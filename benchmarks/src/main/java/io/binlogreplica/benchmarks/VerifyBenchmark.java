package io.binlogreplica.benchmarks;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.ServerBinaries;
import io.binlogreplica.local.verify.TableFilter;
import io.binlogreplica.local.verify.Verification;
import io.binlogreplica.local.verify.VerifyOptions;
import io.binlogreplica.local.verify.VerifyReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

/**
 * How fast two servers with the same rows are compared. Settings are system properties: {@code rows} of all four tables together
 * (10000000), {@code server}, a title of {@link PackagedServer} (the bundled MariaDB), {@code rounds} (3).
 */
public final class VerifyBenchmark {

    private static final int DIFFERENCES_MAX = 1_000;

    private VerifyBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int rows = Integer.getInteger("rows", 10_000_000);
        String title = System.getProperty("server", "");
        ServerBinaries binaries = title.isEmpty()
                ? ServerBinaries.bundledMariaDb()
                : PackagedServer.named(title).binaries();
        try (var directory = new ScratchDirectory();
                DatabaseServer primary = DatabaseServer.primary(directory.path().resolve("primary"))
                        .binaries(binaries)
                        .start();
                DatabaseServer replica = DatabaseServer.replica(directory.path().resolve("replica"))
                        .binaries(binaries)
                        .start()) {
            load(List.of(primary, replica), rows / Sysbench.TABLES);
            var meter = new Meter();
            meter.watch("primary", primary::cpuSeconds);
            meter.watch("replica", replica::cpuSeconds);
            for (int round = 0; round < Integer.getInteger("rounds", 3); round++) {
                System.out.println(meter.measure("rows compared", rows, () -> verify(primary, replica))
                        .line());
            }
        }
    }

    /** With the same rows, since each begins with the same random numbers. */
    private static void load(List<DatabaseServer> servers, int rowsPerTable) throws Exception {
        var loads = new ArrayList<FutureTask<Void>>();
        for (DatabaseServer server : servers) {
            var load = new FutureTask<Void>(() -> {
                new Sysbench(server, rowsPerTable, Keys.PRIMARY).load();
                return null;
            });
            new Thread(load, "load").start();
            loads.add(load);
        }
        for (FutureTask<Void> load : loads) {
            load.get();
        }
    }

    private static void verify(DatabaseServer primary, DatabaseServer replica)
            throws SQLException, InterruptedException {
        var options = new VerifyOptions(
                new TableFilter(List.of(Pattern.compile(Sysbench.DATABASE)), List.of(), List.of(), List.of()),
                "binlog_replica",
                0,
                Duration.ofSeconds(1),
                DIFFERENCES_MAX,
                null);
        VerifyReport report =
                new Verification(primary::connect, replica::connect, "primary with replica", options).run();
        if (!report.isEqual()) {
            throw new IllegalStateException("the servers differ: " + report.json());
        }
    }
}
