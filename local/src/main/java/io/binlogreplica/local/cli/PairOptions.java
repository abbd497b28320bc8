package io.binlogreplica.local.cli;

import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.operate.Pair;
import io.binlogreplica.local.run.Problem;
import io.binlogreplica.local.run.RunSettings;
import io.binlogreplica.local.run.Servers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which pair a command is about. */
final class PairOptions {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Where the servers are, as for run.")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "Connect's REST interface; by default that of ./replica run with this file.")
    private @Nullable URI connect;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "The source's name in Connect; by default that of config/source.json.")
    private @Nullable String source;

    @Option(
            names = "--sink",
            paramLabel = "NAME",
            description = "The sink's name in Connect; by default that of config/sink.json.")
    private @Nullable String sink;

    /** Something to do with a pair. */
    @FunctionalInterface
    interface Action {
        int run(Pair pair) throws Exception;
    }

    /** Does it, and says why it cannot be done; returns the exit status. */
    int with(Action action) {
        LogFile.none();
        try {
            RunSettings settings = ConfigFile.settings(config);
            Servers servers = Servers.of(settings);
            List<Problem> problems = new ArrayList<>(settings.problems());
            problems.addAll(servers.problems());
            if (!problems.isEmpty()) {
                problems.forEach(problem -> System.err.println(problem));
                return 2;
            }
            URI address = connect == null ? URI.create("http://127.0.0.1:" + settings.restPort()) : connect;
            return action.run(new Pair(
                    new ConnectRest(address),
                    source == null ? settings.source().name() : source,
                    sink == null ? settings.sink().name() : sink,
                    servers.primary(),
                    servers.replica(),
                    servers.stateDatabase()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } catch (IOException e) {
            System.err.println(Failure.text(e));
            return 2;
        } catch (Exception e) {
            System.err.println("Failed: " + Failure.text(e));
            return 1;
        }
    }
}
