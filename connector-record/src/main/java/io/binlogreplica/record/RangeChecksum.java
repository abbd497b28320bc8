package io.binlogreplica.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What rows the primary has in a range of a table, in little space.
 *
 * @param primary whose rows these are
 * @param form how they are digested, such that a reader knows how to do the same
 * @param rows each of them, for a reader that has others and wants to know which; null when nobody asked
 */
public record RangeChecksum(
        Flavor primary,
        String form,
        KeyRange range,
        Checksum checksum,
        @Nullable List<RowDigest> rows) {

    public RangeChecksum {
        rows = rows == null ? null : List.copyOf(rows);
    }
}
