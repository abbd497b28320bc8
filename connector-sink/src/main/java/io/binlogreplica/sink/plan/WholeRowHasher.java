package io.binlogreplica.sink.plan;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.SqlType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of a table without a key into numbers, the same for rows that cannot be told apart. It looks only at columns whose
 * values, when they are the same, have one form here: rows that differ in others alone have the same number, and keep an order that
 * they need not keep.
 */
final class WholeRowHasher {

    private final long seed;
    private final int[] columns;

    /** Of these columns of a row; only rows that were given the same name are compared. */
    WholeRowHasher(Object name, List<Integer> indexes, List<Column> columns) {
        this.seed = KeyHasher.mix(name.hashCode());
        this.columns = indexes.stream()
                .mapToInt(i -> i)
                .filter(i -> hasOneForm(columns.get(i).type().type().family()))
                .toArray();
    }

    private static boolean hasOneForm(SqlType.Family family) {
        return switch (family) {
            case INTEGER, TEXT, BINARY -> true;
            default -> false;
        };
    }

    long hash(@Nullable Object[] row) {
        long hash = seed;
        for (int column : columns) {
            hash = KeyHasher.mix(hash * 31 + hash(row[column]));
        }
        return hash | 2;
    }

    private static long hash(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        if (value instanceof BigDecimal || value instanceof ExactValue) {
            return 0;
        }
        return value instanceof Number number ? number.longValue() : value == null ? 1 : value.hashCode();
    }
}
