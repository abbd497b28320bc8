package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectWorker;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.ServerBinaries;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What end-to-end tests have in common. */
final class EndToEnd {

    static final Duration LIMIT = Duration.ofMinutes(3);

    /** The checkout. */
    static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));

    private EndToEnd() {}

    /** A pipeline of this checkout's plugins, between the servers that the system properties say. */
    static Pipeline.Builder pipeline(Path directory) {
        return Pipeline.in(directory, PROJECT)
                .primaryBinaries(server("servers.primary"))
                .replicaBinaries(server("servers.replica"));
    }

    /** The bundled MariaDB unless the property names another. */
    private static ServerBinaries server(String property) {
        String title = System.getProperty(property, "");
        return title.isEmpty()
                ? ServerBinaries.bundledMariaDb()
                : PackagedServer.named(title).binaries();
    }

    static boolean onMySql(DatabaseServer server) {
        return server.binaries().kind() == ServerBinaries.Kind.MYSQL;
    }

    /** Waits until the replica has everything, and compares every row and value. */
    static void assertIdentical(Pipeline pipeline) throws Exception {
        assertIdentical(pipeline, pipeline.worker());
    }

    /** Likewise, with the connectors' status from that worker. */
    static void assertIdentical(Pipeline pipeline, ConnectWorker worker) throws Exception {
        pipeline.awaitCaughtUp(LIMIT, worker);
        var comparison = new Comparison(pipeline.primary()::connect, pipeline.replica()::connect);
        if (pipeline.primary().binaries().kind()
                != pipeline.replica().binaries().kind()) {
            comparison.valuesOnly();
        }
        ComparisonResult result = comparison.compare(Workload.DATABASE);
        assertThat(result.identical()).as(result.toString()).isTrue();
        assertThat(result.rows()).isPositive();
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
