package io.binlogreplica.sink.verify;

import io.binlogreplica.record.RowDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row that the replica does not have as the primary has it.
 *
 * @param key as SQL literals
 * @param columns indexes of those that differ; empty unless the row is {@link Kind#DIFFERENT}
 */
record Difference(Kind kind, List<String> key, List<Integer> columns) {

    /** What a row is, seen from the primary. */
    enum Kind {
        /** Only the primary has it. */
        MISSING,
        /** Only the replica has it. */
        EXTRA,
        /** Both have it, with other values. */
        DIFFERENT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Compares the rows of a range.
     *
     * @param complete whether the replica's are all that it has there
     */
    static List<Difference> between(List<RowDigest> primary, List<RowDigest> replica, boolean complete) {
        Map<List<String>, RowDigest> ours = new HashMap<>();
        replica.forEach(row -> ours.put(row.key(), row));
        var differences = new ArrayList<Difference>();
        for (RowDigest row : primary) {
            RowDigest other = ours.remove(row.key());
            if (other == null) {
                if (complete) {
                    differences.add(new Difference(Kind.MISSING, row.key(), List.of()));
                }
            } else if (!other.digest().equals(row.digest())) {
                differences.add(new Difference(Kind.DIFFERENT, row.key(), differing(row, other)));
            }
        }
        replica.stream()
                .filter(row -> ours.containsKey(row.key()))
                .forEach(row -> differences.add(new Difference(Kind.EXTRA, row.key(), List.of())));
        return differences;
    }

    private static List<Integer> differing(RowDigest one, RowDigest other) {
        var columns = new ArrayList<Integer>();
        for (int i = 0; i < one.columns().size(); i++) {
            if (!one.columns().get(i).equals(other.columns().get(i))) {
                columns.add(i);
            }
        }
        return columns;
    }
}
