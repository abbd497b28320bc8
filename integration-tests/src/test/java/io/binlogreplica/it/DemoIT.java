package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./replica demo} as a process of its own: what it prints, how it ends, what it leaves behind. */
class DemoIT {

    private static final int LIMIT_MINUTES = 5;
    private static final Pattern DATA = Pattern.compile("Data and logs are in (\\S+)");

    @TempDir
    Path directory;

    private Path out;
    private Path err;

    /** The command as the launcher script starts it. */
    static ProcessBuilder replica(String... arguments) {
        Path project = EndToEnd.PROJECT.toAbsolutePath();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dreplica.home=" + project,
                "-cp",
                System.getProperty("java.class.path"),
                "io.binlogreplica.local.cli.ReplicaCommand"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    @BeforeEach
    void nameFiles() {
        out = directory.resolve("out");
        err = directory.resolve("err");
    }

    @Test
    void endsWithAnIdenticalReplicaAndLeavesNothingBehind() throws Exception {
        Process demo = start("demo", "--rows", "3000", "--changes", "2000", "--exit");
        assertThat(demo.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();

        assertThat(demo.exitValue()).as(Files.readString(err)).isZero();
        List<String> lines = Files.readAllLines(out);
        JsonNode result = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(result.get("identical").asBoolean()).isTrue();
        assertThat(result.get("rows").asLong()).isGreaterThan(3_000);
        for (String measure : List.of(
                "tables",
                "snapshot_rows_per_s",
                "stream_rows_per_s",
                "lag_p50_ms",
                "lag_p99_ms",
                "worker_cpu_s",
                "worker_rss_mb")) {
            assertThat(result.get(measure).asDouble()).as(measure).isPositive();
        }
        assertThat(data()).doesNotExist();
    }

    @Test
    void stopsItsProcessesAndRemovesItsDataWhenItIsTerminated() throws Exception {
        Process demo = start("demo", "--rows", "100000");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
        while (!Files.readString(err).contains("Copying") && demo.isAlive() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        List<ProcessHandle> servers = demo.descendants().toList();
        assertThat(servers).as(Files.readString(err)).hasSize(4);
        assertThat(data()).isDirectory();

        demo.destroy();

        assertThat(demo.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(err).content().contains("Stopped");
        assertThat(servers).noneMatch(ProcessHandle::isAlive);
        assertThat(data()).doesNotExist();
    }

    private Process start(String... arguments) throws Exception {
        return replica(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private Path data() throws Exception {
        Matcher matcher = DATA.matcher(Files.readString(err));
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }
}
