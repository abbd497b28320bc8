package io.binlogreplica.it;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.SchemaRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/** The schema registry and the converters that the module {@code registry} has fetched, and connectors that use them. */
final class Registries {

    private static final Path FETCHED = EndToEnd.PROJECT.resolve("integration-tests/registry/target");

    /** Where Maven Central has Confluent's converter; its own name is in Confluent's repository. */
    private static final String RENAMED = "org.apache.pulsar.kafka.shade.";

    private static final String CONFLUENT = "io.confluent.connect.avro.AvroConverter";
    private static final String CONFLUENT_PROTOBUF = "io.confluent.connect.protobuf.ProtobufConverter";

    private Registries() {}

    /** Begins to start a registry: {@link SchemaRegistry#awaitReady} waits for it. */
    static SchemaRegistry start(Path directory) {
        return SchemaRegistry.start(directory.resolve("registry"), fetched("server"));
    }

    /** A worker that finds the converters. */
    static Pipeline.Builder withConverters(Pipeline.Builder pipeline, Path directory) throws IOException {
        Path plugins = directory.resolve("plugins");
        if (confluentsOwn()) {
            list(plugins, "confluent", CONFLUENT, CONFLUENT_PROTOBUF);
        } else {
            list(plugins, "apicurio", "io.apicurio.registry.utils.converter.AvroConverter");
            list(plugins, "renamed", RENAMED + CONFLUENT);
        }
        return pipeline.workerPlugins(plugins);
    }

    /** They bring no list of what they have, without which a worker would look through all that is on its class path. */
    private static void list(Path plugins, String name, String... converters) throws IOException {
        Path plugin = Files.createDirectories(plugins.resolve(name));
        try (var libraries = Files.newDirectoryStream(fetched("plugins").resolve(name))) {
            for (Path library : libraries) {
                Files.copy(library, plugin.resolve(library.getFileName()));
            }
        }
        try (var jar = new JarOutputStream(Files.newOutputStream(plugin.resolve("list.jar")))) {
            jar.putNextEntry(new JarEntry("META-INF/services/org.apache.kafka.connect.storage.Converter"));
            jar.write(String.join("\n", converters).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether {@code -Pconfluent} has fetched Confluent's own converters, in place of Apicurio's. */
    static boolean confluentsOwn() {
        return System.getProperty("avro.converter", "apicurio").equals("confluent");
    }

    /** What {@code config/formats} says of Avro, for a connector of either kind. */
    static Map<String, String> avro(SchemaRegistry registry, boolean ordered) {
        return converters(
                registry, (confluentsOwn() ? "avro-confluent" : "avro-apicurio") + (ordered ? "" : "-tables"));
    }

    /** Likewise of Protobuf. */
    static Map<String, String> protobuf(SchemaRegistry registry) {
        return converters(registry, "protobuf");
    }

    private static Map<String, String> converters(SchemaRegistry registry, String example) {
        Path file = EndToEnd.PROJECT.resolve("config/formats/" + example + "-source.json");
        return with(registry, ConnectorFile.read(file)).config().entrySet().stream()
                .filter(setting -> setting.getKey().contains(".converter"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The file's connector with the address of that registry, and with the converter under the name that it has here. */
    static ConnectorFile with(SchemaRegistry registry, ConnectorFile file) {
        return new ConnectorFile(
                file.name(),
                file.config().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, setting -> here(registry, setting))));
    }

    private static String here(SchemaRegistry registry, Map.Entry<String, String> setting) {
        if (setting.getKey().endsWith(".apicurio.registry.url")) {
            return registry.apicurioUrl();
        }
        if (setting.getKey().endsWith(".schema.registry.url")) {
            return registry.confluentUrl();
        }
        boolean renamed = setting.getValue().startsWith("io.confluent.") && !confluentsOwn();
        return renamed ? RENAMED + setting.getValue() : setting.getValue();
    }

    private static Path fetched(String name) {
        Path folder = FETCHED.resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    folder + " is not there: ./mvnw pre-integration-test -pl integration-tests/registry fetches it");
        }
        return folder;
    }
}
