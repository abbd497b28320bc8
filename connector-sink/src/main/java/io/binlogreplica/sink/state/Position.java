package io.binlogreplica.sink.state;

import io.binlogreplica.record.Origin;
import io.binlogreplica.record.Sequence;
import org.jspecify.annotations.Nullable;

/**
 * How far a topic partition is applied.
 *
 * @param nextOffset the first record that is not; -1 when nothing was ever applied
 * @param sequence of the last applied transaction; null before the first, and for records of other sources
 * @param gtid of that transaction; null where that is not known, and behind rows of a copy
 * @param origin of the last applied record, for people to read; null before the first in this run
 */
public record Position(
        long nextOffset,
        @Nullable Sequence sequence,
        @Nullable String gtid,
        @Nullable Origin origin) {

    public static final Position NONE = new Position(-1, null, null, null);
}
