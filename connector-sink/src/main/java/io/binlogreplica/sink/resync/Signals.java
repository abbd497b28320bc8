package io.binlogreplica.sink.resync;

import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.state.TableStatus;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Asks the source: signals in Debezium's format, on the topic that the source takes them from. */
public final class Signals {

    private static final String CHANGES = ".changes";
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_]+\\.[\\p{L}\\p{N}_]+");

    private final ResyncConfig config;
    private final String topic;
    private final String key;

    /**
     * Signals to the source of a topic.
     *
     * @param changes names of topics with changes, as the connector is given them
     */
    public Signals(ResyncConfig config, Collection<String> changes) {
        this.config = config;
        this.key = config.topicPrefix().isEmpty() ? prefix(changes) : config.topicPrefix();
        this.topic = config.signalTopic().isEmpty() ? key + ".signals" : config.signalTopic();
    }

    private static String prefix(Collection<String> changes) {
        return changes.stream()
                .filter(name -> name.endsWith(CHANGES))
                .map(name -> name.substring(0, name.length() - CHANGES.length()))
                .findFirst()
                .orElse("");
    }

    /** Whether it is known whom to ask. */
    public boolean haveAddress() {
        return !key.isEmpty();
    }

    public String topic() {
        return topic;
    }

    /**
     * Asks for copies, and waits until that is safe.
     *
     * @throws KafkaException when it cannot be said
     */
    void askForCopies(Collection<TableId> tables) throws InterruptedException {
        send(signal(tables));
    }

    /** Likewise, for what rows the primary has in a range. */
    public void askForDigests(TableId table, KeyRange range) throws InterruptedException {
        send("{\"type\":\"digest-rows\",\"data\":{\"data-collections\":[" + quoted(pattern(table)) + "]"
                + key("after", range.after()) + key("up-to", range.upTo()) + "}}");
    }

    /** Likewise, for rows of a table that a condition is true of. */
    public void askForRows(TableId table, String condition) throws InterruptedException {
        String name = quoted(pattern(table));
        send("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[" + name
                + "],\"type\":\"INCREMENTAL\",\"additional-conditions\":[{\"data-collection\":" + name + ",\"filter\":"
                + quoted(condition) + "}]}}");
    }

    private static String key(String name, @Nullable List<String> literals) {
        return literals == null
                ? ""
                : literals.stream().map(Signals::quoted).collect(Collectors.joining(",", ",\"" + name + "\":[", "]"));
    }

    private void send(String signal) throws InterruptedException {
        var settings = new HashMap<>(config.clientSettings());
        settings.putIfAbsent("acks", "all");
        settings.putIfAbsent("max.block.ms", 30_000);
        var bytes = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes)) {
            producer.send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), signal.getBytes(StandardCharsets.UTF_8)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    static String signal(Collection<TableId> tables) {
        List<String> names = tables.contains(TableStatus.ALL_OTHERS)
                ? List.of(".*")
                : tables.stream().map(Signals::pattern).toList();
        return names.stream()
                .map(Signals::quoted)
                .collect(Collectors.joining(
                        ",",
                        "{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[",
                        "],\"type\":\"INCREMENTAL\"}}"));
    }

    /** The source takes names for regular expressions. */
    private static String pattern(TableId table) {
        String name = table.database() + "." + table.table();
        return PLAIN.matcher(name).matches() ? name : Pattern.quote(name);
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
