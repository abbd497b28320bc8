package io.binlogreplica.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program files of one database server, known to run on this machine.
 *
 * @param version as the server says it: {@code 11.4.5-MariaDB}, {@code 9.7.4}
 * @param launcher the command that starts the server, to which options are added: the executable alone, or behind the loader
 *     that finds its libraries
 * @param baseDirectory the server's {@code basedir}
 * @param shareDirectory messages, character sets and the SQL that makes the system tables
 * @param pluginDirectory null for a server that brings no plugins
 */
public record ServerBinaries(
        Kind kind,
        String version,
        List<String> launcher,
        Path baseDirectory,
        Path shareDirectory,
        @Nullable Path pluginDirectory) {

    /** Which of the two families of servers. */
    public enum Kind {
        MYSQL,
        MARIADB
    }

    private static final int VERSION_LIMIT_SECONDS = 60;
    private static final Pattern VERSION = Pattern.compile("Ver (\\S+)");

    public ServerBinaries {
        launcher = List.copyOf(launcher);
    }

    /** The MariaDB on the class path, unpacked on first use below the folder for temporary files. */
    public static ServerBinaries bundledMariaDb() {
        return bundledMariaDb(cache());
    }

    /** Where what is made once is kept, below the folder for temporary files. */
    static Path cache() {
        return Path.of(System.getProperty("java.io.tmpdir"), "binlog-replica-" + System.getProperty("user.name"));
    }

    /**
     * The MariaDB on the class path.
     *
     * @param cache where it is unpacked (350 MB) unless it is there already
     */
    public static ServerBinaries bundledMariaDb(Path cache) {
        return under(Kind.MARIADB, BundledMariaDb.unpack(cache));
    }

    /**
     * A server below a folder: {@code /} for an installed one, a folder into which a distribution's packages were unpacked, or a
     * folder with {@code bin} and {@code share}. Unpacked packages run with their own loader and libraries when they are there.
     *
     * @throws IllegalStateException when there is none, or it can't run on this machine; says what was tried
     */
    public static ServerBinaries under(Kind kind, Path root) {
        List<String> names =
                kind == Kind.MYSQL ? List.of("usr/sbin/mysqld") : List.of("usr/sbin/mariadbd", "bin/mariadbd");
        Path executable = names.stream()
                .map(root::resolve)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no " + kind + " server in " + root + ": looked for " + names));
        boolean packaged = Files.isDirectory(root.resolve("usr/share"));
        Path base = packaged ? root.resolve("usr") : root;
        Path named = base.resolve("share").resolve(kind == Kind.MYSQL ? "mysql" : "mariadb");
        Path share = Stream.of(named, base.resolve("share/mysql"), base.resolve("share"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no folder share below " + base + " for " + executable));
        Path plugins = base.resolve("lib/mysql/plugin");
        List<String> launcher = launcher(root, executable);
        return new ServerBinaries(
                kind, version(launcher), launcher, base, share, Files.isDirectory(plugins) ? plugins : null);
    }

    private static List<String> launcher(Path root, Path executable) {
        Optional<Path> loader = Stream.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")
                .map(folder -> root.resolve(folder).resolve("ld-linux-x86-64.so.2"))
                .filter(Files::exists)
                .findFirst();
        if (root.equals(root.getRoot()) || loader.isEmpty()) {
            return List.of(executable.toString());
        }
        String libraries = Stream.of(
                        "usr/lib/x86_64-linux-gnu",
                        "lib/x86_64-linux-gnu",
                        "usr/lib/x86_64-linux-gnu/private",
                        "usr/lib/mysql/private")
                .map(folder -> root.resolve(folder).toString())
                .collect(Collectors.joining(":"));
        return List.of(loader.get().toString(), "--library-path", libraries, executable.toString());
    }

    /** Asks the server itself, which also shows that it runs here. */
    private static String version(List<String> launcher) {
        var command = new ArrayList<>(launcher);
        command.addAll(List.of("--no-defaults", "--version"));
        String answer;
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            if (!process.waitFor(VERSION_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                answer = "no answer within " + VERSION_LIMIT_SECONDS + " s";
            } else {
                answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            }
        } catch (IOException e) {
            answer = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + command, e);
        }
        Matcher version = VERSION.matcher(answer);
        if (version.find()) {
            return version.group(1);
        }
        throw new IllegalStateException("the database server does not run on this machine ("
                + System.getProperty("os.name")
                + " on " + System.getProperty("os.arch") + "). Tried: " + String.join(" ", command) + "; answer: "
                + answer
                + ". Install the library it names, or use a server made for this machine; the bundled one needs"
                + " Linux on x86-64 with glibc, libcrypt.so.1, libsystemd.so.0 and libstdc++.so.6,"
                + " in a folder that is not mounted noexec");
    }

    /** For people: kind and version. */
    public String title() {
        return (kind == Kind.MYSQL ? "MySQL " : "MariaDB ") + version;
    }

    /** The first of those files that the server's share folder has. */
    Path share(String... names) {
        return Stream.of(names)
                .map(shareDirectory::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "none of " + List.of(names) + " in " + shareDirectory + ": the server's files are incomplete"));
    }
}
