package io.binlogreplica.local.verify;

import java.util.List;

/**
 * A row that the servers do not have alike.
 *
 * @param row its key as {@code column=value, ...}; all columns in a table that is compared by whole rows
 * @param columns those that differ; empty unless the row is {@link Kind#DIFFERENT}
 * @param times how many such rows; more than one only where whole rows are compared
 * @param confirmed whether the replica had applied all that the primary had when the row was read there, and the row stayed as it was
 *     on both; else the change may still have been on its way
 */
public record Finding(Kind kind, String row, List<String> columns, long times, boolean confirmed) {

    /** What a row is, seen from the primary. */
    public enum Kind {
        /** Only the primary has it. */
        MISSING,
        /** Only the replica has it. */
        EXTRA,
        /** Both have it, with other values. */
        DIFFERENT
    }

    public Finding {
        columns = List.copyOf(columns);
    }

    @Override
    public String toString() {
        return kind + " " + row + (times == 1 ? "" : " (" + times + " times)")
                + (columns.isEmpty() ? "" : ": " + String.join(", ", columns))
                + (confirmed ? "" : " (not confirmed: the replica was behind, or the row kept changing)");
    }
}
