package io.binlogreplica.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Measures the whole way from primary to replica, and the server's own replication beside it, several times, and prints medians.
 * Settings are system properties: {@code rounds} (3), {@code keys} of the tables (as {@link Keys} has them), {@code rows} a table
 * (250000), {@code transactions} a backlog (50000), {@code heap} of the worker in megabytes (256), {@code threads} of the sink (1),
 * {@code rate} of transactions a second for the latency (1000), {@code probes} (1000).
 */
public final class PipelineBenchmark {

    private PipelineBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        var options = new Round.Options(
                Path.of(System.getProperty("project.root", ".")),
                Keys.valueOf(System.getProperty("keys", "primary").toUpperCase(Locale.ROOT)),
                Integer.getInteger("rows", 250_000),
                Integer.getInteger("transactions", 50_000),
                Integer.getInteger("heap", 256),
                Integer.getInteger("threads", 1),
                Integer.getInteger("rate", 1_000),
                Integer.getInteger("probes", 1_000));
        int rounds = Integer.getInteger("rounds", 3);
        var results = new ArrayList<Round.Result>();
        for (int round = 1; round <= rounds; round++) {
            say("round " + round + " of " + rounds);
            try (var directory = new ScratchDirectory()) {
                results.add(new Round(options, directory.path(), PipelineBenchmark::say).run());
            }
        }
        say("\nmedians of " + rounds + " rounds, worker heap " + options.heapMegabytes() + " MB");
        for (int i = 0; i < results.get(0).measurements().size(); i++) {
            int index = i;
            say(results.stream()
                    .map(result -> result.measurements().get(index))
                    .sorted(Comparator.comparingDouble(Measurement::perSecond))
                    .toList()
                    .get(rounds / 2)
                    .line());
        }
        for (double percent : new double[] {50, 99}) {
            List<Double> millis = results.stream()
                    .map(result -> result.latencies().percentileMillis(percent))
                    .sorted()
                    .toList();
            say(String.format(
                    Locale.ROOT,
                    "commit to commit at %,d transactions/s, p%.0f %18.1f ms",
                    options.steadyTransactions(),
                    percent,
                    millis.get(rounds / 2)));
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
