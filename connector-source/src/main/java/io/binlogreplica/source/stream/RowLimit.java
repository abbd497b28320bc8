package io.binlogreplica.source.stream;

import io.binlogreplica.record.RowChange;
import org.jspecify.annotations.Nullable;

/** Knows which rows are too large for a record. */
public interface RowLimit {

    /** What is wrong with a row that is too large, and what to do; null for any other row. */
    @Nullable
    String excess(RowChange row);
}
