package io.binlogreplica.local.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where this JVM's log goes, so that the terminal stays for what a person is to see. */
final class LogFile {

    private LogFile() {}

    /** To be called before anything is logged: then it is too late. */
    static void write(Path file) {
        System.setProperty("replica.log.file", file.toAbsolutePath().toString());
        configure("log4j2.xml");
    }

    /** For a command that ends soon: no file, only what a person has to know, on standard error. Likewise to be called first. */
    static void none() {
        configure("log4j2-warnings.xml");
    }

    private static void configure(String resource) {
        System.setProperty(
                "log4j2.configurationFile",
                Objects.requireNonNull(LogFile.class.getResource(resource)).toString());
        // some libraries log by way of the JDK, which knows the terminal only
        Logger.getLogger("").setLevel(Level.WARNING);
    }
}
