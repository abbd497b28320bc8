package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers and the broker go away and come back; tasks go on by themselves, and nothing is lost or doubled. */
class OutagesIT {

    @Test
    void tasksOutliveEveryServer(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                var workload = new Workload(pipeline.primary(), 5)) {
            workload.createSchema();
            workload.load(20_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(500)) {
                pipeline.runConnectors();

                awaitLog(pipeline, "replica\\.orders is COPYING");
                pipeline.replica().kill();
                awaitLog(pipeline, "\\[RETRY\\] applying primary\\.changes-0 failed");
                pipeline.replica().start();
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);

                pipeline.primary().kill();
                awaitLog(pipeline, "\\[RETRY\\] reading the binlog of .* failed");
                pipeline.primary().start();
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);

                pipeline.broker().kill();
                pipeline.broker().start();
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);

                // a lock that somebody else holds, and a connection that somebody ends
                try (Connection connection = pipeline.replica().connect();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute("SELECT * FROM replica.workload_progress FOR UPDATE");
                    awaitLog(pipeline, "Lock wait timeout exceeded");
                    connection.rollback();
                }
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);
                writer.stop();
            }
            EndToEnd.assertIdentical(pipeline);
            assertThat(pipeline.worker().rest().status(Pipeline.SOURCE).isRunning())
                    .isTrue();
            assertThat(pipeline.worker().rest().status(Pipeline.SINK).isRunning())
                    .isTrue();
        }
    }

    private static void awaitLog(Pipeline pipeline, String pattern) {
        await("the worker's log says " + pattern)
                .atMost(EndToEnd.LIMIT)
                .until(() -> Pattern.compile(pattern)
                        .matcher(Files.readString(pipeline.worker().logFile()))
                        .find());
    }
}
