package io.binlogreplica.source.record;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that is equal to itself alone. Connect looks each record up in the set of those that end a Kafka transaction; the
 * usual hash, over all that is in the record, would cost as much as making it.
 */
public final class ChangeRecord extends SourceRecord {

    private final boolean last;

    ChangeRecord(
            boolean last,
            Map<String, String> sourcePartition,
            Map<String, Object> sourceOffset,
            String topic,
            @Nullable Integer partition,
            @Nullable Schema keySchema,
            @Nullable Object key,
            @Nullable Schema valueSchema,
            @Nullable Object value,
            @Nullable Iterable<Header> headers) {
        super(sourcePartition, sourceOffset, topic, partition, keySchema, key, valueSchema, value, null, headers);
        this.last = last;
    }

    /** Whether a Kafka transaction may end behind it: it ends a source transaction, or a chunk of rows. */
    public boolean last() {
        return last;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
