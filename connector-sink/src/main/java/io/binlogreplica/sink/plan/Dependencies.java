package io.binlogreplica.sink.plan;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.UniqueKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a row of one table depends on: the values it takes or gives up in unique indexes, and those that foreign keys join. Two rows
 * that share such a value keep their order.
 */
final class Dependencies {

    /** Takes what a row depends on. */
    interface Visitor {
        void depends(Relation relation, long key);
    }

    private final int number;
    /** The replica's key, to find the row by; null for a table without one. */
    private final @Nullable KeyHasher key;
    /** All unique indexes. */
    private final List<KeyHasher> unique = new ArrayList<>();
    /** What foreign keys of others refer to. */
    private final List<KeyHasher> offered = new ArrayList<>();
    /** What the table's own foreign keys refer to. */
    private final List<KeyHasher> referred = new ArrayList<>();
    /** Indexes of columns in any of these. */
    private final int[] indexed;
    /** Whether there are others in any of these that rows do not have: an update may change them. */
    private final boolean indexedUnseen;
    /** For all tables that foreign keys join this one to; 0 where there are none that cascade. */
    private final long group;
    /** Indexes of columns that cascading foreign keys refer to. */
    private final int[] cascading;
    /** Whether they refer to others, too, that rows do not have. */
    private final boolean cascadingUnseen;

    private final long wholeTable;
    private final WholeRowHasher wholeRow;
    /** Whether there are texts in any of these. */
    private final boolean texts;

    /**
     * The dependencies of rows of one table.
     *
     * @param number tells tables, and versions of a table, apart
     */
    Dependencies(Mapping mapping, ForeignKeys foreignKeys, int number) {
        this.number = number;
        TableId table = mapping.table();
        TableSchema source = mapping.source();
        List<Column> compared = mapping.comparedColumns();
        Set<Integer> period = mapping.target().period();
        Set<Integer> all = new TreeSet<>(
                period.stream().map(column -> source(column, mapping)).toList());
        KeyHasher primary = null;
        for (UniqueKey index : mapping.target().uniqueKeys()) {
            List<Integer> columns = sources(index.parts(), mapping);
            List<UniqueKey.Part> shared = sharedParts(index, period);
            List<Integer> sharedColumns = sources(shared, mapping);
            List<Integer> prefixes = shared.stream().map(UniqueKey.Part::prefix).toList();
            var hasher = new KeyHasher(name(table, sharedColumns, source), sharedColumns, prefixes, compared);
            unique.add(hasher);
            all.addAll(columns);
            if (columns.equals(mapping.key())) {
                primary = hasher;
            }
        }
        this.key = mapping.key().isEmpty()
                ? null
                : primary != null ? primary : keyHasher(table, mapping.key(), source, compared);
        var cascadingColumns = new TreeSet<Integer>();
        for (ForeignKey foreignKey : foreignKeys.ofParent(table)) {
            List<Integer> columns =
                    foreignKey.parentColumns().stream().map(source::indexOf).toList();
            offered.add(hasher(table, foreignKey.parentColumns(), columns, compared));
            all.addAll(columns);
            if (foreignKey.cascades()) {
                cascadingColumns.addAll(columns);
            }
        }
        for (ForeignKey foreignKey : foreignKeys.ofChild(table)) {
            List<Integer> columns =
                    foreignKey.childColumns().stream().map(source::indexOf).toList();
            referred.add(hasher(foreignKey.parent(), foreignKey.parentColumns(), columns, compared));
            all.addAll(columns);
        }
        this.indexed = seen(all);
        this.indexedUnseen = all.contains(-1);
        this.cascading = seen(cascadingColumns);
        this.cascadingUnseen = cascadingColumns.contains(-1);
        Set<TableId> joined = foreignKeys.group(table);
        boolean cascades = joined.stream()
                .flatMap(member -> foreignKeys.ofChild(member).stream())
                .anyMatch(ForeignKey::cascades);
        this.group = cascades ? Objects.hash("group", new TreeSet<>(joined)) | 2L : 0;
        this.texts = Stream.of(Stream.ofNullable(key), unique.stream(), offered.stream(), referred.stream())
                .flatMap(hashers -> hashers)
                .anyMatch(KeyHasher::hasTexts);
        this.wholeRow = new WholeRowHasher(name(table, List.of()), mapping.written(), source.columns());
        this.wholeTable = Objects.hash("table", table) * 31L | 2L;
    }

    /** What rows have to share to be in each other's way: all but the period, which may meet another that is not the same. */
    private static List<UniqueKey.Part> sharedParts(UniqueKey index, Set<Integer> period) {
        Set<Integer> columns =
                index.parts().stream().map(UniqueKey.Part::column).collect(Collectors.toSet());
        return columns.containsAll(period)
                ? index.parts().stream()
                        .filter(part -> !period.contains(part.column()))
                        .toList()
                : index.parts();
    }

    private static List<Integer> sources(List<UniqueKey.Part> parts, Mapping mapping) {
        return parts.stream().map(part -> source(part.column(), mapping)).toList();
    }

    private static int source(int column, Mapping mapping) {
        return column < 0 ? -1 : mapping.sourceOf().get(column);
    }

    /** Columns that are compared with each other have the same name, whichever table's foreign key or index they are in. */
    private static String name(TableId table, List<Integer> columns, TableSchema source) {
        return name(
                table,
                columns.stream()
                        .map(i -> i < 0 ? "" : source.columns().get(i).name())
                        .toList());
    }

    private static String name(TableId table, List<String> columns) {
        return table + "\u0000" + String.join("\u0000", columns);
    }

    private static KeyHasher keyHasher(
            TableId table, List<Integer> columns, TableSchema source, List<Column> compared) {
        return new KeyHasher(name(table, columns, source), columns, Collections.nCopies(columns.size(), 0), compared);
    }

    /** For what of a parent's columns foreign keys compare. */
    private static KeyHasher hasher(
            TableId parent, List<String> parentColumns, List<Integer> columns, List<Column> compared) {
        return new KeyHasher(name(parent, parentColumns), columns, Collections.nCopies(columns.size(), 0), compared);
    }

    private static int[] seen(Set<Integer> columns) {
        return columns.stream().mapToInt(i -> i).filter(i -> i >= 0).toArray();
    }

    /** Gives the texts that {@link #visit} compares. */
    void texts(RowChange row, TextHashes.Collector collector) {
        if (!texts) {
            return;
        }
        if (isTouch(row)) {
            Objects.requireNonNull(key).texts(Objects.requireNonNull(row.before()), collector);
            return;
        }
        if (row.before() != null) {
            texts(row.before(), row.op(), collector);
        }
        if (row.after() != null) {
            texts(row.after(), row.op(), collector);
        }
    }

    private void texts(@Nullable Object[] row, Op op, TextHashes.Collector collector) {
        if (op != Op.READ) {
            unique.forEach(hasher -> hasher.texts(row, collector));
            offered.forEach(hasher -> hasher.texts(row, collector));
        }
        referred.forEach(hasher -> hasher.texts(row, collector));
    }

    /** Tells what the row depends on. */
    void visit(RowChange row, TextHashes hashes, Visitor visitor) {
        if (key == null) {
            visitKeyless(row, hashes, visitor);
        } else if (isTouch(row)) {
            touch(Objects.requireNonNull(row.before()), hashes, visitor);
        } else {
            images(row, hashes, visitor);
        }
        if (group != 0) {
            if (mayCascade(row)) {
                visitor.depends(Relation.WRITE, group);
            } else {
                visitor.depends(Relation.READ, group);
            }
        }
    }

    /**
     * Without a key, rows that are the same cannot be told apart, and need not be: what removes one of them must come behind all that
     * made one, and that is all.
     */
    private void visitKeyless(RowChange row, TextHashes hashes, Visitor visitor) {
        if (row.op() == Op.READ) {
            visitor.depends(Relation.ADD, wholeTable);
            // may have other forms of the same values than changes have
            visitor.depends(Relation.COPY, wholeTable + 1);
        } else if (row.before() == null) {
            visitor.depends(Relation.ADD, wholeTable);
            visitor.depends(Relation.MAKE, wholeRow.hash(Objects.requireNonNull(row.after())));
        } else {
            visitor.depends(Relation.SEARCH, wholeTable);
            visitor.depends(Relation.READ, wholeTable + 1);
            if (row.after() == null) {
                visitor.depends(Relation.REMOVE, wholeRow.hash(row.before()));
            } else {
                visitor.depends(Relation.TOUCH, wholeRow.hash(row.before()));
                visitor.depends(Relation.TOUCH, wholeRow.hash(row.after()));
            }
        }
        images(row, hashes, visitor);
    }

    private void images(RowChange row, TextHashes hashes, Visitor visitor) {
        if (row.before() != null) {
            image(row.before(), row.op(), hashes, visitor);
        }
        if (row.after() != null) {
            image(row.after(), row.op(), hashes, visitor);
        }
    }

    private void touch(@Nullable Object[] row, TextHashes hashes, Visitor visitor) {
        KeyHasher hasher = Objects.requireNonNull(key);
        long hash = hasher.hash(row, hashes);
        if (hash == KeyHasher.ANY) {
            visitor.depends(Relation.WRITE, hasher.whole());
        } else {
            visitor.depends(Relation.TOUCH, hash);
            if (!hasher.isExact()) {
                visitor.depends(Relation.READ, hasher.whole());
            }
        }
    }

    private void image(@Nullable Object[] row, Op op, TextHashes hashes, Visitor visitor) {
        for (KeyHasher hasher : unique) {
            write(hasher, !hasher.isExact(), row, op, hashes, visitor);
        }
        for (KeyHasher hasher : offered) {
            // the children's rows may not have what is compared
            write(hasher, true, row, op, hashes, visitor);
        }
        for (KeyHasher hasher : referred) {
            long hash = hasher.hash(row, hashes);
            if (hash == KeyHasher.ANY) {
                visitor.depends(Relation.WRITE, hasher.whole());
            } else if (hash != KeyHasher.NONE) {
                visitor.depends(Relation.READ, hash);
                // the parent's rows may not have what is compared
                visitor.depends(Relation.READ, hasher.whole());
            }
        }
    }

    /** @param mayMeetAny whether there may be rows of which it is not known which value of these they have */
    private static void write(
            KeyHasher hasher, boolean mayMeetAny, @Nullable Object[] row, Op op, TextHashes hashes, Visitor visitor) {
        if (op == Op.READ && !hasher.isExact()) {
            visitor.depends(Relation.COPY, hasher.whole());
            return;
        }
        long hash = hasher.hash(row, hashes);
        if (hash == KeyHasher.ANY) {
            visitor.depends(Relation.WRITE, hasher.whole());
        } else if (hash != KeyHasher.NONE) {
            visitor.depends(Relation.WRITE, hash);
            if (mayMeetAny) {
                visitor.depends(Relation.READ, hasher.whole());
            }
        }
    }

    /** Whether the row is found by its key, and what is compared stays as it is. */
    private boolean isTouch(RowChange row) {
        return key != null && row.op() == Op.UPDATE && !indexedUnseen && !differs(row, indexed);
    }

    private boolean mayCascade(RowChange row) {
        return switch (row.op()) {
            case DELETE -> cascadingUnseen || cascading.length > 0;
            case UPDATE -> cascadingUnseen || differs(row, cascading);
            default -> false;
        };
    }

    private static boolean differs(RowChange row, int[] columns) {
        @Nullable Object[] before = Objects.requireNonNull(row.before());
        @Nullable Object[] after = Objects.requireNonNull(row.after());
        return IntStream.of(columns).anyMatch(i -> !same(before[i], after[i]));
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return a instanceof byte[] x && b instanceof byte[] y ? Arrays.equals(x, y) : Objects.equals(a, b);
    }

    int number() {
        return number;
    }
}
