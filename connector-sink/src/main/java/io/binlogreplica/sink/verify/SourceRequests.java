package io.binlogreplica.sink.verify;

import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.config.VerifyConfig;
import io.binlogreplica.sink.resync.Signals;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the source is asked for about rows that differ, in a thread of its own: a broker that does not answer holds nothing up. What is
 * lost is found, and asked for, again when the table is gone through the next time.
 */
public final class SourceRequests implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SourceRequests.class);

    private final @Nullable Signals signals;
    private final ExecutorService thread;

    /** @param changes the topics with changes */
    public SourceRequests(SinkConfig config, Collection<String> changes) {
        ResyncConfig brokers = config.resync();
        var to = new Signals(brokers, changes);
        this.signals = brokers.hasBrokers() && to.haveAddress() ? to : null;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            var made = new Thread(task, "verify-" + config.connector());
            made.setDaemon(true);
            return made;
        });
        if (signals == null && config.verify().repair()) {
            log.warn(
                    "[VERIFY] rows that differ are not repaired, though {} is true: {} is not set, nor is it known whom to"
                            + " ask",
                    VerifyConfig.REPAIR,
                    ResyncConfig.BOOTSTRAP_SERVERS);
        }
    }

    boolean canBeSent() {
        return signals != null;
    }

    /** Which rows the primary has in a range. */
    void digests(TableId table, KeyRange range) {
        send(to -> to.askForDigests(table, range));
    }

    /** Rows, once more. */
    void rows(TableId table, String condition) {
        send(to -> to.askForRows(table, condition));
    }

    /** Something to be asked for. */
    @FunctionalInterface
    private interface Request {
        void send(Signals to) throws InterruptedException;
    }

    private void send(Request request) {
        Signals to = signals;
        if (to == null) {
            return;
        }
        thread.execute(() -> {
            try {
                request.send(to);
            } catch (KafkaException e) {
                log.warn(
                        "[VERIFY] the source cannot be asked, on topic {}; this is tried again when the table is gone"
                                + " through the next time: {}",
                        to.topic(),
                        e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
