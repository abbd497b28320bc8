package io.binlogreplica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker is killed in the middle of commits, starts again at once, and still everything can be read. */
class FormerBrokerTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int KILLS = 2;
    private static final TopicPartition PARTITION = new TopicPartition("numbers", 0);

    @Test
    void noTransactionHangsAfterAKill(@TempDir Path directory) throws Exception {
        try (Broker broker =
                Broker.in(directory).jvmArguments("-XX:TieredStopAtLevel=1").start()) {
            var written = new AtomicLong();
            var acknowledged = new HashSet<Long>();
            for (int kill = 0; kill < KILLS; kill++) {
                Thread writer = writing(broker, written, acknowledged);
                long goal = written.get() + 200;
                await().atMost(LIMIT).until(() -> written.get() > goal);
                broker.kill();
                writer.join(LIMIT.toMillis());
                assertThat(writer.isAlive()).isFalse();
                broker.start();
                abortOpenTransaction(broker);
                assertThat(readToTheEnd(broker)).as("after kill " + kill).containsAll(acknowledged);
            }
        }
    }

    /** Commits one number after the other until the broker is gone. */
    private static Thread writing(Broker broker, AtomicLong written, Set<Long> acknowledged) {
        var writer = new Thread(
                () -> {
                    KafkaProducer<Long, Long> producer = producer(broker, Duration.ofSeconds(2));
                    try {
                        producer.initTransactions();
                        while (true) {
                            long number = written.incrementAndGet();
                            producer.beginTransaction();
                            var unused = producer.send(new ProducerRecord<>(PARTITION.topic(), number, number));
                            producer.commitTransaction();
                            acknowledged.add(number);
                        }
                    } catch (KafkaException e) {
                        // the broker was killed
                    } finally {
                        producer.close(Duration.ZERO);
                    }
                },
                "writer");
        writer.start();
        return writer;
    }

    private static KafkaProducer<Long, Long> producer(Broker broker, Duration patience) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "counter",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                (int) patience.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                1_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                2_000);
        return new KafkaProducer<>(settings, new LongSerializer(), new LongSerializer());
    }

    /**
     * As each producer that follows a killed one does, a Connect task among them. The broker itself ends a transaction whose commit it
     * has not heard of after a minute only; no reader gets past it until then.
     */
    private static void abortOpenTransaction(Broker broker) {
        try (KafkaProducer<Long, Long> successor = producer(broker, LIMIT)) {
            successor.initTransactions();
        }
    }

    private static Set<Long> readToTheEnd(Broker broker) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        var read = new HashSet<Long>();
        try (var consumer = new KafkaConsumer<>(settings, new LongDeserializer(), new LongDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            await("everything is read").atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(numbered -> read.add(numbered.value()));
                return consumer.position(PARTITION) >= end(broker);
            });
        }
        return read;
    }

    /** Of all records, committed or not. */
    private static long end(Broker broker) {
        Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new LongDeserializer(), new LongDeserializer())) {
            return consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        }
    }
}
