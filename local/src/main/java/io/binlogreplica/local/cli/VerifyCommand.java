package io.binlogreplica.local.cli;

import io.binlogreplica.local.console.Progress;
import io.binlogreplica.local.console.Screen;
import io.binlogreplica.local.console.Text;
import io.binlogreplica.local.run.Problem;
import io.binlogreplica.local.run.RunSettings;
import io.binlogreplica.local.run.Servers;
import io.binlogreplica.local.verify.TableVerdict;
import io.binlogreplica.local.verify.Verification;
import io.binlogreplica.local.verify.VerifyOptions;
import io.binlogreplica.local.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./replica verify}. */
@Command(
        name = "verify",
        description = {
            "Compares primary and replica row by row while both are written to, and names each row that differs.",
            "The servers compute checksums of chunks; only rows of chunks that differ are looked at one by one. A row"
                    + " counts as differing when it stays so after the replica has applied all that the primary had. Reads"
                    + " only."
        },
        footer = {
            "",
            "Needs SELECT on the tables of both servers, and on the sink's state database on the replica.",
            "Prints a report of JSON to standard output, everything else to standard error.",
            "Exit status: 0 all is equal; 1 something differs, or a failure; 2 settings are wrong; 3 no difference is"
                    + " known, but some tables or rows could not be decided: the report says why."
        })
final class VerifyCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int WRONG_SETTINGS = 2;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description =
                    "Where the servers are, as for run; source.database.include.list and source.table.include.list say"
                            + " what is compared.")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(
            names = "--sink",
            paramLabel = "NAME",
            description = "The sink's name in Connect; by default that of config/sink.json.")
    private @Nullable String sink;

    @Option(
            names = "--tables",
            split = ",",
            paramLabel = "REGEX",
            description = "Only these of the tables: regular expressions that match a whole database.table.")
    private List<String> tables = new ArrayList<>();

    @Option(
            names = "--rows-per-second",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "The most rows to read from each server in a second; 0, the default, for no limit. Tables without a"
                            + " key are read in one piece all the same.")
    private long rowsPerSecond;

    @Option(
            names = "--settle-seconds",
            defaultValue = "10",
            paramLabel = "N",
            description = "How long to wait for the replica to reach the primary before a row counts as not confirmed"
                    + " (default: ${DEFAULT-VALUE}).")
    private long settleSeconds;

    @Option(
            names = "--differences",
            defaultValue = "1000",
            paramLabel = "N",
            description = "After so many differing rows a table is given up (default: ${DEFAULT-VALUE}).")
    private int differencesMax;

    @Option(
            names = "--progress",
            paramLabel = "FILE",
            description =
                    "Note there what is done, and go on from there when the file exists; it is deleted in the end.")
    private @Nullable Path progressFile;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report there instead of standard output.")
    private @Nullable Path report;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogFile.none();
        try {
            return verify();
        } catch (InterruptedException | SQLException | IOException | RuntimeException e) {
            if (e instanceof ParameterException wrong) {
                throw wrong;
            }
            System.err.println("The verification failed: " + Failure.text(e));
            if (progressFile != null && Files.exists(progressFile)) {
                System.err.println("The same command goes on where it was.");
            }
            return FAILED;
        }
    }

    private int verify() throws IOException, SQLException, InterruptedException {
        requireSensible();
        RunSettings settings = ConfigFile.settingsOrReason(config);
        if (settings == null) {
            return WRONG_SETTINGS;
        }
        if (!settings.problems().isEmpty()) {
            settings.problems().forEach(problem -> System.err.println(problem));
            return WRONG_SETTINGS;
        }
        Servers servers = Servers.of(settings);
        List<Problem> problems = servers.problems();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> System.err.println(problem));
            return WRONG_SETTINGS;
        }
        Screen screen = Screen.of(System.err, Integer.getInteger("replica.columns", 0));
        screen.line("Comparing " + servers.names());
        var options = new VerifyOptions(
                tables.isEmpty()
                        ? servers.tables()
                        : servers.tables()
                                .taking(tables.stream().map(this::pattern).toList()),
                servers.stateDatabase(),
                rowsPerSecond,
                Duration.ofSeconds(settleSeconds),
                differencesMax,
                progressFile);
        Map<String, Progress> shown = new HashMap<>();
        VerifyReport result = new Verification(
                        servers.primary()::connect, servers.replica()::connect, servers.names(), options)
                .ofSink(sink == null ? settings.sink().name() : sink)
                .onProgress((table, done, total) -> shown.computeIfAbsent(
                                table.toString(), name -> new Progress(screen, name, "rows"))
                        .show(done, total))
                .run();
        result.structure().forEach(screen::line);
        for (TableVerdict table : result.tables()) {
            screen.line(table.toString());
        }
        screen.line(summary(result));
        if (report == null) {
            System.out.println(result.json());
        } else {
            Files.writeString(report, result.json() + "\n");
        }
        return result.exitStatus();
    }

    private static String summary(VerifyReport result) {
        String rows = Text.count(result.rows()) + " rows in " + result.tables().size() + " tables, in "
                + Text.duration(result.took().toMillis() / 1e3);
        return switch (result.exitStatus()) {
            case 0 -> "Equal: " + rows;
            case 1 -> "DIFFERENT: " + rows;
            default -> "Not decided: " + rows;
        };
    }

    private void requireSensible() {
        if (rowsPerSecond < 0 || settleSeconds < 1 || differencesMax < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rows-per-second must be 0 or more, --settle-seconds and --differences at least 1");
        }
    }

    private Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new ParameterException(
                    spec.commandLine(), "--tables: " + text + " is not a regular expression: " + e.getDescription(), e);
        }
    }
}
