package io.binlogreplica.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's envelope for the rows of one table, in one version of its schema: {@code before, after, source, transaction, op,
 * ts_ms, ts_us, ts_ns}, and behind them {@code replica}, an optional block of our own (which version of the table's schema the row
 * has, whether it ends its transaction, foreign-key flags, and the {@link ExactValue}s of either image by column).
 */
public final class Envelope {

    /** Schema parameter: a column's type in full, as {@link ColumnType#columnType} prints it; in a key, the {@link Form}'s name. */
    static final String TYPE_PARAMETER = "io.binlogreplica.type";

    static final String COLLATION_PARAMETER = "io.binlogreplica.collation";
    static final String GENERATED_PARAMETER = "io.binlogreplica.generated";

    /** Schema parameter: {@code false} where the field is optional, but the column does not take NULL. */
    static final String NULLABLE_PARAMETER = "io.binlogreplica.nullable";

    static final String NAME_PARAMETER = "__debezium.source.column.name";
    static final String CHARSET_PARAMETER = "__debezium.source.column.character_set";

    private final TableSchema table;
    private final Blocks blocks;
    private final Form[] forms;
    private final @Nullable Schema keySchema;
    private final Schema rowSchema;
    private final Schema schema;
    private final Field[] keyFields;
    private final Field[] rowFields;
    private final Field[] fields;

    Envelope(TableSchema table, Blocks blocks, String schemaPrefix, SchemaStyle style) {
        this.table = table;
        this.blocks = blocks;
        List<Column> columns = table.columns();
        this.forms = columns.stream().map(c -> Form.of(c.type())).toArray(Form[]::new);
        String[] names = fieldNames(table, style.fieldNames());
        var row = SchemaBuilder.struct().name(schemaPrefix + ".Value").optional();
        for (int i = 0; i < forms.length; i++) {
            boolean nullable = columns.get(i).nullable();
            addField(row, names[i], columns.get(i), forms[i], nullable || style.allOptional());
        }
        this.rowSchema = row.build();
        if (table.hasKey()) {
            var key = SchemaBuilder.struct().name(schemaPrefix + ".Key");
            for (int i : table.key()) {
                addKeyField(key, names[i], columns.get(i), forms[i]);
            }
            this.keySchema = key.build();
            this.keyFields = keySchema.fields().toArray(Field[]::new);
        } else {
            this.keySchema = null;
            this.keyFields = new Field[0];
        }
        this.schema = SchemaBuilder.struct()
                .name(schemaPrefix + ".Envelope")
                .version(2)
                .field("before", rowSchema)
                .field("after", rowSchema)
                .field("source", blocks.sourceSchema())
                .field("transaction", Blocks.TRANSACTION)
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
                .field("replica", Blocks.REPLICA)
                .build();
        this.rowFields = rowSchema.fields().toArray(Field[]::new);
        this.fields = schema.fields().toArray(Field[]::new);
    }

    public TableSchema table() {
        return table;
    }

    public Schema schema() {
        return schema;
    }

    /** The schema of {@link #key}; null for a table without a key. */
    public @Nullable Schema keySchema() {
        return keySchema;
    }

    /**
     * The record's key: the key columns of that row.
     *
     * @return null for a table without a key
     */
    public @Nullable Struct key(@Nullable Object[] row) {
        if (keySchema == null) {
            return null;
        }
        var struct = new Struct(keySchema);
        for (int i = 0; i < keyFields.length; i++) {
            int column = table.key().get(i);
            struct.put(keyFields[i], connectValue(column, row[column], keyFields[i].schema(), null));
        }
        return struct;
    }

    /**
     * The record's value.
     *
     * @param tsNanos when the connector made it, in nanoseconds since 1970
     */
    public Struct value(RowChange change, long tsNanos) {
        var exactBefore = new ExactValues();
        var exactAfter = new ExactValues();
        return new Struct(schema)
                .put(fields[0], row(change.before(), exactBefore))
                .put(fields[1], row(change.after(), exactAfter))
                .put(fields[2], blocks.source(change.origin()))
                .put(fields[3], Blocks.transaction(change.transaction()))
                .put(fields[4], change.op().code())
                .put(fields[5], tsNanos / 1_000_000)
                .put(fields[6], tsNanos / 1_000)
                .put(fields[7], tsNanos)
                .put(fields[8], Blocks.replica(change, exactBefore.byColumn, exactAfter.byColumn));
    }

    private @Nullable Struct row(@Nullable Object @Nullable [] row, ExactValues exact) {
        if (row == null) {
            return null;
        }
        var struct = new Struct(rowSchema);
        for (int i = 0; i < rowFields.length; i++) {
            Object value = row[i];
            if (value != null) {
                struct.put(rowFields[i], connectValue(i, value, rowFields[i].schema(), exact));
            }
        }
        return struct;
    }

    private @Nullable Object connectValue(
            int column, @Nullable Object value, Schema columnSchema, @Nullable ExactValues exact) {
        if (value instanceof ExactValue exactValue) {
            if (exact != null) {
                exact.put(table.columns().get(column).name(), exactValue.text());
            }
            return columnSchema.isOptional()
                    ? null
                    : forms[column].placeholder(table.columns().get(column).type(), columnSchema);
        }
        if (value == null) {
            return null;
        }
        String text = forms[column].textOfMinusZero(value);
        if (text != null && exact != null) {
            exact.put(table.columns().get(column).name(), text);
        }
        return forms[column].toConnect(value, columnSchema);
    }

    private static String[] fieldNames(TableSchema table, NameAdjustment adjustment) {
        var columns = new LinkedHashMap<String, String>();
        for (Column column : table.columns()) {
            String other = columns.put(adjustment.of(column.name()), column.name());
            if (other != null) {
                throw new ConnectException("columns " + other + " and " + column.name() + " of table " + table.id()
                        + " would both be the field " + adjustment.of(column.name()) + " of its records: set"
                        + " field.name.adjustment.mode=" + NameAdjustment.AVRO_UNICODE + ", or rename one");
            }
        }
        return columns.keySet().toArray(String[]::new);
    }

    private static void addField(SchemaBuilder row, String name, Column column, Form form, boolean optional) {
        SchemaBuilder field = form.schema(column.type());
        // formats that know structs by their names want one schema for each name: what differs stands with the row
        parameters(column, optional)
                .forEach(
                        form == Form.GEOMETRY
                                ? (parameter, value) -> row.parameter(parameter + "." + name, value)
                                : field::parameter);
        row.field(name, optional ? field.optional().build() : field.build());
    }

    /**
     * Keys with the same values have the same bytes, in formats too that write the schema with each: so the schema has nothing that
     * altering a column changes unless it changes what values look like.
     */
    private static void addKeyField(SchemaBuilder key, String name, Column column, Form form) {
        key.field(
                name,
                form.schema(column.type())
                        .parameter(NAME_PARAMETER, column.name())
                        .parameter(TYPE_PARAMETER, form.name())
                        .build());
    }

    private static Map<String, String> parameters(Column column, boolean optional) {
        ColumnType type = column.type();
        String name = type.type().name();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("__debezium.source.column.type", type.unsigned() ? name + " UNSIGNED" : name);
        parameters.put(NAME_PARAMETER, column.name());
        parameters.put(TYPE_PARAMETER, type.columnType());
        if (type.length() >= 0) {
            parameters.put("__debezium.source.column.length", Integer.toString(type.length()));
        }
        if (type.type() == SqlType.DECIMAL) {
            parameters.put("__debezium.source.column.scale", Integer.toString(type.scale()));
        }
        if (type.charset() != null) {
            parameters.put(CHARSET_PARAMETER, type.charset());
        }
        if (type.collation() != null) {
            parameters.put(COLLATION_PARAMETER, type.collation());
        }
        if (column.isGenerated()) {
            parameters.put(GENERATED_PARAMETER, column.generated().name());
        }
        if (optional && !column.nullable()) {
            parameters.put(NULLABLE_PARAMETER, "false");
        }
        return parameters;
    }

    /** Stays without a map in the usual case, that a row has none. */
    private static final class ExactValues {
        @Nullable
        Map<String, String> byColumn;

        void put(String column, String text) {
            if (byColumn == null) {
                byColumn = new LinkedHashMap<>();
            }
            byColumn.put(column, text);
        }
    }
}
