package io.binlogreplica.local.cli;

import io.binlogreplica.local.console.Screen;
import io.binlogreplica.local.demo.Demo;
import io.binlogreplica.local.demo.DemoOptions;
import io.binlogreplica.local.demo.DemoResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./replica demo}. */
@Command(
        name = "demo",
        description = {
            "Shows the whole way on throw-away servers: two MariaDB servers, a Kafka broker and a Connect worker with"
                    + " both connectors (heap 512 MB).",
            "Loads tables, copies them while they are written to, streams a backlog, measures the lag, and compares"
                    + " every row. Then it goes on until Ctrl-C."
        },
        footer = {
            "",
            "With --exit the last line on standard output is one JSON object: identical, tables, rows,"
                    + " snapshot_rows_per_s (from creating the connectors until the replica has every table),"
                    + " stream_rows_per_s (from resuming the source until the replica has the last of the waiting"
                    + " changes), lag_p50_ms and lag_p99_ms (from a commit on the primary until the replica shows it),"
                    + " worker_cpu_s (of the Connect worker over the whole demo, its start included), worker_rss_mb"
                    + " (the most memory the worker had in use). Everything else goes to standard error.",
            "Exit status: 0 when every row is identical, 1 otherwise."
        })
final class DemoCommand implements Callable<Integer> {

    private static final Duration END_LIMIT = Duration.ofSeconds(90);
    private static final long ROWS_MIN = 1_000;
    private static final int INTERRUPTED = 130;

    @Option(
            names = "--rows",
            defaultValue = "200000",
            paramLabel = "N",
            description = "Rows to load before the copy (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Option(
            names = "--changes",
            defaultValue = "100000",
            paramLabel = "N",
            description = "Row changes to write while the source is stopped (default: ${DEFAULT-VALUE}).")
    private long changes;

    @Option(names = "--exit", description = "End after the comparison, with a line of JSON.")
    private boolean exit;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Put data and logs there and keep them, rather than in a temporary folder that is removed.")
    private @Nullable Path keep;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requireSensible();
        PrintStream progress = System.err;
        DemoResult result;
        try (OrderlyEnd end = OrderlyEnd.within(END_LIMIT);
                Throwaway data = Throwaway.create(keep)) {
            LogFile.write(data.directory().resolve("demo.log"));
            Screen screen = Screen.of(progress, Integer.getInteger("replica.columns", 0));
            screen.line("Data and logs are in " + data.directory() + (data.kept() ? "" : " until the demo ends"));
            try {
                var options = new DemoOptions(rows, changes, exit);
                result = new Demo(options, data.directory(), Project.directory(), screen).run();
            } catch (InterruptedException | SQLException | RuntimeException e) {
                if (end.hasBegun()) {
                    screen.line("Stopped; " + whatBecomesOf(data));
                    return INTERRUPTED;
                }
                screen.line("The demo failed: " + Failure.text(e));
                return 1;
            }
            screen.line("Ended; " + whatBecomesOf(data));
        } catch (IOException e) {
            progress.println(e.getMessage());
            return 1;
        }
        System.out.println(result.json());
        return result.identical() ? 0 : 1;
    }

    private static String whatBecomesOf(Throwaway data) {
        return data.kept() ? "data and logs are in " + data.directory() : "data and logs are removed";
    }

    private void requireSensible() {
        if (rows < ROWS_MIN) {
            throw new ParameterException(spec.commandLine(), "--rows must be at least " + ROWS_MIN);
        }
        if (changes < 1) {
            throw new ParameterException(spec.commandLine(), "--changes must be at least 1");
        }
    }
}
