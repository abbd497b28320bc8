package io.binlogreplica.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fetches packages: only with {@code -Pservers}. */
@Tag("servers")
class PackagedServerTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void primaryWritesCompleteRowsToItsBinlog(PackagedServer packaged) throws Exception {
        try (var server =
                DatabaseServer.primary(directory).binaries(packaged.binaries()).start()) {
            server.createUser("copier", "it's \\ secret", "REPLICATION SLAVE, SELECT ON *.*");
            try (var connection = server.connect();
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT CONCAT_WS(' ', @@version, @@log_bin, @@binlog_format,"
                            + " @@binlog_row_image, @@binlog_row_metadata)")) {
                row.next();
                assertThat(row.getString(1)).matches(version(packaged) + ".* (1|ON) ROW FULL FULL");
            }
        }
    }

    private static String version(PackagedServer packaged) {
        return switch (packaged) {
            case MARIADB_10_11 -> "10\\.11\\.";
            case MARIADB_11_8 -> "11\\.8\\.";
            case MYSQL_9_7 -> "9\\.";
        };
    }
}
