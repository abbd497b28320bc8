package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords that are kept in a file are changed on both servers, and in the file, while both connectors run. */
class PasswordRotationIT {

    private static final String BEFORE = "the-one-before-7731";
    private static final String AFTER = "the-one-after-4482";

    @Test
    void passwordsAreChangedWhileTheConnectorsRun(@TempDir Path directory) throws Exception {
        Path secrets = directory.resolve("secrets.properties");
        write(secrets, BEFORE);
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                        .workerProperties(Map.of(
                                "config.providers",
                                "file",
                                "config.providers.file.class",
                                "org.apache.kafka.common.config.provider.FileConfigProvider"))
                        .start();
                var workload = new Workload(pipeline.primary(), 11)) {
            setPassword(pipeline, BEFORE);
            var password = Map.of("database.password", "${file:" + secrets + ":password}");
            workload.createSchema();
            workload.load(2_000, rows -> {});
            pipeline.run(pipeline.sourceConnector().with(password));
            pipeline.run(pipeline.sinkConnector().with(password));
            EndToEnd.assertIdentical(pipeline);

            // first on the servers: from here until the file has it too nobody can log in
            setPassword(pipeline, AFTER);
            endSessions(pipeline.primary());
            endSessions(pipeline.replica());
            workload.write(1_000);
            awaitLog(
                    pipeline, ":" + pipeline.primary().port() + " refuses the login of replicator\\. Has its password");
            awaitRunning(pipeline);

            write(secrets, AFTER);
            EndToEnd.assertIdentical(pipeline);
            endSessions(pipeline.replica());
            workload.write(1_000);
            EndToEnd.assertIdentical(pipeline);
            awaitRunning(pipeline);
            assertThat(EndToEnd.log(pipeline))
                    .contains("refuses the login of replicator; the settings have another now")
                    .doesNotContain(BEFORE, AFTER);
        }
    }

    private static void awaitRunning(Pipeline pipeline) {
        for (String connector : new String[] {Pipeline.SOURCE, Pipeline.SINK}) {
            await(connector)
                    .atMost(EndToEnd.LIMIT)
                    .until(() -> pipeline.worker().rest().status(connector).isRunning());
        }
    }

    private static void setPassword(Pipeline pipeline, String password) throws Exception {
        for (DatabaseServer server : new DatabaseServer[] {pipeline.primary(), pipeline.replica()}) {
            server.execute(
                    "SET SESSION sql_log_bin = 0",
                    "ALTER USER " + Pipeline.USER + "@'%' IDENTIFIED BY '" + password + "'");
        }
    }

    private static void endSessions(DatabaseServer server) throws Exception {
        for (String id : Replicas.rows(
                server, "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '" + Pipeline.USER + "'")) {
            server.execute("KILL " + id);
        }
    }

    /** At once, so that nobody reads half of it. */
    private static void write(Path secrets, String password) throws IOException {
        Path next = secrets.resolveSibling("secrets.next");
        Files.writeString(next, "password=" + password + "\n");
        Files.move(next, secrets, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitLog(Pipeline pipeline, String pattern) {
        await("the worker's log says " + pattern)
                .atMost(EndToEnd.LIMIT)
                .until(() ->
                        Pattern.compile(pattern).matcher(EndToEnd.log(pipeline)).find());
    }
}
