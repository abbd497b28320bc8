package io.binlogreplica.local.comparison;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * A row that is not the same on both servers.
 *
 * @param row the row's key as {@code column=value, ...}; all columns in a table without a key
 * @param columns both values of each column that differs; empty unless the row is {@link Kind#CHANGED}
 */
public record RowDifference(Kind kind, String row, Map<String, Values> columns) {

    public enum Kind {
        /** The primary has it, the replica has not; or has fewer of equal rows, in a table without a key. */
        MISSING,
        /** The replica has it, the primary has not. */
        EXTRA,
        CHANGED
    }

    /** A column's values as text; long ones cut, bytes that are no text in hexadecimal. */
    public record Values(String primary, String replica) {}

    @Override
    public String toString() {
        return kind + " " + row
                + columns.entrySet().stream()
                        .map(column ->
                                " " + column.getKey() + ": " + column.getValue().primary() + " is "
                                        + column.getValue().replica() + " on the replica")
                        .collect(Collectors.joining(","));
    }
}
