package io.binlogreplica.source.signal;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.source.config.SignalConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the signals' topic in a thread of its own. A broker that cannot be reached, or refuses, keeps signals from arriving and
 * nothing else: it is asked again until it answers.
 */
final class SignalReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SignalReader.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BACKOFF = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MAX = Duration.ofMinutes(1);
    private static final Duration ORDERLY_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final short REPLICATION_DEFAULT = -1;

    private final SignalConfig config;
    private final Runnable arrived;
    private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    // Of the reader's thread.
    private final Map<Integer, Long> next;
    private boolean fromTheEnd;

    /** Something that the topic has. */
    sealed interface Received {}

    /**
     * Where reading begins.
     *
     * @param next offset by partition
     */
    record Begun(Map<Integer, Long> next) implements Received {}

    /** A record. */
    record Arrived(
            int partition,
            long offset,
            @Nullable String key,
            @Nullable String value) implements Received {}

    /**
     * Starts reading.
     *
     * @param next where to begin, by partition; null to begin at the topic's present end, which {@link #next} tells first
     * @param arrived called when there is something to take
     */
    SignalReader(SignalConfig config, @Nullable Map<Integer, Long> next, Runnable arrived) {
        this.config = config;
        this.next = next == null ? new HashMap<>() : new HashMap<>(next);
        this.fromTheEnd = next == null;
        this.arrived = arrived;
        this.thread = new Thread(this::run, "signal-reader");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The next thing in the order of the topic; null when there is none yet. */
    @Nullable
    Received next() {
        return received.poll();
    }

    private void run() {
        var backoff = new Backoff(BACKOFF, BACKOFF_MAX);
        while (!isClosed()) {
            try {
                createTopic();
                read(backoff);
            } catch (RuntimeException | ExecutionException e) {
                if (isClosed() || e instanceof InterruptException) {
                    return;
                }
                Duration wait = backoff.next();
                log.warn(
                        "[RETRY] signals cannot be read from topic {}, next attempt in {} ms: {}",
                        config.topic(),
                        wait.toMillis(),
                        reason(e));
                if (awaitClose(wait)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return e.getMessage() + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }

    private boolean awaitClose(Duration wait) {
        try {
            return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** With one partition: signals have an order. One that is there is taken as it is. */
    private void createTopic() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(config.client())) {
            if (admin.listTopics().names().get().contains(config.topic())) {
                return;
            }
            admin.createTopics(List.of(new NewTopic(config.topic(), 1, REPLICATION_DEFAULT)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private void read(Backoff backoff) {
        try (KafkaConsumer<byte[], byte[]> reading = consumer()) {
            consumer = reading;
            if (isClosed()) {
                return;
            }
            List<TopicPartition> partitions = reading.partitionsFor(config.topic()).stream()
                    .map(info -> new TopicPartition(config.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new UnknownTopicOrPartitionException("no broker knows the topic yet");
            }
            Map<TopicPartition, Long> first = reading.beginningOffsets(partitions);
            if (fromTheEnd) {
                reading.endOffsets(partitions).forEach((partition, end) -> next.put(partition.partition(), end));
                fromTheEnd = false;
                tell(new Begun(Map.copyOf(next)));
            }
            reading.assign(partitions);
            for (TopicPartition partition : partitions) {
                long from = next.getOrDefault(partition.partition(), 0L);
                reading.seek(partition, Math.max(from, first.getOrDefault(partition, 0L)));
            }
            log.info("Signals are read from topic {}, from {}", config.topic(), next);
            while (!isClosed()) {
                reading.poll(POLL).forEach(this::arrived);
                backoff.reset();
            }
        } finally {
            consumer = null;
        }
    }

    private void arrived(ConsumerRecord<byte[], byte[]> found) {
        next.put(found.partition(), found.offset() + 1);
        tell(new Arrived(found.partition(), found.offset(), text(found.key()), text(found.value())));
    }

    private void tell(Received something) {
        received.add(something);
        arrived.run();
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(config.client());
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("auto.offset.reset", "earliest");
        settings.putIfAbsent("isolation.level", "read_committed");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        closed.countDown();
        Optional.ofNullable(consumer).ifPresent(KafkaConsumer::wakeup);
        try {
            // a consumer that is interrupted cannot leave in order
            thread.join(ORDERLY_TIMEOUT.toMillis());
            thread.interrupt();
            thread.join(STOP_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
