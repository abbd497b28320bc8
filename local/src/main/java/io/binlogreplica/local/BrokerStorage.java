package io.binlogreplica.local;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Makes the folder that a broker keeps its data in. */
final class BrokerStorage {

    private BrokerStorage() {}

    /**
     * Does nothing when there is data already.
     *
     * @param directory for the broker's settings as a file
     * @param properties the broker's settings; its data goes to the folder {@code log.dirs}
     */
    static void format(Path directory, Map<String, String> properties) {
        String data = properties.getOrDefault("log.dirs", "");
        if (Files.exists(Path.of(data, "meta.properties"))) {
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
