package io.binlogreplica.local.cli;

import io.binlogreplica.database.Database;
import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.operate.Pair;
import io.binlogreplica.local.run.ConnectorCheck;
import io.binlogreplica.local.run.Problem;
import io.binlogreplica.local.run.RunSettings;
import io.binlogreplica.local.run.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
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

    /** What is said of a copy for which the source has to be resumed. */
    static final String STAYS =
            "The source was paused or stopped before, and is so again: the copy begins after ./replica resume.";

    /** Something to do with a pair. */
    @FunctionalInterface
    interface Action {
        int run(Pair pair) throws Exception;
    }

    /** Something to do with a pair and one of its servers. */
    @FunctionalInterface
    interface ServerAction<S> {
        int run(Pair pair, S server) throws Exception;
    }

    /** Does it, and says why it cannot be done; returns the exit status. */
    int with(Action action) {
        return with((settings, problems) -> settings, (pair, settings) -> action.run(pair));
    }

    /** Likewise, with the primary, which is not connected to yet. */
    int withPrimary(ServerAction<Database> action) {
        return with(Servers::primary, action);
    }

    /** Likewise, with the replica. */
    int withReplica(ServerAction<Database> action) {
        return with(Servers::replica, action);
    }

    private <S> int with(BiFunction<RunSettings, List<Problem>, S> needed, ServerAction<S> action) {
        LogFile.none();
        try {
            RunSettings settings = ConfigFile.settings(config);
            List<Problem> problems = new ArrayList<>(settings.problems());
            S server = needed.apply(settings, problems);
            if (!problems.isEmpty()) {
                problems.forEach(problem -> System.err.println(problem));
                return 2;
            }
            if (connect != null
                    && (connect.getHost() == null
                            || !String.valueOf(connect.getScheme()).startsWith("http"))) {
                System.err.println("--connect: " + connect + " must be http://HOST:PORT");
                return 2;
            }
            URI address = connect == null ? URI.create("http://127.0.0.1:" + settings.restPort()) : connect;
            var pair = new Pair(
                    new ConnectRest(address),
                    source == null ? settings.source().name() : source,
                    sink == null ? settings.sink().name() : sink,
                    Servers.stateDatabase(ConnectorCheck.resolved(settings.sink())));
            return action.run(pair, server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        } catch (IOException | UncheckedIOException e) {
            System.err.println(Failure.text(e));
            return 2;
        } catch (Exception e) {
            System.err.println("Failed: " + Failure.text(e));
            return 1;
        }
    }
}
