package io.binlogreplica.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How Kafka's programs are started: this JVM's {@code java}, a properties file, and a log on standard output. */
final class KafkaJvm {

    private static final String LOG4J = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Configuration status="warn">
              <Appenders>
                <Console name="log">
                  <PatternLayout pattern="%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %c{1} %X{connector.context}%m%n"/>
                </Console>
              </Appenders>
              <Loggers>
                <Root level="info">
                  <AppenderRef ref="log"/>
                </Root>
              </Loggers>
            </Configuration>
            """;

    private KafkaJvm() {}

    /** The command that runs a main class with a properties file; writes that file and the logging configuration. */
    static List<String> command(
            Path directory,
            int heapMegabytes,
            List<String> jvmArguments,
            String classPath,
            String mainClass,
            Map<String, String> properties) {
        Path log4j = directory.resolve("log4j2.xml");
        try {
            Files.createDirectories(directory);
            Files.writeString(log4j, LOG4J);
        } catch (IOException e) {
            throw new UncheckedIOException("the logging configuration " + log4j + " could not be written", e);
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
        if (jvmArguments.stream().noneMatch(argument -> argument.matches("-XX:\\+Use\\w+GC"))) {
            command.add("-XX:+UseSerialGC");
        }
        // these JVMs live for minutes: the optimising compiler would take more of them than it gives back
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dlog4j2.configurationFile=" + log4j.toUri());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.add(writeProperties(directory, properties).toString());
        return command;
    }

    static Path writeProperties(Path directory, Map<String, String> properties) {
        Path file = directory.resolve("kafka.properties");
        var content = new Properties();
        content.putAll(properties);
        try {
            Files.createDirectories(directory);
            try (Writer writer = Files.newBufferedWriter(file)) {
                content.store(writer, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be written", e);
        }
        return file;
    }

    /** This JVM's, less this project's own plugins: Connect shall find those on its plugin path alone, and isolate them. */
    static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !bringsOwnPlugin(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean bringsOwnPlugin(Path entry) {
        try {
            if (Files.isDirectory(entry)) {
                return namesOwnPlugin(entry);
            }
            if (!Files.isRegularFile(entry)) {
                return false;
            }
            try (FileSystem jar = FileSystems.newFileSystem(entry)) {
                return namesOwnPlugin(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(entry + " on the class path can't be read", e);
        }
    }

    private static boolean namesOwnPlugin(Path root) throws IOException {
        Path services = root.resolve("META-INF/services");
        if (!Files.isDirectory(services)) {
            return false;
        }
        try (var manifests = Files.newDirectoryStream(services, "org.apache.kafka.connect.*")) {
            for (Path manifest : manifests) {
                if (Files.readString(manifest, StandardCharsets.UTF_8).contains("io.binlogreplica.")) {
                    return true;
                }
            }
            return false;
        }
    }
}
