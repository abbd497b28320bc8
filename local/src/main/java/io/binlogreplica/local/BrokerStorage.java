package io.binlogreplica.local;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The folder that a broker keeps its data in. */
final class BrokerStorage {

    private BrokerStorage() {}

    /** Whether there is data of a broker that was killed. */
    static boolean wasLeftByAKill(Map<String, String> properties) {
        Path data = data(properties);
        return isFormatted(data) && !Files.exists(data.resolve(".kafka_cleanshutdown"));
    }

    private static Path data(Map<String, String> properties) {
        return Path.of(properties.getOrDefault("log.dirs", ""));
    }

    private static boolean isFormatted(Path data) {
        return Files.exists(data.resolve("meta.properties"));
    }

    /**
     * Does nothing when there is data already.
     *
     * @param directory for the broker's settings as a file
     * @param properties the broker's settings; its data goes to the folder {@code log.dirs}
     */
    static void format(Path directory, Map<String, String> properties) {
        Path data = data(properties);
        if (isFormatted(data)) {
            return;
        }
        var output = new ByteArrayOutputStream();
        Path file = KafkaJvm.writeProperties(directory, properties);
        String[] arguments = {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()};
        try (var stream = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            if (StorageTool.execute(arguments, stream) != 0) {
                throw new IllegalStateException("the storage of a Kafka broker in " + data + " could not be formatted: "
                        + output.toString(StandardCharsets.UTF_8));
            }
        }
    }
}
