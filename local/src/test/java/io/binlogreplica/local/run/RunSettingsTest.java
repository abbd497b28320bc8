package io.binlogreplica.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectorFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSettingsTest {

    private static final Path FILE = Path.of("/etc/replica.properties");
    private static final ConnectorFile SOURCE = new ConnectorFile(
            "binlog-source", Map.of("topic.prefix", "primary", "database.password", "${env:PRIMARY_PASSWORD}"));
    private static final ConnectorFile SINK =
            new ConnectorFile("replica-sink", Map.of("topics", "primary.changes", "database.port", "3306"));

    @Test
    void connectorsKeepWhatIsNotSet() {
        RunSettings settings = settings(Map.of("sink.database.port", "3307"), Map.of());
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.source()).isEqualTo(SOURCE);
        assertThat(settings.sink().config())
                .containsOnly(Map.entry("topics", "primary.changes"), Map.entry("database.port", "3307"));
    }

    @Test
    void defaultsAreUsualPortsAndAFolderInTheCurrentOne() {
        RunSettings settings = settings(Map.of(), Map.of());
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("data"));
        assertThat(settings.restPort()).isEqualTo(8083);
        assertThat(settings.kafkaPort()).isEqualTo(9092);
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        RunSettings settings = settings(
                Map.of("source.database.hostname", "db1", "rest.port", "1083"),
                Map.of("REPLICA_SOURCE_DATABASE_HOSTNAME", "db2", "REPLICA_REST_PORT", "2083", "PATH", "/bin"));
        assertThat(settings.source().config()).containsEntry("database.hostname", "db2");
        assertThat(settings.restPort()).isEqualTo(2083);
    }

    @Test
    void aSecretStaysWhereItIs() {
        RunSettings settings = settings(
                Map.of("source.database.password", "s3cret", "sink.database.password", "s3cret"),
                Map.of("REPLICA_SINK_DATABASE_PASSWORD", "other"));
        assertThat(settings.source().config())
                .containsEntry("database.password", "${file:/etc/replica.properties:source.database.password}");
        assertThat(settings.sink().config())
                .containsEntry("database.password", "${env:REPLICA_SINK_DATABASE_PASSWORD}");
        assertThat(settings.toString()).doesNotContain("s3cret", "other");
    }

    @Test
    void aReferenceIsNoSecret() {
        RunSettings settings = settings(Map.of("source.database.password", "${env:DB}"), Map.of());
        assertThat(settings.source().config()).containsEntry("database.password", "${env:DB}");
    }

    @Test
    void everyProblemIsToldAtOnceByItsName() {
        RunSettings settings = settings(
                Map.of("database.hostname", "db1", "rest.port", "many", "kafka.port", "70000", "heap.megabytes", "1"),
                Map.of());
        assertThat(settings.problems())
                .extracting(Problem::setting)
                .containsExactlyInAnyOrder("database.hostname", "rest.port", "kafka.port", "heap.megabytes");
    }

    @Test
    void otherVariablesThatBeginInTheSameWayAreLeftAlone() {
        assertThat(settings(Map.of(), Map.of("REPLICA_PASSWORD", "x", "REPLICA_HOME", "/opt"))
                        .problems())
                .isEmpty();
    }

    @Test
    void theSinkReadsTheTopicThatTheSourceWrites() {
        assertThat(settings(Map.of("source.topic.prefix", "shop"), Map.of())
                        .sink()
                        .config())
                .containsEntry("topics", "shop.changes");
    }

    @Test
    void theSinkReadsTheTopicsThatItIsTold() {
        assertThat(settings(Map.of("sink.topics", "a,b"), Map.of()).sink().config())
                .containsEntry("topics", "a,b");
        assertThat(settings(Map.of("sink.topics.regex", "shop\\..*"), Map.of())
                        .sink()
                        .config())
                .containsEntry("topics.regex", "shop\\..*")
                .doesNotContainKey("topics");
    }

    private static RunSettings settings(Map<String, String> properties, Map<String, String> environment) {
        return RunSettings.of(FILE, properties, environment, SOURCE, SINK);
    }
}
