package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both plugins on workers of other versions of Connect than the one that they are built with: the oldest and the newest. */
@Tag("connect-versions")
class ConnectVersionsIT {

    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";

    static Stream<String> versions() {
        return Stream.of(
                System.getProperty("connect.versions", "3.9.2,4.0.2,4.4.0").split(","));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aReplicaIsIdenticalAfterAKill(String version, @TempDir Path directory) throws Exception {
        Path libraries = libraries(version);
        try (Pipeline pipeline =
                        EndToEnd.pipeline(directory).workerLibraries(libraries).start();
                var workload = new Workload(pipeline.primary(), 3)) {
            assertThat(pipeline.worker().rest().version()).isEqualTo(version);
            workload.createSchema();
            workload.load(5_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(500)) {
                pipeline.runConnectors();
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);
                pipeline.worker().kill();
                pipeline.worker().start();
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);
                writer.stop();
            }
            EndToEnd.assertIdentical(pipeline);
            assertThat(pipeline.worker().rest().offsets(Pipeline.SOURCE)).isNotEmpty();
        }
    }

    /** All jars of a worker of that version, in a folder that stays. */
    private static Path libraries(String version) throws IOException, InterruptedException {
        Path folder = EndToEnd.PROJECT.resolve("integration-tests/target/connect-" + version);
        Path log = folder.resolveSibling("connect-" + version + ".log");
        Files.createDirectories(folder.getParent());
        var command = new ArrayList<>(
                List.of(EndToEnd.PROJECT.resolve("mvnw").toAbsolutePath().toString(), "--batch-mode", "--quiet", COPY));
        command.add("--file=" + EndToEnd.PROJECT.resolve("integration-tests/src/test/connect/pom.xml"));
        command.add("-DoutputDirectory=" + folder.toAbsolutePath());
        command.add("-Dconnect.version=" + version);
        command.add("-Dlog4j.version=" + log4jVersion());
        Process copying = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(copying.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(copying.exitValue()).as(Files.readString(log)).isZero();
        return folder;
    }

    /** The one that this JVM has. */
    private static String log4jVersion() throws IOException {
        var properties = new Properties();
        try (var in = ConnectVersionsIT.class.getResourceAsStream(
                "/META-INF/maven/org.apache.logging.log4j/log4j-slf4j-impl/pom.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}
