package io.binlogreplica.it;

import io.binlogreplica.it.oracle.Oracle;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random scripts, compared with the server's own replication: with {@code -Poracle}, {@code -Doracle.seeds} of them from
 * {@code -Doracle.from} on.
 */
@Tag("oracle")
class OracleIT {

    private static final int WITNESS_ID = 3;

    @Test
    void bothReplicasHaveWhatThePrimaryHas(@TempDir Path directory) throws Exception {
        long from = Long.getLong("oracle.from", 1);
        long seeds = Long.getLong("oracle.seeds", 200);
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                DatabaseServer witness = DatabaseServer.replica(directory.resolve("witness"))
                        .serverId(WITNESS_ID)
                        .start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.first (id INT PRIMARY KEY)");
            var oracle = new Oracle(pipeline, witness, System.out::println);
            pipeline.runConnectors();
            for (long seed = from; seed < from + seeds; seed++) {
                oracle.run(seed);
            }
        }
    }
}
