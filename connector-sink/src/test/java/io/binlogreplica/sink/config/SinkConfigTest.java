package io.binlogreplica.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
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
    void theOrderedLayoutHasOneTopic() {
        assertThat(objection(Map.of("topics", "a.changes"))).isNull();
        assertThat(objection(Map.of("topics", "b.changes, a.changes")))
                .contains("here are several: a.changes, b.changes.");
        assertThat(objection(Map.of("topics", "p.d.a,p.d.b", "topic.layout", "table")))
                .isNull();
    }

    private static String objection(Map<String, String> settings) {
        var all = new HashMap<>(Map.of("database.hostname", "h", "database.user", "u", "database.password", "p"));
        all.putAll(settings);
        return SinkConfig.of(all).layout().objection(SinkConfig.topics(all));
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
