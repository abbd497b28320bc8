package io.binlogreplica.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** Makes a server's data directory, in which {@code root} may log in from this machine without a password. */
final class DataDirectory {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What a directory without databases has, most of it a log. */
    private static final int MEGABYTES = 300;

    private static final String MYSQL_USERS = """
            CREATE USER 'root'@'127.0.0.1';
            GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
            """;

    /** MySQL's name of itself, which it makes up where there is none. */
    private static final String SERVER_UUID = "auto.cnf";

    private DataDirectory() {}

    /** Options that a server needs whatever it is started for. */
    static List<String> commonOptions(ServerBinaries binaries, Path data) {
        var options = new ArrayList<>(List.of(
                "--no-defaults",
                "--basedir=" + binaries.baseDirectory(),
                "--datadir=" + data,
                "--tmpdir=" + temporary(data),
                "--lc-messages-dir=" + binaries.shareDirectory(),
                "--character-sets-dir=" + binaries.shareDirectory().resolve("charsets"),
                "--innodb-buffer-pool-size=512M"));
        if (binaries.pluginDirectory() != null) {
            options.add("--plugin-dir=" + binaries.pluginDirectory());
        }
        if ("root".equals(System.getProperty("user.name"))) {
            options.add("--user=root");
        }
        if (binaries.kind() == ServerBinaries.Kind.MYSQL) {
            options.add("--innodb-redo-log-capacity=512M");
            options.add("--secure-file-priv=");
        } else {
            options.add("--innodb-log-file-size=256M");
        }
        return options;
    }

    /** A folder of the server's own: a server that starts removes all temporary tables that it finds, whosever they are. */
    private static Path temporary(Path data) {
        return data.resolveSibling("tmp");
    }

    /**
     * Does nothing when the directory is there: it appears by a rename once it is complete. It is a copy of one that is made once for each
     * server, which takes that some seconds.
     */
    static void initialise(ServerBinaries binaries, Path data, Path log) {
        try {
            Files.createDirectories(temporary(data));
            if (Files.isDirectory(data)) {
                return;
            }
            Path made = UnpackedFolder.in(
                    ServerBinaries.cache(),
                    "data-" + binaries.version() + "-" + recipe(binaries),
                    MEGABYTES,
                    folder -> make(binaries, folder.resolve("data"), log));
            Path aside = Files.createTempDirectory(data.toAbsolutePath().getParent(), "new-");
            FolderTree.copy(made.resolve("data"), aside);
            Files.move(aside, data);
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory " + data + " could not be made", e);
        }
    }

    /** Differs where another directory would be made. */
    private static String recipe(ServerBinaries binaries) throws IOException {
        var checksum = new CRC32C();
        String recipe = binaries.launcher() + " " + commonOptions(binaries, Path.of("data"))
                + (binaries.kind() == ServerBinaries.Kind.MYSQL ? MYSQL_USERS : bootstrapSql(binaries));
        checksum.update(recipe.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }

    private static void make(ServerBinaries binaries, Path data, Path log) throws IOException {
        Files.createDirectory(data);
        Files.createDirectory(temporary(data));
        switch (binaries.kind()) {
            case MYSQL -> initialiseMySql(binaries, data, log);
            case MARIADB -> bootstrapMariaDb(binaries, data, log);
        }
        Files.deleteIfExists(data.resolve(SERVER_UUID));
    }

    private static void initialiseMySql(ServerBinaries binaries, Path data, Path log) throws IOException {
        Path users = Files.createTempFile("users", ".sql");
        try {
            Files.writeString(users, MYSQL_USERS);
            List<String> command = command(binaries, data, "--initialize-insecure", "--init-file=" + users);
            ChildProcess.run("initialising " + data, command, data, log, new File("/dev/null"), LIMIT);
        } finally {
            Files.delete(users);
        }
    }

    /** Its system tables' own SQL makes the users. */
    private static void bootstrapMariaDb(ServerBinaries binaries, Path data, Path log) throws IOException {
        Files.createDirectory(data.resolve("mysql"));
        Path input = Files.createTempFile("bootstrap", ".sql");
        try {
            Files.writeString(input, bootstrapSql(binaries));
            List<String> command = command(binaries, data, "--bootstrap", "--skip-log-bin", "--max-allowed-packet=8M");
            ChildProcess.run("initialising " + data, command, data, log, input.toFile(), LIMIT);
        } finally {
            Files.delete(input);
        }
    }

    private static String bootstrapSql(ServerBinaries binaries) throws IOException {
        var sql = new StringBuilder("use mysql;\nSET @skip_auth_anonymous=1;\nSET @auth_root_socket=NULL;\n");
        for (String part : List.of("system_tables", "performance_tables", "system_tables_data")) {
            Path file = binaries.share("mariadb_" + part + ".sql", "mysql_" + part + ".sql");
            // users for this machine's own name are not needed, and the name may not resolve
            sql.append(Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.contains("@current_hostname"))
                    .collect(Collectors.joining("\n", "", "\n")));
        }
        return sql.toString();
    }

    private static List<String> command(ServerBinaries binaries, Path data, String... options) {
        var command = new ArrayList<>(binaries.launcher());
        command.addAll(commonOptions(binaries, data));
        command.addAll(List.of(options));
        return command;
    }
}
