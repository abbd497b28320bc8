package io.binlogreplica.local.cli;

import io.binlogreplica.local.run.ConnectorCheck;
import io.binlogreplica.local.run.Problem;
import io.binlogreplica.local.run.Replication;
import io.binlogreplica.local.run.RunSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./replica run}. */
@Command(
        name = "run",
        description = {
            "Copies a primary of yours to a replica of yours and keeps it the same, in one process with an embedded"
                    + " Kafka broker and Connect worker.",
            "Ends in order on Ctrl-C and SIGTERM, and goes on where it was when it is started again."
        },
        footer = {
            "",
            "Settings are checked before anything starts, servers included. An environment variable wins over the file:"
                    + " REPLICA_SOURCE_DATABASE_PASSWORD is source.database.password.",
            "Exit status: 2 when settings are wrong, 1 after a failure."
        })
final class RunCommand implements Callable<Integer> {

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final int WRONG_SETTINGS = 2;
    private static final int INTERRUPTED = 130;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Where the servers are and what to replicate; config/run.properties is an example.")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Override
    public Integer call() {
        try (OrderlyEnd end = OrderlyEnd.within(END_LIMIT)) {
            try {
                return run();
            } catch (InterruptedException e) {
                say("Stopped");
                return INTERRUPTED;
            } catch (IOException | RuntimeException e) {
                if (end.hasBegun()) {
                    say("Stopped");
                    return INTERRUPTED;
                }
                say("Failed: " + Failure.text(e));
                return 1;
            }
        }
    }

    private int run() throws IOException, InterruptedException {
        Path project = Project.directory();
        RunSettings settings = ConfigFile.settingsOrReason(config);
        if (settings == null) {
            return WRONG_SETTINGS;
        }
        Path data = Files.createDirectories(settings.dataDirectory()).toRealPath();
        Path log = data.resolve("log/replica.log");
        LogFile.write(log);
        List<Path> plugins = List.of(
                project.resolve("connector-source/target/plugin"), project.resolve("connector-sink/target/plugin"));
        List<Problem> problems = problems(settings, plugins);
        if (!problems.isEmpty()) {
            problems.forEach(problem -> System.err.println(problem));
            System.err.println(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in " + config
                    + "; nothing was started.");
            return WRONG_SETTINGS;
        }
        say("Starting; data is in " + data + ", the log is " + log);
        new Replication(settings, plugins, RunCommand::say).run();
        return 0;
    }

    private static List<Problem> problems(RunSettings settings, List<Path> plugins) {
        var problems = new ArrayList<>(settings.problems());
        for (var port : Map.of(RunSettings.REST_PORT, settings.restPort(), RunSettings.KAFKA_PORT, settings.kafkaPort())
                .entrySet()) {
            String obstacle = obstacle(port.getValue());
            if (obstacle != null
                    && settings.problems().stream()
                            .noneMatch(known -> known.setting().equals(port.getKey()))) {
                problems.add(new Problem(
                        port.getKey(),
                        port.getValue() + " cannot be listened on (" + obstacle
                                + "): end what listens there, or choose another port"));
            }
        }
        var check = new ConnectorCheck(plugins);
        problems.addAll(check.problems(RunSettings.SOURCE, settings.source()));
        problems.addAll(check.problems(
                RunSettings.SINK,
                // the brokers are started later
                settings.sink().without("signal.kafka.bootstrap.servers")));
        return problems;
    }

    /** Why nothing can listen there; null when something can. */
    private static @Nullable String obstacle(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound() ? null : "not bound";
        } catch (IOException e) {
            return Failure.text(e);
        }
    }

    private static void say(String text) {
        System.out.println(LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + "  " + text);
    }
}
