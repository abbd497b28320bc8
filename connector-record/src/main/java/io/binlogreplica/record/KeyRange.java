package io.binlogreplica.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows from behind one key up to another. Keys are SQL literals, one for each column.
 *
 * @param after the key before the first; null for the table's beginning
 * @param upTo the last key; null for the table's end
 */
public record KeyRange(
        @Nullable List<String> after, @Nullable List<String> upTo) {}
