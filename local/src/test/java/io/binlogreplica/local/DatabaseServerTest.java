package io.binlogreplica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseServerTest {

    @TempDir
    Path directory;

    @Test
    void primaryWritesCompleteRowsToItsBinlog() throws Exception {
        try (var server = DatabaseServer.primary(directory).serverId(7).start()) {
            assertThat(value(
                            server,
                            "SELECT CONCAT_WS(' ', @@log_bin, @@binlog_format, @@binlog_row_image,"
                                    + " @@binlog_row_metadata, @@gtid_strict_mode, @@server_id)"))
                    .isEqualTo("ON ROW FULL FULL ON 7");
            server.createUser("copier", "it's \\ secret", "REPLICATION SLAVE, SELECT ON *.*");
            try (var connection = DriverManager.getConnection(server.jdbcUrl(), "copier", "it's \\ secret")) {
                assertThat(connection.isValid(1)).isTrue();
            }
            assertThat(value(server, "SELECT @@gtid_binlog_pos"))
                    .as("the user stays out of the binlog")
                    .isEmpty();
        }
    }

    @Test
    void committedRowsSurviveKillAndRestart() throws Exception {
        try (var server = DatabaseServer.replica(directory)
                .options("--character-set-server=latin1")
                .start()) {
            server.execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT)", "INSERT INTO d.t VALUES (1), (2)");
            int port = server.port();
            long pid = server.pid();
            server.kill();
            assertThat(ProcessHandle.of(pid)).isEmpty();
            assertThatThrownBy(server::connect).isInstanceOf(SQLException.class);

            server.start();
            assertThat(value(server, "SELECT COUNT(*) FROM d.t")).isEqualTo("2");
            server.restart();
            assertThat(value(server, "SELECT COUNT(*) FROM d.t")).isEqualTo("2");
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(server.cpuSeconds()).isPositive();
            assertThat(value(server, "SELECT CONCAT_WS(' ', @@log_bin, @@character_set_server)"))
                    .isEqualTo("OFF latin1");
        }
    }

    @Test
    void aServerThatDoesNotComeUpSaysWhy() {
        assertThatThrownBy(() -> DatabaseServer.primary(directory)
                        .options("--no-such-option=1")
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before it was ready")
                .hasMessageContaining("unknown variable 'no-such-option=1'")
                .hasMessageContaining(directory.toString());
    }

    @Test
    void binariesThatDoNotRunHereAreNamed() throws Exception {
        Path program = directory.resolve("bin/mariadbd");
        Files.createDirectories(program.getParent());
        Files.createDirectories(directory.resolve("share"));
        Files.writeString(program, "#!/bin/sh\necho libcrypt.so.1: no such file; exit 127\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> ServerBinaries.under(ServerBinaries.Kind.MARIADB, directory))
                .hasMessageContaining("does not run on this machine")
                .hasMessageContaining(program.toString())
                .hasMessageContaining("libcrypt.so.1: no such file");
        assertThatThrownBy(() -> ServerBinaries.under(ServerBinaries.Kind.MYSQL, directory))
                .hasMessageContaining("usr/sbin/mysqld");
    }

    @Test
    void theServerMayBeUnpackedTwiceAtTheSameTime() throws Exception {
        Callable<Path> unpack = () -> BundledMariaDb.unpack(directory);
        var threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Path> unpacked : threads.invokeAll(List.of(unpack, unpack))) {
                assertThat(unpacked.get().resolve("bin/mariadbd")).isExecutable();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(directory).as("nothing is left over").isDirectoryNotContaining("glob:**unpacking*");
    }

    private static String value(DatabaseServer server, String query) throws SQLException {
        try (var connection = server.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
