package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad settings are answered by PUT /connector-plugins/.../config/validate: one clear error at the setting that is to be changed. */
class ValidationIT {

    private static Pipeline pipeline;

    @BeforeAll
    static void start(@TempDir Path directory) {
        pipeline = EndToEnd.pipeline(directory).start();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void theSettingsOfTheConfigFolderAreValid() {
        assertThat(errors(pipeline.sourceConnector(), Map.of())).isEmpty();
        assertThat(errors(pipeline.sinkConnector(), Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database.port|abc|Not a number",
                "database.port|70000|Value must be no more than 65535",
                "database.hostname|''|String must be non-empty",
                "database.hostname|one,,two|must be host or host:port",
                "database.hostname|one:99999|port 99999 is none",
                "database.user|''|String must be non-empty",
                "database.password|wrong|",
                "database.ssl.mode|maybe|must be one of",
                "database.server.id|0|Value must be at least 1",
                "database.server.id|x|Not a number",
                "database.include.list|repl(ica|is not a regular expression",
                "table.include.list|*|is not a regular expression",
                "topic.prefix|my topic|letters, digits",
                "topic.layout|random|must be one of",
                "record.format|short|must be one of",
                "snapshot.mode|sometimes|must be one of",
                "snapshot.chunk.size|0|Value must be at least 1",
                "max.batch.size|-1|Value must be at least 1",
                "signal.kafka.bootstrap.servers|kafka|must be host:port"
            })
    void oneErrorAtTheSettingOfTheSource(String setting, String value, String message) {
        Map<String, List<String>> errors = errors(pipeline.sourceConnector(), Map.of(setting, value));
        String at = setting.equals("database.password") ? "database.user" : setting;
        assertThat(errors).containsOnlyKeys(at);
        assertThat(errors.get(at)).singleElement().asString().contains(message == null ? "refuses" : message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "database.port|0|Value must be at least 1",
                "database.password|wrong|refuses",
                "state.database|''|String must be non-empty",
                "batch.size|0|Value must be at least 1",
                "auto.create|perhaps|Expected value to be either true or false",
                "retry.delay.ms|0|Value must be at least 1"
            })
    void oneErrorAtTheSettingOfTheSink(String setting, String value, String message) {
        Map<String, List<String>> errors = errors(pipeline.sinkConnector(), Map.of(setting, value));
        String at = setting.equals("database.password") ? "database.user" : setting;
        assertThat(errors).containsOnlyKeys(at);
        assertThat(errors.get(at)).singleElement().asString().contains(message);
    }

    @Test
    void severalMistakesAreAllToldAtOnce() {
        assertThat(errors(
                        pipeline.sourceConnector(),
                        Map.of("database.port", "0", "snapshot.mode", "x", "topic.prefix", "a b")))
                .containsOnlyKeys("database.port", "snapshot.mode", "topic.prefix");
    }

    @Test
    void blocksAreForTheOrderedLayoutOnly() {
        assertThat(errors(pipeline.sourceConnector(), Map.of("record.format", "block", "topic.layout", "table")))
                .containsOnlyKeys("record.format")
                .extractingByKey("record.format")
                .asString()
                .contains("must be envelope");
    }

    @Test
    void verificationIsRefusedWhereItCouldNotBeExact() {
        for (Map<String, String> other : List.of(
                Map.of("topic.layout", "table", "record.format", "envelope"),
                Map.of("origin.server.id.exclude.list", "7"))) {
            var settings = new HashMap<>(other);
            settings.put("verify.interval.ms", "1000");
            assertThat(errors(pipeline.sourceConnector(), settings))
                    .containsOnlyKeys("verify.interval.ms")
                    .extractingByKey("verify.interval.ms")
                    .asString()
                    .contains("must be 0");
        }
    }

    /** K20: of what Kafka refuses, Connect would say nothing. */
    @Test
    void recordsThatKafkaRefusesMayNotBePassedOver() {
        assertThat(errors(pipeline.sourceConnector(), Map.of("errors.tolerance", "all")))
                .containsOnlyKeys("event.processing.failure.handling.mode");
        assertThat(errors(pipeline.sourceConnector(), Map.of("producer.override.max.request.size", "100000")))
                .containsOnlyKeys("record.format");
    }

    @Test
    void theOrderedLayoutHasOneTopic() {
        assertThat(errors(pipeline.sinkConnector(), Map.of("topics", "b.changes,a.changes")))
                .containsOnlyKeys("topic.layout")
                .extractingByKey("topic.layout")
                .asString()
                .contains("a.changes, b.changes. Make a connector for each");
        assertThat(errors(pipeline.sinkConnector(), Map.of("topics", "p.d.a,p.d.b", "topic.layout", "table")))
                .isEmpty();
    }

    @Test
    void aMissingSettingIsNamed() {
        var settings = new HashMap<>(pipeline.sourceConnector().config());
        settings.put("name", Pipeline.SOURCE);
        settings.remove("database.server.id");
        settings.remove("topic.prefix");
        assertThat(pipeline.worker().rest().validate(settings.get("connector.class"), settings))
                .containsOnlyKeys("database.server.id", "topic.prefix");
    }

    @Test
    void nobodyListensThere() {
        assertThat(errors(pipeline.sourceConnector(), Map.of("database.port", "1")))
                .containsOnlyKeys("database.hostname")
                .extractingByKey("database.hostname")
                .asString()
                .contains("cannot connect to the primary at 127.0.0.1:1");
        assertThat(errors(pipeline.sinkConnector(), Map.of("database.port", "1")))
                .containsOnlyKeys("database.hostname")
                .extractingByKey("database.hostname")
                .asString()
                .contains("cannot connect to the replica at 127.0.0.1:1");
    }

    @ParameterizedTest
    @CsvSource({"binlog_format,MIXED", "binlog_row_image,MINIMAL"})
    void aPrimaryThatWouldLoseChangesIsRefusedWithTheRemedy(String variable, String value) throws Exception {
        String before = variable.equals("binlog_format") ? "ROW" : "FULL";
        pipeline.primary().execute("SET GLOBAL " + variable + " = '" + value + "'");
        try {
            assertThat(errors(pipeline.sourceConnector(), Map.of()))
                    .containsOnlyKeys("database.hostname")
                    .extractingByKey("database.hostname")
                    .asString()
                    .contains("SET GLOBAL " + variable + "='" + before + "'");
        } finally {
            pipeline.primary().execute("SET GLOBAL " + variable + " = '" + before + "'");
        }
    }

    @Test
    void theServersOwnIdIsRefused() {
        assertThat(errors(pipeline.sourceConnector(), Map.of("database.server.id", "1")))
                .containsOnlyKeys("database.server.id")
                .extractingByKey("database.server.id")
                .asString()
                .contains("the server's own id");
    }

    @Test
    void missingPrivilegesAreNamed() throws Exception {
        pipeline.primary().createUser("reader", "secret-of-the-reader", "SELECT ON *.*");
        Map<String, List<String>> errors = errors(
                pipeline.sourceConnector(),
                Map.of("database.user", "reader", "database.password", "secret-of-the-reader"));
        assertThat(errors).containsOnlyKeys("database.user");
        String monitor = "GRANT " + (Servers.primaryIsMySql() ? "REPLICATION CLIENT" : "BINLOG MONITOR") + " ON *.*";
        assertThat(errors.get("database.user"))
                .anySatisfy(error -> assertThat(error).contains("GRANT REPLICATION SLAVE ON *.*"))
                .anySatisfy(error -> assertThat(error).contains(monitor))
                .noneSatisfy(error -> assertThat(error).contains("secret-of-the-reader"));
    }

    private static Map<String, List<String>> errors(ConnectorFile connector, Map<String, String> changes) {
        Map<String, String> settings =
                connector.with(Map.of("name", connector.name())).with(changes).config();
        return pipeline.worker().rest().validate(settings.get("connector.class"), settings);
    }
}
