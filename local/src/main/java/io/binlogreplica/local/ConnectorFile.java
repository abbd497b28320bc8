package io.binlogreplica.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connector as its JSON file has it: what one POSTs to {@code /connectors}.
 *
 * @param name its name
 * @param config its settings
 */
public record ConnectorFile(String name, Map<String, String> config) {

    public ConnectorFile {
        config = Map.copyOf(config);
    }

    public static ConnectorFile read(Path file) {
        try {
            var mapper = new ObjectMapper();
            JsonNode json = mapper.readTree(file.toFile());
            return new ConnectorFile(
                    json.path("name").asText(),
                    mapper.convertValue(json.path("config"), new TypeReference<Map<String, String>>() {}));
        } catch (IOException | IllegalArgumentException e) {
            throw new UncheckedIOException(
                    file + " is not a connector's JSON file", e instanceof IOException io ? io : new IOException(e));
        }
    }

    /** The same as another connector. */
    public ConnectorFile named(String otherName) {
        return new ConnectorFile(otherName, config);
    }

    /** The same without a setting. */
    public ConnectorFile without(String setting) {
        var others = new LinkedHashMap<>(config);
        others.remove(setting);
        return new ConnectorFile(name, others);
    }

    /** The same with other values for some settings, or with more settings. */
    public ConnectorFile with(Map<String, String> settings) {
        var all = new LinkedHashMap<>(config);
        all.putAll(settings);
        return new ConnectorFile(name, all);
    }
}
