package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.ServerBinaries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** B22: a binlog that is encrypted on the primary's disk. */
@Tag("servers")
class EncryptedBinlogIT {

    @Test
    void anEncryptedBinlogIsReadLikeAnyOther(@TempDir Path directory) throws Exception {
        ServerBinaries mariaDb = PackagedServer.MARIADB_11_8.binaries();
        Path keys = Files.writeString(directory.resolve("keys"), "1;" + "0123456789abcdef".repeat(4) + "\n");
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                .primaryBinaries(mariaDb)
                .replicaBinaries(mariaDb)
                .primaryOptions(
                        "--plugin-load-add=file_key_management",
                        "--file-key-management-filename=" + keys,
                        "--encrypt-binlog=ON")
                .start()) {
            pipeline.primary()
                    .execute(
                            "CREATE DATABASE replica CHARACTER SET utf8mb4",
                            "CREATE TABLE replica.secret (id INT PRIMARY KEY, v VARCHAR(40))",
                            "INSERT INTO replica.secret VALUES (1, 'copied')");
            pipeline.runConnectors();
            EndToEnd.assertIdentical(pipeline);
            pipeline.primary()
                    .execute(
                            "INSERT INTO replica.secret VALUES (2, 'not to be read on disk')",
                            "FLUSH BINARY LOGS",
                            "UPDATE replica.secret SET v = 'nor this' WHERE id = 1");
            EndToEnd.assertIdentical(pipeline);
            pipeline.worker().rest().stop(Pipeline.SOURCE, EndToEnd.LIMIT);
            pipeline.primary().restart();
            pipeline.primary().execute("DELETE FROM replica.secret WHERE id = 1");
            pipeline.worker().rest().resume(Pipeline.SOURCE);
            EndToEnd.assertIdentical(pipeline);

            assertThat(EndToEnd.eventTypes(pipeline.primary())).contains("Start_encryption");
            assertThat(Files.readString(directory.resolve("primary/data/binlog.000001"), StandardCharsets.ISO_8859_1))
                    .doesNotContain("not to be read on disk", "replica");
        }
    }
}
