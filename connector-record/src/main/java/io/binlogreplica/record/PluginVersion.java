package io.binlogreplica.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of the build that this class comes from. */
public final class PluginVersion {

    private static final String VERSION = read();

    private PluginVersion() {}

    public static String get() {
        return VERSION;
    }

    private static String read() {
        try (InputStream in = Objects.requireNonNull(PluginVersion.class.getResourceAsStream("version.properties"))) {
            var properties = new Properties();
            properties.load(in);
            return Objects.requireNonNull(properties.getProperty("version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
