package io.binlogreplica.it;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.binlogreplica.local.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads topics as any program would: bytes, and JSON. */
final class Topics {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Pipeline pipeline;

    Topics(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** A record; key and value are null where they are. */
    record Message(int partition, long offset, JsonNode key, JsonNode value, Map<String, String> headers) {}

    /** All committed records of a topic, by partition and offset. */
    List<Message> read(String topic) {
        return records(topic).stream().map(Topics::message).toList();
    }

    /** Key and value of each as text. */
    List<Map.Entry<String, String>> texts(String topic) {
        return records(topic).stream()
                .map(record -> Map.entry(
                        new String(record.key(), StandardCharsets.UTF_8),
                        new String(record.value(), StandardCharsets.UTF_8)))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var follower = new Follower(topic)) {
            follower.records(records::add);
            records.sort(Comparator.comparing((ConsumerRecord<byte[], byte[]> record) -> record.partition())
                    .thenComparing(ConsumerRecord::offset));
            return records;
        }
    }

    /** Reads a topic as it grows. For one thread. */
    Follower follow(String topic) {
        return new Follower(topic);
    }

    /** Has committed records of a topic only. */
    final class Follower implements AutoCloseable {

        private final KafkaConsumer<byte[], byte[]> consumer = consumer();
        private final List<TopicPartition> partitions;

        private Follower(String topic) {
            partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /** All that is committed, and was not read before. */
        void readToEnd(Consumer<Message> reader) {
            records(record -> reader.accept(message(record)));
        }

        private void records(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            do {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                        reader.accept(record);
                    }
                });
            } while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition)));
            ends.forEach(consumer::seek);
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    Set<String> names() {
        try (var consumer = consumer()) {
            return consumer.listTopics().keySet();
        }
    }

    /** Puts a record on a topic, as any program would. */
    static void send(Pipeline pipeline, String topic, String key, String value) {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the record was not taken", e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Message message(ConsumerRecord<byte[], byte[]> record) {
        var headers = new TreeMap<String, String>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return new Message(record.partition(), record.offset(), json(record.key()), json(record.value()), headers);
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return bytes == null ? null : JSON.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
