package io.binlogreplica.local.cli;

import java.nio.file.Path;

/** The checkout that this program was built in: it has the plugins and the connectors' settings. */
final class Project {

    private Project() {}

    static Path directory() {
        return Path.of(System.getProperty("replica.home", "")).toAbsolutePath();
    }
}
