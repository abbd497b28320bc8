package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectWorker;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What end-to-end tests have in common. */
final class EndToEnd {

    static final Duration LIMIT = Duration.ofMinutes(3);

    /** The checkout. */
    static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));

    private EndToEnd() {}

    /** A pipeline of this checkout's plugins, between the servers that the system properties say. */
    static Pipeline.Builder pipeline(Path directory) {
        Pipeline.Builder builder = Pipeline.in(directory, PROJECT)
                .primaryBinaries(Servers.primary())
                .replicaBinaries(Servers.replica());
        if (Servers.replicaIsMySql() && !Servers.primaryIsMySql()) {
            // MariaDB's own defaults are no collations of MySQL's: what becomes of these is for OtherFamilyIT
            builder.primaryOptions(
                            "--character-set-collations=utf8mb3=utf8mb3_general_ci,ucs2=ucs2_general_ci,"
                                    + "utf8mb4=utf8mb4_unicode_ci,utf16=utf16_general_ci,utf32=utf32_general_ci",
                            "--collation-server=utf8mb4_unicode_ci")
                    // F6: as decision 12 says
                    .replicaOptions("--innodb-native-foreign-keys=ON");
        }
        return builder;
    }

    /** Waits until the replica has everything, and compares every row and value. */
    static void assertIdentical(Pipeline pipeline) throws Exception {
        assertIdentical(pipeline, pipeline.worker());
    }

    /** Likewise, with the connectors' status from that worker. */
    static void assertIdentical(Pipeline pipeline, ConnectWorker worker) throws Exception {
        pipeline.awaitCaughtUp(LIMIT, worker);
        ComparisonResult result =
                comparison(pipeline.primary(), pipeline.replica()).compare(Workload.DATABASE);
        assertThat(result.identical()).as(result.toString()).isTrue();
        assertThat(result.rows()).isPositive();
    }

    /** Of definitions too where these can be the same. */
    static Comparison comparison(DatabaseServer primary, DatabaseServer replica) {
        var comparison = new Comparison(primary::connect, replica::connect);
        return Servers.areOfOneFamily() ? comparison : comparison.valuesOnly();
    }

    /** What the worker has logged so far. */
    static String log(Pipeline pipeline) throws IOException {
        return Files.readString(pipeline.worker().logFile());
    }

    /** Whether a process is stopped, as by SIGSTOP. */
    static boolean isStopped(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status")).contains("State:\tT");
    }

    static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** How often it has logged a text. */
    static int logged(Pipeline pipeline, String text) throws IOException {
        return log(pipeline).split(Pattern.quote(text), -1).length - 1;
    }

    /** What kinds of events are in a server's binlog. */
    static List<String> eventTypes(DatabaseServer server) throws SQLException {
        var types = new ArrayList<String>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet files = connection.createStatement().executeQuery("SHOW BINARY LOGS")) {
            while (files.next()) {
                try (ResultSet events = statement.executeQuery("SHOW BINLOG EVENTS IN '" + files.getString(1) + "'")) {
                    while (events.next()) {
                        types.add(events.getString(3));
                    }
                }
            }
        }
        return types;
    }
}
