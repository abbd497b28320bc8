package io.binlogreplica.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class SinkConfigTest {

    @Test
    void valuesThatAreFixedAreRecommended() {
        Map<String, ConfigValue> settings = SinkConfig.DEFINITION.validateAll(Map.of());
        assertThat(settings.get("conflict.policy").recommendedValues())
                .containsExactly("overwrite", "keep", "degrade", "fail");
        assertThat(settings.get("schema.drift.policy").recommendedValues())
                .containsExactly("degrade", "evolve", "fail");
        assertThat(settings.get("resync.mode").recommendedValues()).containsExactly("auto", "manual");
    }

    @Test
    void settingsAreShownWhereTheyMeanSomething() {
        Map<String, ConfigValue> usual = SinkConfig.DEFINITION.validateAll(Map.of());
        assertThat(usual.get("resync.delay.ms").visible()).isTrue();
        assertThat(usual.get("topic.layout.accepted").visible()).isFalse();
        Map<String, ConfigValue> other =
                SinkConfig.DEFINITION.validateAll(Map.of("resync.mode", "manual", "topic.layout", "table"));
        assertThat(other.get("resync.delay.ms").visible()).isFalse();
        assertThat(other.get("topic.layout.accepted").visible()).isTrue();
    }
}
