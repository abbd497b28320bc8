package io.binlogreplica.source.record;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.ColumnConfig;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Leaves columns out of changes, and gives them other keys, as the user wants it; copied rows and streamed ones alike. Columns that the
 * primary computes are left out, too, if it does not log them with every change: no record has them then, rather than some.
 */
public final class Projection {

    private static final int TABLES_MAX = 20_000;

    private final ColumnConfig config;
    private final boolean computed;
    private final IdentityHashMap<TableSchema, Table> tables = new IdentityHashMap<>();

    /**
     * A table as records have it.
     *
     * @param columns indexes into the columns of the table itself; null when it is as it is
     */
    private record Table(TableSchema schema, int @Nullable [] columns) {}

    /**
     * A projection.
     *
     * @param computed whether records have the columns that the primary computes
     */
    public Projection(ColumnConfig config, boolean computed) {
        this.config = config;
        this.computed = computed;
    }

    Change of(Change change) {
        if (config.isWhole() && computed) {
            return change;
        }
        if (change instanceof RowChange row) {
            Table table = table(row.schema());
            return new RowChange(
                    table.schema,
                    row.op(),
                    row(table, row.before()),
                    row(table, row.after()),
                    row.origin(),
                    row.transaction(),
                    row.flags(),
                    row.last());
        }
        if (change instanceof TableChange whole) {
            return new TableChange(
                    whole.kind(),
                    whole.origin(),
                    whole.database(),
                    whole.ddl(),
                    whole.tables().stream().map(this::table).toList(),
                    whole.last(),
                    whole.checksum(),
                    whole.session());
        }
        throw new AssertionError(change);
    }

    private TableChange.Table table(TableChange.Table table) {
        TableSchema schema = table.schema();
        return schema == null ? table : new TableChange.Table(table.type(), table.id(), table(schema).schema);
    }

    private static @Nullable Object @Nullable [] row(Table table, @Nullable Object @Nullable [] row) {
        int[] columns = table.columns;
        if (row == null || columns == null) {
            return row;
        }
        var projected = new @Nullable Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            projected[i] = row[columns[i]];
        }
        return projected;
    }

    private Table table(TableSchema schema) {
        Table known = tables.get(schema);
        if (known == null) {
            if (tables.size() >= TABLES_MAX) {
                tables.clear();
            }
            known = project(schema);
            tables.put(schema, known);
        }
        return known;
    }

    /**
     * The table as records have it.
     *
     * @throws ConnectException when its key would lack a column
     */
    public TableSchema schema(TableSchema schema) {
        return table(schema).schema;
    }

    private boolean includes(TableId table, Column column) {
        return (computed || !column.isGenerated()) && config.includes(table, column.name());
    }

    private Table project(TableSchema schema) {
        int[] columns = IntStream.range(0, schema.columns().size())
                .filter(i -> includes(schema.id(), schema.columns().get(i)))
                .toArray();
        List<Column> kept =
                IntStream.of(columns).mapToObj(i -> schema.columns().get(i)).toList();
        List<String> names = kept.stream().map(Column::name).toList();
        List<String> wanted = config.key(schema.id());
        var key = new ArrayList<Integer>();
        for (String column : wanted == null ? schema.keyNames() : wanted) {
            int index = names.indexOf(column);
            if (index < 0) {
                throw new ConnectException(
                        wanted == null
                                ? "table " + schema.id() + ": column " + column
                                        + " is part of the key and cannot be left"
                                        + " out by " + ColumnConfig.INCLUDED + " or " + ColumnConfig.EXCLUDED
                                        + "; name another key in " + ColumnConfig.KEYS
                                : "table " + schema.id() + " has no column " + column
                                        + ", or records do not have it, which " + ColumnConfig.KEYS + " names");
            }
            key.add(index);
        }
        boolean whole = columns.length == schema.columns().size();
        return whole && key.equals(schema.key())
                ? new Table(schema, null)
                : new Table(new TableSchema(schema.id(), kept, key), whole ? null : columns);
    }
}
