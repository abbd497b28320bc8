package io.binlogreplica.source.snapshot;

import io.binlogreplica.source.binlog.BinlogPosition;
import org.jspecify.annotations.Nullable;

/** Something that is read at one position of the binlog, and belongs in the stream there, which waits at that place for it. */
sealed interface Due permits Chunk, CheckedRange {

    /** Where its read view is. */
    BinlogPosition position();

    /** What its view may lack; null when that is nothing. */
    @Nullable
    Unsettled unsettled();

    /** Whether it is of no use any more. */
    boolean isVoid();

    /** It is in the stream, or was given up. */
    void finished();
}
