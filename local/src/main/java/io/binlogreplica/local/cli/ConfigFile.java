package io.binlogreplica.local.cli;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.run.RunSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The file that {@code --config} names, which says where the two servers are. */
final class ConfigFile {

    private ConfigFile() {}

    static RunSettings settings(Path file) throws IOException {
        Path project = Project.directory();
        return RunSettings.of(
                file,
                properties(file),
                System.getenv(),
                ConnectorFile.read(project.resolve("config/source.json")),
                ConnectorFile.read(project.resolve("config/sink.json")));
    }

    /** Likewise; null when it cannot be read, and then standard error says why. */
    static @Nullable RunSettings settingsOrReason(Path file) {
        try {
            return settings(file);
        } catch (IOException e) {
            System.err.println(Failure.text(e));
            return null;
        }
    }

    private static Map<String, String> properties(Path file) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file.toAbsolutePath(), e);
        }
        var result = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> result.put(name, properties.getProperty(name)));
        return result;
    }
}
