package io.binlogreplica.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Packages of a Debian suite with all libraries they need, unpacked into a folder: nothing is installed, no script of theirs runs,
 * and no privileges are needed. They come from the mirror that this machine's apt is set up with.
 */
final class DebianPackages {

    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int MIRROR_LIMIT_SECONDS = 30;

    private final Path folder;
    private final Path apt;
    private final List<String> options;

    private DebianPackages(Path folder) {
        this.folder = folder;
        this.apt = folder.resolve("apt");
        this.options = List.of(
                "-qq",
                "-y",
                // lists, cache and a state of its own, in which nothing is installed: so apt resolves down to the C
                // library
                "-o",
                "Dir::Etc=" + apt,
                "-o",
                "Dir::Etc::sourcelist=" + apt.resolve("sources.list"),
                "-o",
                "Dir::Etc::sourceparts=-",
                "-o",
                "Dir::State=" + apt,
                "-o",
                "Dir::State::lists=" + apt.resolve("lists"),
                "-o",
                "Dir::State::status=" + apt.resolve("status"),
                "-o",
                "Dir::Cache=" + apt.resolve("cache"),
                "-o",
                "Dir::Log=" + apt,
                "-o",
                "APT::Sandbox::User=",
                "-o",
                "APT::Install-Recommends=false",
                "-o",
                "APT::Architecture=amd64",
                "-o",
                "APT::Update::Post-Invoke::=",
                "-o",
                "APT::Update::Post-Invoke-Success::=",
                "-o",
                "Debug::NoLocking=1",
                "-o",
                "Acquire::Retries=5",
                "-o",
                "Acquire::Languages=none",
                // a mirror may be a snapshot; what it signs is checked all the same
                "-o",
                "Acquire::Check-Valid-Until=false");
    }

    /**
     * Unpacks them.
     *
     * @param suite {@code bookworm} for example
     * @param alone packages of which only the files are wanted, not what they depend on
     * @throws IllegalStateException when this machine has no apt with a Debian mirror, or the packages can't be had
     */
    static void unpack(String suite, List<String> packages, List<String> alone, Path folder) throws IOException {
        new DebianPackages(folder).unpack(suite, packages, alone);
    }

    private void unpack(String suite, List<String> packages, List<String> alone) throws IOException {
        if (!Files.exists(KEYRING)) {
            throw unavailable(suite, KEYRING + " is not there");
        }
        String mirror = mirror(suite);
        for (String part : List.of("lists/partial", "cache/archives/partial", "preferences.d", "apt.conf.d")) {
            Files.createDirectories(apt.resolve(part));
        }
        Files.createFile(apt.resolve("status"));
        Files.writeString(
                apt.resolve("sources.list"), "deb [signed-by=" + KEYRING + "] " + mirror + " " + suite + " main\n");
        Path archives = apt.resolve("cache/archives");
        aptGet(folder, List.of("update"));
        aptGet(folder, plus(List.of("--download-only", "install"), packages));
        if (!alone.isEmpty()) {
            aptGet(archives, plus(List.of("download"), alone));
        }
        for (Path archive : archives(archives)) {
            run(
                    "unpacking " + archive.getFileName(),
                    List.of("dpkg-deb", "-x", archive.toString(), folder.toString()),
                    folder);
        }
        FolderTree.delete(apt);
    }

    private static List<Path> archives(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .sorted()
                    .toList();
        }
    }

    private void aptGet(Path directory, List<String> arguments) {
        run("apt-get " + String.join(" ", arguments), plus(plus(List.of("apt-get"), options), arguments), directory);
    }

    private void run(String name, List<String> command, Path directory) {
        ChildProcess.run(name, command, directory, apt.resolve("log"), new File("/dev/null"), LIMIT);
    }

    /** The first Debian archive among the sources of this machine's apt, whether or not it has fetched their lists. */
    private static String mirror(String suite) {
        List<String> command =
                List.of("apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages");
        String answer;
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(MIRROR_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw unavailable(suite, "apt-get can't be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking apt for its mirror", e);
        }
        Optional<String> mirror = answer.lines()
                .filter(line -> line.startsWith("Debian ") || line.matches(" .*/debian/?"))
                .map(line -> line.substring(line.indexOf(' ') + 1).trim())
                .filter(uri -> !uri.contains("security"))
                .findFirst();
        return mirror.orElseThrow(() -> unavailable(suite, "apt has no Debian mirror among its sources"));
    }

    private static IllegalStateException unavailable(String suite, String why) {
        return new IllegalStateException("packages of Debian " + suite + " can't be had on this machine: " + why
                + ". It takes a Debian on x86-64 with apt and the package debian-archive-keyring; use the bundled MariaDB,"
                + " or a server that is installed");
    }

    private static List<String> plus(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
