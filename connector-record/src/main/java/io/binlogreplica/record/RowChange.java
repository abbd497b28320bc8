package io.binlogreplica.record;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A changed or read row.
 *
 * @param schema the row's table as it was when the row was written
 * @param op what happened
 * @param before canonical values in the order of the schema's columns; null for {@link Op#CREATE}, {@link Op#READ} and
 *     {@link Op#TRUNCATE}
 * @param after likewise; null for {@link Op#DELETE} and {@link Op#TRUNCATE}
 * @param transaction the source transaction; null for rows read from a table
 * @param flags {@link #NO_FOREIGN_KEY_CHECKS} and {@link #CASCADES_LOGGED}
 */
public record RowChange(
        TableSchema schema,
        Op op,
        @Nullable Object @Nullable [] before,
        @Nullable Object @Nullable [] after,
        Origin origin,
        @Nullable TransactionPlace transaction,
        int flags,
        boolean last)
        implements Change {

    /** The primary's session had {@code foreign_key_checks=0} for this row. */
    public static final int NO_FOREIGN_KEY_CHECKS = 2;

    /** The primary logs what foreign keys cascade to (MySQL from 9.6): the replica must not cascade again. */
    public static final int CASCADES_LOGGED = 16;

    /**
     * The row's key in words, for messages; no other values.
     *
     * @param key indexes into the schema's columns
     */
    public String keyText(List<Integer> key) {
        @Nullable Object[] image = before != null ? before : after;
        return image == null || key.isEmpty()
                ? "without a key"
                : key.stream()
                        .map(i -> schema.columns().get(i).name() + "=" + text(image[i]))
                        .collect(Collectors.joining(", ", "key ", ""));
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? "0x" + HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    /** The same, as the end of its transaction. */
    public RowChange asLast() {
        return new RowChange(schema, op, before, after, origin, transaction, flags, true);
    }

    /**
     * A row's place in its transaction.
     *
     * @param id GTID, or {@code file=...,pos=...}
     * @param totalOrder number of the row in the transaction's captured rows, from 1
     * @param collectionOrder number of the row among those of its table, from 1
     */
    public record TransactionPlace(String id, long totalOrder, long collectionOrder) {}
}
