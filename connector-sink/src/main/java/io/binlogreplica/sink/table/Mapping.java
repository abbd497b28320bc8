package io.binlogreplica.sink.table;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How rows of one version of a primary's table fit into the replica's table: by the columns' names.
 *
 * @param source the rows' columns
 * @param target the replica's table
 * @param written indexes into the source's columns of those that are written: all but generated ones
 * @param key indexes into the source's columns of the replica's key; empty without one
 * @param sourceOf for each of the target's columns its index in the source
 */
public record Mapping(
        TableSchema source, TargetTable target, List<Integer> written, List<Integer> key, List<Integer> sourceOf) {

    public Mapping {
        written = List.copyOf(written);
        key = List.copyOf(key);
        sourceOf = List.copyOf(sourceOf);
    }

    /** The result of trying to fit. */
    public sealed interface Fit permits Fits, Misfit, Misnamed {}

    /** Every value of the source has its place. */
    public record Fits(Mapping mapping) implements Fit {}

    /** What is in the way, in words for the operator. */
    public record Misfit(List<String> differences) implements Fit {
        public Misfit {
            differences = List.copyOf(differences);
        }
    }

    /**
     * The replica takes the table's name for another, which may be that of another table.
     *
     * @param here that name
     */
    public record Misnamed(TableId here) implements Fit {

        /** In words for the operator. */
        public String reason() {
            return "the replica takes its name for " + here + ": it needs the primary's lower_case_table_names";
        }
    }

    public TableId table() {
        return target.schema().id();
    }

    /** The type that the replica has for a column of the source. */
    public ColumnType targetType(int sourceColumn) {
        return target.schema().columns().get(sourceOf.indexOf(sourceColumn)).type();
    }

    /**
     * How many digits behind the point the replica's column rounds numbers to; null where it keeps them as they are. The primary's may
     * do the same: neither binlogs nor records tell.
     */
    public @Nullable Integer roundedTo(int sourceColumn) {
        return target.rounded().get(source.columns().get(sourceColumn).name());
    }

    /** The source's columns; texts with the charset and collation that the replica compares them by. */
    public List<Column> comparedColumns() {
        return IntStream.range(0, source.columns().size())
                .mapToObj(i -> {
                    Column column = source.columns().get(i);
                    ColumnType compared = targetType(i);
                    return compared.type().family() == SqlType.Family.TEXT
                                    && column.type().type().family() == SqlType.Family.TEXT
                            ? new Column(column.name(), compared, column.nullable(), column.generated())
                            : column;
                })
                .toList();
    }

    static Fit fit(TableSchema source, TargetTable target) {
        List<Column> targetColumns = target.schema().columns();
        var differences = new ArrayList<String>();
        for (Column column : source.columns()) {
            int index = target.schema().indexOf(column.name());
            if (index < 0) {
                differences.add("column " + column.name() + " (" + column.type().columnType() + ") is missing");
            } else {
                compare(column, targetColumns.get(index), differences);
            }
        }
        for (Column column : targetColumns) {
            if (source.indexOf(column.name()) < 0 && !column.isGenerated() && !column.nullable()) {
                differences.add("column " + column.name() + " is NOT NULL, and not in the primary's table");
            }
        }
        List<String> key = target.schema().keyNames();
        if (source.hasKey() && !key.isEmpty() && !key.containsAll(source.keyNames())) {
            differences.add("its key is " + key + " where the primary's is " + source.keyNames()
                    + ": several rows of the primary may have the same");
        }
        for (String trigger : target.triggers()) {
            differences.add("trigger " + trigger + " would change rows once more: the primary's rows show what its"
                    + " triggers did");
        }
        if (!differences.isEmpty()) {
            return new Misfit(differences);
        }
        List<Integer> sourceOf = targetColumns.stream()
                .map(column -> source.indexOf(column.name()))
                .toList();
        return new Fits(new Mapping(
                source,
                target,
                IntStream.range(0, source.columns().size())
                        .filter(i -> !targetColumns
                                .get(target.schema()
                                        .indexOf(source.columns().get(i).name()))
                                .isGenerated())
                        .boxed()
                        .toList(),
                target.schema().key().stream().map(sourceOf::get).toList(),
                sourceOf));
    }

    private static void compare(Column source, Column target, List<String> differences) {
        if (!holds(source.type(), target.type())) {
            differences.add("column " + source.name() + " is " + target.type().columnType() + " where the primary has "
                    + source.type().columnType());
        } else if (!Objects.equals(source.type().charset(), target.type().charset())
                && source.type().type().family() != SqlType.Family.JSON
                && target.type().type().family() != SqlType.Family.JSON) {
            differences.add(
                    "column " + source.name() + " has charset " + target.type().charset() + " where the primary has "
                            + source.type().charset());
        } else if (source.nullable() && !target.nullable() && !target.isGenerated()) {
            differences.add("column " + source.name() + " is NOT NULL where the primary's is not");
        }
    }

    /** Whether a column of type {@code target} takes every value of one of type {@code source}, and gives it back. */
    private static boolean holds(ColumnType source, ColumnType target) {
        if (source.columnType().equals(target.columnType())) {
            return true;
        }
        // MariaDB's JSON is a LONGTEXT; records of other sources do not tell the declared type
        return source.type() == target.type()
                        && source.unsigned() == target.unsigned()
                        && source.scale() <= target.scale()
                        && source.length() - source.scale() <= target.length() - target.scale()
                        // a longer one would have zeros behind each value
                        && (source.type() != SqlType.BINARY || source.length() == target.length())
                        && source.labels().equals(target.labels())
                || (source.type() == SqlType.JSON && target.type() == SqlType.LONGTEXT)
                || (source.type() == SqlType.LONGTEXT && target.type() == SqlType.JSON);
    }
}
