package io.binlogreplica.source.offset;

import java.util.Map;

/** Where to go on, for one of the partitions that Connect keeps offsets of. */
public sealed interface SourceOffset permits StreamOffset, TableOffset, SignalOffset, VerifyOffset {

    /** As Connect saves it. */
    Map<String, Object> toMap();
}
