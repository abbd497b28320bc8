package io.binlogreplica.record;

import java.util.List;

/**
 * A row without its values.
 *
 * @param key as SQL literals
 * @param digest of all columns
 * @param columns of each column, in few digits: enough to name those that differ in a row that does; empty for NULL
 */
public record RowDigest(List<String> key, String digest, List<String> columns) {

    public RowDigest {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }
}
