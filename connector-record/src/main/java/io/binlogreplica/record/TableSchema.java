package io.binlogreplica.record;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table as it was at one position of the binlog.
 *
 * @param id its name
 * @param columns all columns in the table's order, invisible and generated ones included
 * @param key indexes into {@code columns} of the columns that identify a row: the primary key, else the first unique key without
 *     nullable columns; empty when the table has neither
 * @param fingerprint tells two schemas of a table apart wherever their rows must be read differently
 */
public record TableSchema(TableId id, List<Column> columns, List<Integer> key, int fingerprint) {

    public TableSchema {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    public TableSchema(TableId id, List<Column> columns, List<Integer> key) {
        this(id, columns, key, fingerprint(columns, key));
    }

    public boolean hasKey() {
        return !key.isEmpty();
    }

    public List<String> keyNames() {
        return key.stream().map(i -> columns.get(i).name()).toList();
    }

    /** Index of the column of that name, or -1. */
    public int indexOf(String name) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).name().equals(name))
                .findFirst()
                .orElse(-1);
    }

    /** Built from text, not from hash codes of enums: the number is kept by replicas and must not change between JVMs. */
    private static int fingerprint(List<Column> columns, List<Integer> key) {
        return (columns.stream()
                                .map(c -> c.name() + "\u0000" + c.type().columnType() + "\u0000"
                                        + c.type().charset() + "\u0000"
                                        + c.type().collation() + "\u0000" + c.nullable()
                                        + "\u0000" + c.generated().name())
                                .collect(Collectors.joining("\u0001"))
                        + key)
                .hashCode();
    }
}
