package io.binlogreplica.sink.failure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells Connect of records with changes that were left out, if it wants to know: when the connector has a dead letter queue, or logs
 * errors. Before the position behind them is committed: after a kill a record may be told again, none is ever missing.
 */
public final class ErrantRecords {

    private final @Nullable ErrantRecordReporter reporter;
    /** What is received and not applied yet; nothing without a reporter. */
    private final Map<TopicPartition, ConcurrentNavigableMap<Long, SinkRecord>> waiting = new ConcurrentHashMap<>();

    public ErrantRecords(@Nullable ErrantRecordReporter reporter) {
        this.reporter = reporter;
    }

    /** The record may turn out to have such a change. */
    public void received(TopicPartition partition, SinkRecord record) {
        if (reporter != null) {
            waiting.computeIfAbsent(partition, added -> new ConcurrentSkipListMap<>())
                    .put(record.originalKafkaOffset(), record);
        }
    }

    /** All records before that offset are done with. */
    public void applied(TopicPartition partition, long next) {
        ConcurrentNavigableMap<Long, SinkRecord> records = waiting.get(partition);
        if (records != null) {
            records.headMap(next).clear();
        }
    }

    /** Nothing of the partition is received any more. */
    public void disown(TopicPartition partition) {
        waiting.remove(partition);
    }

    /**
     * Tells of a record, and waits until that is safe.
     *
     * @throws ConnectException when Connect tolerates no errors, or the dead letter queue cannot be written
     */
    public void report(TopicPartition partition, long offset, Exception cause) {
        ConcurrentNavigableMap<Long, SinkRecord> records = waiting.get(partition);
        SinkRecord record = records == null ? null : records.get(offset);
        if (reporter == null || record == null) {
            return;
        }
        try {
            reporter.report(record, cause).get();
        } catch (ExecutionException e) {
            throw new ConnectException(
                    "record " + partition + "@" + offset + " cannot be reported: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while record " + partition + "@" + offset + " was reported", e);
        }
    }
}
