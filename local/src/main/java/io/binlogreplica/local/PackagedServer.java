package io.binlogreplica.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Servers that Debian packages, for tests and trials on more than the bundled MariaDB. They are fetched on first use into
 * {@code ~/.cache/binlog-replica} (60 MB each, 200 to 350 MB unpacked), without being installed. A suite may have come to have a
 * later version than the name says: the server's version is what {@link ServerBinaries#version} says.
 */
public enum PackagedServer {
    MARIADB_10_11(ServerBinaries.Kind.MARIADB, "bookworm"),
    MARIADB_11_8(ServerBinaries.Kind.MARIADB, "trixie"),
    MYSQL_9_7(ServerBinaries.Kind.MYSQL, "sid");

    private static final int MEGABYTES = 700;

    private final ServerBinaries.Kind kind;
    private final String suite;

    PackagedServer(ServerBinaries.Kind kind, String suite) {
        this.kind = kind;
        this.suite = suite;
    }

    /**
     * The server of that name: {@code mariadb-10.11}, {@code mariadb-11.8}, {@code mysql-9.7}.
     *
     * @throws IllegalArgumentException when there is none; lists those that there are
     */
    public static PackagedServer named(String title) {
        return Arrays.stream(values())
                .filter(server -> server.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(title + " is none of "
                        + Arrays.stream(values()).map(PackagedServer::title).toList()));
    }

    /**
     * Its program files, fetched unless they are there.
     *
     * @throws IllegalStateException when this machine has no apt that could fetch them, or they don't run here; says why
     */
    public ServerBinaries binaries() {
        return ServerBinaries.under(kind, UnpackedFolder.in(cache(), title(), MEGABYTES, this::unpack));
    }

    private void unpack(Path folder) throws IOException {
        switch (kind) {
            // MariaDB's plugins (encryption, authentication) come with the package that would set up a service
            case MARIADB ->
                DebianPackages.unpack(suite, List.of("mariadb-server-core"), List.of("mariadb-server"), folder);
            case MYSQL -> DebianPackages.unpack(suite, List.of("mysql-server-core"), List.of(), folder);
        }
    }

    /** Family and version, as {@link #named} takes it. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", "-").replace('_', '.');
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("binlog-replica");
    }
}
