package io.binlogreplica.checksum;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.SqlType.Family;
import io.binlogreplica.record.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How rows are digested where the primary does not know the replica: by the primary's definition of the table alone, so that whoever
 * has that can do the same.
 */
public enum DigestForm {
    /** For replicas of the primary's own family. */
    NATIVE("native-2"),
    /** Such that the other family makes the same of the same values: JSON is left out, floating-point numbers are taken by their bits. */
    PORTABLE("portable-2");

    /** From there on longer values are digested by themselves first, so that a row's text stays well below any server's packets. */
    private static final long ROW_BYTES_MAX = 1 << 20;

    /** Changes when the same rows come to have other digests. */
    private final String code;

    DigestForm(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** Null for one that this version does not know. */
    public static @Nullable DigestForm of(String code) {
        for (DigestForm form : values()) {
            if (form.code.equals(code)) {
                return form;
            }
        }
        return null;
    }

    /** Columns that are not compared, though they have values of their own. */
    public List<String> leftOut(TableSchema table) {
        return table.columns().stream()
                .filter(this::isLeftOut)
                .map(Column::name)
                .toList();
    }

    /**
     * The statements on the primary.
     *
     * @throws IllegalArgumentException when the table cannot be gone through by its key; the message says why
     */
    public RowSql onPrimary(TableSchema table) {
        requireKey(table);
        return sql(table, column -> compared(column, table));
    }

    /**
     * The statements on a replica.
     *
     * @param primary the table there, and what that is
     * @throws IllegalArgumentException when the same values would have other digests; the message says why
     */
    public RowSql onReplica(TableSchema primary, Flavor ofPrimary, TableSchema replica, Flavor ofReplica) {
        requireKey(primary);
        if (this == NATIVE && ofPrimary != ofReplica) {
            throw new IllegalArgumentException(
                    "the replica is of another family than the primary; set verify.across.families of the source");
        }
        if (!isOrderedAlike(primary, ofPrimary, replica, ofReplica)) {
            throw new IllegalArgumentException("the servers do not have the same key, or do not order it alike");
        }
        return sql(primary, column -> {
            int index = replica.indexOf(column.name());
            if (index < 0) {
                throw new IllegalArgumentException("the replica has no column " + column.name());
            }
            return onReplica(column, replica.columns().get(index), primary);
        });
    }

    private ComparedColumn onReplica(Column column, Column replica, TableSchema table) {
        ComparedColumn same = compared(column, table);
        if (!isPrintedAlike(column.type(), replica.type())) {
            throw new IllegalArgumentException("column " + column.name() + " is "
                    + replica.type().columnType() + " on the replica, which is not comparable with "
                    + column.type().columnType());
        }
        String charset = column.type().charset();
        if (charset == null
                || column.type().type().family() != Family.TEXT
                || charset.equals(replica.type().charset())) {
            return same;
        }
        // what the primary's charset does not have comes to be a question mark: another character than the primary's
        String name = Identifier.quote(column.name());
        return new ComparedColumn(
                column,
                same.nullable(),
                same.expression().replace(name, "CONVERT(" + name + " USING " + charset + ")"),
                same.readable(),
                same.isOfAnyLength());
    }

    private RowSql sql(TableSchema table, Function<Column, ComparedColumn> form) {
        var columns = new ArrayList<ComparedColumn>();
        for (Column column : table.columns()) {
            if (isCompared(column)) {
                columns.add(form.apply(column));
            }
        }
        List<Column> key = table.key().stream().map(table.columns()::get).toList();
        return new RowSql(Identifier.quote(table.id()), key, columns);
    }

    /** What is VIRTUAL is made of other columns, and may be another each time that it is made. */
    private boolean isCompared(Column column) {
        return column.generated() != Column.Generated.VIRTUAL && !isLeftOut(column);
    }

    private boolean isLeftOut(Column column) {
        return this == PORTABLE && column.type().type().family() == Family.JSON;
    }

    private ComparedColumn compared(Column column, TableSchema table) {
        return ComparedColumn.of(column, column, this == NATIVE, isWide(table));
    }

    private static boolean isWide(TableSchema table) {
        return table.columns().stream()
                        .mapToLong(ComparedColumn::bytesMax)
                        .filter(bytes -> bytes <= ComparedColumn.BYTES_MAX)
                        .sum()
                > ROW_BYTES_MAX;
    }

    private static void requireKey(TableSchema table) {
        if (!table.hasKey()) {
            throw new IllegalArgumentException("it has no key to go through it by");
        }
        for (int index : table.key()) {
            Column column = table.columns().get(index);
            switch (column.type().type().family()) {
                case JSON, GEOMETRY, VECTOR ->
                    throw new IllegalArgumentException("its key has column " + column.name() + " of type "
                            + column.type().columnType());
                default -> {
                    // has a literal
                }
            }
        }
    }

    /** Whether the same value is the same text on both. */
    private static boolean isPrintedAlike(ColumnType one, ColumnType other) {
        Family family = one.type().family();
        if (family != other.type().family()) {
            return false;
        }
        return switch (family) {
            case INTEGER, TEXT, GEOMETRY, JSON -> true;
            case LABELS -> one.labels().equals(other.labels());
            case DECIMAL -> one.scale() == other.scale();
            case FLOAT, BIT, TEMPORAL, BINARY, ADDRESS, VECTOR ->
                one.type() == other.type() && one.length() == other.length() && one.scale() == other.scale();
        };
    }

    /**
     * Whether both servers order the table's rows alike by its key. Collations of the same name need not be the same in servers of
     * different families.
     */
    public static boolean isOrderedAlike(TableSchema primary, Flavor ofPrimary, TableSchema replica, Flavor ofReplica) {
        if (!primary.hasKey() || !primary.keyNames().equals(replica.keyNames())) {
            return false;
        }
        for (int i = 0; i < primary.key().size(); i++) {
            Column one = primary.columns().get(primary.key().get(i));
            Column other = replica.columns().get(replica.key().get(i));
            if (!one.type().equals(other.type())) {
                return false;
            }
            String collation = one.type().collation();
            if (one.type().type().family() == Family.TEXT
                    && ofPrimary != ofReplica
                    && (collation == null || !collation.endsWith("_bin"))) {
                return false;
            }
        }
        return true;
    }
}
