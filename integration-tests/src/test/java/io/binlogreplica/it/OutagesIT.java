package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
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
                    await("a change meets the lock").atMost(EndToEnd.LIMIT).until(() -> {
                        pipeline.requireNotFailed();
                        return EndToEnd.log(pipeline).contains("Lock wait timeout exceeded");
                    });
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

    /** A worker may be restarted in the middle of an outage, and an outage begin right after a restart. */
    @Test
    void tasksThatStartInAnOutageWaitForItsEnd(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.calm (id INT PRIMARY KEY, v INT)",
                            "INSERT INTO replica.calm VALUES (1, 1), (2, 2)");
            pipeline.runConnectors();
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);

            pipeline.primary().kill();
            pipeline.replica().kill();
            pipeline.worker().rest().restart(Pipeline.SOURCE);
            pipeline.worker().rest().restart(Pipeline.SINK);
            awaitLog(pipeline, "\\[RETRY\\] cannot start yet, next attempt in .* ms: .*cannot connect to the primary");
            awaitLog(pipeline, "\\[RETRY\\] cannot take over primary\\.changes-0 yet");
            pipeline.worker().rest().waitUntilRunning(Pipeline.SOURCE, EndToEnd.LIMIT);
            pipeline.worker().rest().waitUntilRunning(Pipeline.SINK, EndToEnd.LIMIT);
            pipeline.primary().start();
            pipeline.replica().start();
            pipeline.primary().execute("UPDATE replica.calm SET v = 2 WHERE id = 1");
            pipeline.awaitCaughtUp(EndToEnd.LIMIT);

            // the sink has not seen a row of the table since its start, and asks the replica what columns it has
            int before = EndToEnd.logged(pipeline, "taken over with epoch");
            pipeline.worker().rest().restart(Pipeline.SINK);
            await().atMost(EndToEnd.LIMIT).until(() -> EndToEnd.logged(pipeline, "taken over with epoch") > before);
            pipeline.replica().kill();
            pipeline.primary().execute("UPDATE replica.calm SET v = 3 WHERE id = 1");
            awaitLog(
                    pipeline,
                    "\\[RETRY\\] cannot go on with primary\\.changes-0: cannot look up the definition of table");
            pipeline.replica().start();
            EndToEnd.assertIdentical(pipeline);
            for (String connector : List.of(Pipeline.SOURCE, Pipeline.SINK)) {
                assertThat(pipeline.worker().rest().status(connector).isRunning())
                        .isTrue();
            }
        }
    }

    private static void awaitLog(Pipeline pipeline, String pattern) {
        await("the worker's log says " + pattern)
                .atMost(EndToEnd.LIMIT)
                .until(() ->
                        Pattern.compile(pattern).matcher(EndToEnd.log(pipeline)).find());
    }
}
