package io.binlogreplica.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class SourceConfigTest {

    @Test
    void valuesThatAreFixedAreRecommended() {
        Map<String, ConfigValue> settings = SourceConfig.DEFINITION.validateAll(Map.of());
        assertThat(settings.get("snapshot.mode").recommendedValues())
                .containsExactly("initial", "when_needed", "no_data", "always");
        assertThat(settings.get("database.ssl.mode").recommendedValues())
                .containsExactly("disabled", "preferred", "required", "verify_ca", "verify_identity");
        assertThat(settings.get("large.record.handling.mode").recommendedValues())
                .containsExactly("park", "fail");
        assertThat(settings.get("database.hostname").recommendedValues()).isEmpty();
    }

    @Test
    void settingsAreShownWhereTheyMeanSomething() {
        Map<String, ConfigValue> ordered = SourceConfig.DEFINITION.validateAll(Map.of());
        assertThat(ordered.get("record.format").visible()).isTrue();
        assertThat(ordered.get("tombstones.on.delete").visible()).isFalse();
        assertThat(ordered.get("column.include.list").visible()).isFalse();
        assertThat(ordered.get("database.ssl.truststore").visible()).isFalse();
        Map<String, ConfigValue> table =
                SourceConfig.DEFINITION.validateAll(Map.of("topic.layout", "Table", "database.ssl.mode", "verify_ca"));
        assertThat(table.get("record.format").visible()).isFalse();
        assertThat(table.get("tombstones.on.delete").visible()).isTrue();
        assertThat(table.get("column.include.list").visible()).isTrue();
        assertThat(table.get("database.ssl.truststore").visible()).isTrue();
    }

    @Test
    void otherValuesAreRefused() {
        Map<String, ConfigValue> settings = SourceConfig.DEFINITION.validateAll(Map.of("snapshot.mode", "sometimes"));
        assertThat(settings.get("snapshot.mode").errorMessages()).hasSize(1);
    }
}
