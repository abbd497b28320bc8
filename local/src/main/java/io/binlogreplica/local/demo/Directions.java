package io.binlogreplica.local.demo;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.Workload;

/** How to reach the parts of a demonstration, ready to paste. */
final class Directions {

    private Directions() {}

    static String of(Pipeline pipeline) {
        var rest = pipeline.worker().rest().address();
        return """

                REST API  curl -s %1$s/connectors?expand=status
                          curl -s %1$s/connectors/%2$s/offsets
                Primary   %3$s
                Replica   %4$s
                          SELECT * FROM binlog_replica.binlog_position;
                          (root has no password; the connectors log in as %5$s with %6$s)
                Topics    %7$s: every change in commit order, one partition
                          connect-configs, connect-offsets, connect-status: Connect's own
                          bootstrap server %8$s
                Logs      %9$s
                          %10$s
                          %11$s
                          %12$s
                """.formatted(
                        rest,
                        Pipeline.SOURCE,
                        server(pipeline.primary()),
                        server(pipeline.replica()),
                        Pipeline.USER,
                        Pipeline.PASSWORD,
                        Pipeline.CHANGES_TOPIC,
                        pipeline.broker().bootstrapServers(),
                        pipeline.worker().logFile(),
                        pipeline.broker().logFile(),
                        pipeline.primary().logFile(),
                        pipeline.replica().logFile());
    }

    private static String server(DatabaseServer server) {
        return "mariadb -h 127.0.0.1 -P %1$d -u root --skip-ssl %2$s    or    jdbc:mariadb://127.0.0.1:%1$d/%2$s?user=root"
                .formatted(server.port(), Workload.DATABASE);
    }
}
