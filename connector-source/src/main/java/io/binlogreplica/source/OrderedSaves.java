package io.binlogreplica.source;

import io.binlogreplica.source.record.ChangeRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Records that are there for the offsets they save, to be saved in an order: none before those of the steps ahead of it are in
 * Kafka. Connect keeps the order within a partition of offsets only, unless it saves all of a transaction at once.
 */
final class OrderedSaves {

    private final boolean together;
    private final ArrayDeque<List<ChangeRecord>> steps = new ArrayDeque<>();
    private final Set<SourceRecord> underWay = ConcurrentHashMap.newKeySet();
    private final Runnable acknowledged;

    /**
     * Nothing to save yet.
     *
     * @param together whether Connect saves all that is handed to it at once together
     * @param acknowledged called when the next step may be taken
     */
    OrderedSaves(boolean together, Runnable acknowledged) {
        this.together = together;
        this.acknowledged = acknowledged;
    }

    /** One more step. */
    void add(List<ChangeRecord> records) {
        if (!records.isEmpty()) {
            steps.add(List.copyOf(records));
        }
    }

    /** Whether all that was added was taken. */
    boolean isDone() {
        return steps.isEmpty();
    }

    /** Hands over what may be saved now. */
    void takeInto(List<ChangeRecord> batch) {
        while (!steps.isEmpty() && (together || underWay.isEmpty())) {
            List<ChangeRecord> step = steps.remove();
            if (!together) {
                underWay.addAll(step);
            }
            batch.addAll(step);
        }
    }

    /** The record is in Kafka. Called by any thread. */
    void sent(SourceRecord record) {
        if (!underWay.isEmpty() && underWay.remove(record) && underWay.isEmpty()) {
            acknowledged.run();
        }
    }
}
