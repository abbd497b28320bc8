package io.binlogreplica.source.record;

import io.binlogreplica.record.RowChange;
import io.binlogreplica.source.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names rows whose record is larger than Kafka takes, before Connect stops the task there: its own message tells the record's size
 * and no more.
 */
final class LargeRows {

    private static final Logger log = LoggerFactory.getLogger(LargeRows.class);

    private final int sizeMax;

    LargeRows(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    void look(RowChange row) {
        long size = size(row.before()) + size(row.after());
        if (size > sizeMax) {
            log.warn(
                    "[LARGE] the row of table {}, {}, at {} has {} bytes with what it was before, which is larger than"
                            + " {} lets a record be ({}): raise it, and max.message.bytes of the topic. If the task stops"
                            + " here, it goes on with this row.",
                    row.schema().id(),
                    row.keyText(row.schema().key()),
                    row.origin().place(),
                    size,
                    TopicConfig.RECORD_SIZE_MAX,
                    sizeMax);
        }
    }

    /** No less than the least that a record has of it. */
    private static long size(@Nullable Object @Nullable [] row) {
        long size = 0;
        if (row != null) {
            for (Object value : row) {
                if (value instanceof byte[] bytes) {
                    size += bytes.length;
                } else if (value instanceof String text) {
                    size += text.length();
                }
            }
        }
        return size;
    }
}
