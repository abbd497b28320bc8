package io.binlogreplica.sink.table;

import java.util.List;

/**
 * A unique index of a table of the replica.
 *
 * @param name the index's name
 */
public record UniqueKey(String name, List<Part> parts) {
    public UniqueKey {
        parts = List.copyOf(parts);
    }

    /**
     * A column of the index.
     *
     * @param column its index among the table's columns; -1 for an expression
     * @param prefix how many characters (bytes, of a binary column) are indexed; 0 for the whole value
     */
    public record Part(int column, int prefix) {}
}
