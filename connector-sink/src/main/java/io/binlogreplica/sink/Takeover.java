package io.binlogreplica.sink;

import io.binlogreplica.sink.batch.Divergence;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.resync.Brokers;
import io.binlogreplica.sink.resync.Continuation;
import io.binlogreplica.sink.resync.TopicRange;
import io.binlogreplica.sink.state.Position;
import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.state.TableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes partitions over, and finds out whether the topic still has all that follows the replica's position. */
final class Takeover {

    private static final Logger log = LoggerFactory.getLogger(Takeover.class);

    private static final Duration BROKERS_TIMEOUT = Duration.ofSeconds(20);

    private final StateTables states;
    private final boolean ordered;
    /** Rows of a topic that has one table stand for themselves, and are worth applying even if others are missing. */
    private final TableState consequence;
    /** Null when there are none to be asked. */
    private final @Nullable Brokers brokers;
    /** Topics in which records are missing without loss, everywhere. */
    private final Set<String> compacted = new HashSet<>();

    Takeover(SinkConfig config, StateTables states) {
        this.states = states;
        this.ordered = !config.layout().isTable();
        this.consequence = ordered ? TableState.DEGRADED : TableState.DAMAGED;
        this.brokers = config.resync().hasBrokers() ? new Brokers(config.resync(), BROKERS_TIMEOUT) : null;
    }

    /**
     * Takes a partition over. Where the topic lacks records that are not applied, all tables degrade.
     *
     * @throws RetriableException when the brokers do not answer
     * @throws ConnectException when the topic is none that transactions can be read from
     */
    Positions.Taken take(TopicPartition partition, Connection connection) throws SQLException {
        TopicRange range = brokers == null ? null : range(partition, brokers);
        if (ordered && range != null && range.compacted()) {
            throw new ConnectException("topic " + partition.topic() + " is compacted: of a row that changes twice the"
                    + " first change is removed, and with it what its transaction was. Set cleanup.policy=delete; then,"
                    + " since changes may be gone already, delete the source connector's offsets, so that all tables are"
                    + " copied anew. A compacted topic of one table can be applied with topic.layout=table.");
        }
        Positions.Taken taken = states.take(partition, connection);
        if (range == null) {
            return taken;
        }
        if (range.compacted()) {
            compacted.add(partition.topic());
        }
        Continuation continuation = Continuation.of(taken, range);
        if (continuation instanceof Continuation.Broken broken) {
            Position before = taken.position();
            var position = new Position(broken.next(), before.sequence(), before.gtid(), null);
            var from = new Positions.Taken(position, taken.epoch(), range.topic());
            breakOff(partition, from, broken.cause(), connection);
            return from;
        }
        if (!range.topic().equals(taken.topic())) {
            states.positions().identify(partition, taken.epoch(), range.topic(), connection);
        }
        return taken;
    }

    /**
     * Takes a partition over at a transaction whose number another one has had, which is applied: of the transactions between those
     * that are the same and this one nothing is known. All tables degrade.
     *
     * @param offset where it begins
     */
    void takeDiverged(TopicPartition partition, Divergence divergence, long offset, Connection connection)
            throws SQLException {
        Positions.Taken taken = states.take(partition, connection);
        var position = new Position(offset, divergence.before(), null, null);
        breakOff(
                partition,
                new Positions.Taken(position, taken.epoch(), taken.topic()),
                divergence.text() + ", record " + partition + "@" + offset + ".",
                connection);
    }

    private void breakOff(TopicPartition partition, Positions.Taken from, String cause, Connection connection)
            throws SQLException {
        states.breakOff(partition, from, consequence, cause, connection);
        log.error("[DRIFT] {}: {} All tables are to be copied anew.", partition, cause);
    }

    /**
     * Whether records of a topic were removed while others are being read, from the one on that was to come next. Not known without
     * brokers that can be asked, nor of a compacted topic.
     *
     * @throws RetriableException when the brokers do not answer
     */
    boolean isRemoved(TopicPartition partition, long next) {
        // the one that may be gone without loss is the mark behind the last transaction
        return brokers != null
                && !compacted.contains(partition.topic())
                && next + 1 < range(partition, brokers).beginning();
    }

    private static TopicRange range(TopicPartition partition, Brokers brokers) {
        try {
            return brokers.range(partition);
        } catch (org.apache.kafka.common.errors.RetriableException e) {
            throw new RetriableException("the brokers do not tell what they have of it: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new ConnectException(
                    "the brokers do not tell what they have of " + partition + ": " + e.getMessage()
                            + " Look at signal.kafka.bootstrap.servers and signal.client.*.",
                    e);
        }
    }
}
