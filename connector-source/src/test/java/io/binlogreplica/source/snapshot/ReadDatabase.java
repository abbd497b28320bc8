package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.SslMode;
import io.binlogreplica.local.DatabaseServer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;

/** A server as those read it who open views on it. */
final class ReadDatabase {

    static final String USER = "replicator";
    static final String PASSWORD = "not-a-secret";

    private ReadDatabase() {}

    static Database of(DatabaseServer server) {
        return new Database(
                new DatabaseConfig(
                        "127.0.0.1",
                        server.port(),
                        USER,
                        new Password(PASSWORD),
                        SslMode.DISABLED,
                        null,
                        Duration.ofSeconds(5)),
                "time_zone='+00:00'",
                Map.of("allowMultiQueries", "true"));
    }
}
