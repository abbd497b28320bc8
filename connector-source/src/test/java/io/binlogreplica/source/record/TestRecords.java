package io.binlogreplica.source.record;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.source.config.SourceConfig;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Records without content, for tests of what becomes of them. */
public final class TestRecords {

    private TestRecords() {}

    public static ChangeRecord record(boolean last) {
        return new ChangeRecord(last, Map.of(), Map.of(), "topic", null, null, null, null, null, null);
    }

    /** Of a MariaDB. */
    static RecordBuilder builder(SourceConfig config) {
        return new RecordBuilder(
                config.topics(),
                config.schemas(),
                new Projection(config.columns(), true),
                Flavor.MARIADB,
                Clock.systemUTC());
    }

    /** Of a connector that is not started. */
    static SourceConfig config(Map<String, String> more) {
        var properties = new HashMap<>(Map.of(
                "topic.prefix",
                "p",
                "database.hostname",
                "primary",
                "database.user",
                "replicator",
                "database.password",
                "not-a-secret",
                "database.server.id",
                "1"));
        properties.putAll(more);
        return SourceConfig.of(properties);
    }
}
