package io.binlogreplica.sink.state;

import org.jspecify.annotations.Nullable;

/**
 * Where a change is, for people to find it.
 *
 * @param gtid of its transaction; null without GTIDs
 * @param file binlog file
 * @param pos position in that file
 * @param record {@code topic-partition@offset}
 */
public record Place(@Nullable String gtid, String file, long pos, String record) {

    /** In words, for messages. */
    public String text() {
        String position = file + ":" + pos;
        return "at " + (gtid == null ? position : gtid + " (" + position + ")") + ", record " + record;
    }
}
