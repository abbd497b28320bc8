package io.binlogreplica.record;

import io.binlogreplica.record.block.BlockReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads change records back, whatever converter brought them: with schemas that keep their parameters (Avro, JSON with schemas) the
 * table's definition is in the record's schema; without (Protobuf, JSON without schemas), the record names the version of the
 * definition, and the reader has it from a {@link TableChange} before, or asks.
 *
 * <p>Not for several threads.
 */
public final class ChangeReader {

    /** Finds definitions that this reader has not read itself. */
    public interface Definitions {
        /**
         * The definition of a table.
         *
         * @param fingerprint the version the row was written with; null for records of other sources, which are read as the table is
         *     now
         * @return null when that is not known
         */
        @Nullable
        TableSchema find(TableId table, @Nullable Integer fingerprint);
    }

    /** A converter that makes a new schema object for every record must not fill the heap. */
    private static final int ROW_SCHEMAS_MAX = 10_000;

    private final Definitions definitions;
    private final Map<TableId, Map<Integer, TableSchema>> known = new HashMap<>();
    /** By identity, since a schema's hash costs more than reading a row; converters hand out the same object again. */
    private final IdentityHashMap<Schema, Map<TableId, RowSchema>> rowSchemas = new IdentityHashMap<>();

    private final Map<TableId, NamedRow> namedRows = new HashMap<>();

    public ChangeReader(Definitions definitions) {
        this.definitions = definitions;
    }

    /**
     * Reads a record's value.
     *
     * @return empty for a value that is no change: a tombstone, a heartbeat, a transaction boundary; several for a block
     * @throws DataException when the value looks like a change but cannot be read as one
     */
    public List<? extends Change> read(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof byte[] bytes) {
            return BlockReader.read(bytes, this::required);
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return BlockReader.read(copy, this::required);
        }
        Fields fields = Fields.of(value);
        if (fields == null) {
            throw new DataException("a " + value.getClass().getSimpleName()
                    + " is no change of a row: the converter must be the one that the source connector has");
        }
        if (fields.has("op") && fields.has("source")) {
            return List.of(row(fields));
        }
        if (fields.has("tableChanges")) {
            return List.of(tableChange(fields));
        }
        if (fields.has("ts_ms") && (fields.size() == 1 || fields.has("event_count"))) {
            return List.of();
        }
        throw new DataException("it is no change in Debezium's format: it has no op and source; a transformation that"
                + " flattens records must not be applied to what the replica reads");
    }

    private Change tableChange(Fields fields) {
        Origin origin = origin(source(fields));
        Fields replica = fields.child("replica");
        List<TableChange.Table> tables = fields.children("tableChanges").stream()
                .map(TableChangeEnvelope::table)
                .toList();
        for (TableChange.Table table : tables) {
            if (table.schema() != null) {
                known.computeIfAbsent(table.id(), id -> new HashMap<>())
                        .put(table.schema().fingerprint(), table.schema());
            }
        }
        return new TableChange(
                TableChange.Kind.of(replica == null ? null : replica.optionalText("event")),
                origin,
                fields.optionalText("databaseName"),
                fields.optionalText("ddl"),
                tables,
                replica == null || replica.flag("last"),
                TableChangeEnvelope.checksum(fields),
                TableChangeEnvelope.session(fields));
    }

    private Change row(Fields fields) {
        Op op = Op.of(fields.text("op"));
        if (op == null) {
            throw new DataException("unknown op " + fields.text("op"));
        }
        Origin origin = origin(source(fields));
        Fields replica = fields.child("replica");
        Fields before = fields.child("before");
        Fields after = fields.child("after");
        RowSchema schema = rowSchema(fields, origin.table(), replica);
        return new RowChange(
                schema.table,
                op,
                schema.row(before, replica == null ? null : replica.child("before")),
                schema.row(after, replica == null ? null : replica.child("after")),
                origin,
                transaction(fields.child("transaction")),
                replica == null ? 0 : (int) replica.number("flags"),
                replica == null || replica.flag("last"));
    }

    private static Fields source(Fields fields) {
        Fields source = fields.child("source");
        if (source == null) {
            throw new DataException("the record has no source block");
        }
        return source;
    }

    private static Origin origin(Fields source) {
        long micros = source.number("ts_us");
        String snapshot = source.optionalText("snapshot");
        String table = source.optionalText("table");
        String query = source.optionalText("query");
        if (query != null && query.isEmpty()) {
            throw new DataException(
                    "what was null is empty: the converters of source and sink must tell these apart, as Confluent's for"
                            + " Protobuf do with optional.for.nullables=true");
        }
        return new Origin(
                micros == 0 ? source.number("ts_ms") * 1000 : micros,
                snapshot == null ? Origin.STREAMED : snapshot,
                new TableId(source.text("db"), table == null ? "" : table),
                Sequence.parse(source.optionalText("sequence")),
                source.number("server_id"),
                source.optionalText("gtid"),
                source.text("file"),
                source.number("pos"),
                (int) source.number("row"),
                query);
    }

    private static RowChange.@Nullable TransactionPlace transaction(@Nullable Fields transaction) {
        return transaction == null
                ? null
                : new RowChange.TransactionPlace(
                        transaction.text("id"),
                        transaction.number("total_order"),
                        transaction.number("data_collection_order"));
    }

    private RowSchema rowSchema(Fields fields, TableId id, @Nullable Fields replica) {
        Object fingerprint = replica == null ? null : replica.get("schema");
        Integer version = fingerprint instanceof Number number ? (Integer) number.intValue() : null;
        if (fields.container() instanceof Struct struct) {
            Schema row = struct.schema().field("after").schema();
            // tables that are alike may have the same schema
            Map<TableId, RowSchema> byTable = rowSchemas.get(row);
            RowSchema schema = byTable == null ? null : byTable.get(id);
            if (schema == null || !schema.isOf(version)) {
                if (rowSchemas.size() > ROW_SCHEMAS_MAX) {
                    rowSchemas.clear();
                }
                schema = version == null || FieldColumns.tellColumns(row)
                        ? RowSchema.of(id, row, known(id, version))
                        : versioned(id, row, version);
                schema = version == null ? schema : schema.in(version);
                rowSchemas.computeIfAbsent(row, added -> new HashMap<>()).put(id, schema);
            }
            return schema;
        }
        TableSchema table = required(id, version);
        Fields image = fields.child("after") == null ? fields.child("before") : fields.child("after");
        if (image == null || (version != null && version == table.fingerprint())) {
            return RowSchema.of(table);
        }
        return namedColumns((Map<?, ?>) image.container(), table);
    }

    /** Of a row whose schema has no more than its fields: by the version it was written with, or as the replica's table is. */
    private RowSchema versioned(TableId id, Schema row, int version) {
        TableSchema table = required(id, version);
        return version == table.fingerprint() ? RowSchema.of(row, table) : RowSchema.of(id, row, table);
    }

    /** Of another source, or of another version: the columns that the row names. */
    private RowSchema namedColumns(Map<?, ?> row, TableSchema table) {
        NamedRow last = namedRows.get(table.id());
        if (last != null && last.origin.equals(table) && last.schema.hasColumns(row)) {
            return last.schema;
        }
        for (Object name : row.keySet()) {
            if (table.indexOf(String.valueOf(name)) < 0) {
                throw new DataException("the record has no schema, and the replica's table " + table.id()
                        + " no column " + name + " to tell its type: add it first");
            }
        }
        List<Column> columns = table.columns().stream()
                .filter(column -> row.containsKey(column.name()))
                .toList();
        var schema = RowSchema.ofOther(new TableSchema(table.id(), columns, List.of()));
        namedRows.put(table.id(), new NamedRow(table, schema));
        return schema;
    }

    /** Rows without schemas, by the columns they name. */
    private record NamedRow(TableSchema origin, RowSchema schema) {}

    private TableSchema required(TableId id, @Nullable Integer version) {
        TableSchema table = known(id, version);
        if (table == null) {
            throw new DataException(
                    version == null
                            ? "the record has no schema, and the replica no table " + id + " to tell the types of its"
                                    + " columns: create it first"
                            : "the definition of table " + id + " in version " + version
                                    + " was not read before its row: the topic has lost it. Restart the source connector, which sends it"
                                    + " again with its next row, and set the sink's offset to the topic's end; all"
                                    + " tables are then copied anew");
        }
        return table;
    }

    private @Nullable TableSchema known(TableId id, @Nullable Integer version) {
        Map<Integer, TableSchema> versions = known.computeIfAbsent(id, table -> new HashMap<>());
        TableSchema table = version == null ? null : versions.get(version);
        if (table == null) {
            table = definitions.find(id, version);
            if (table != null && version != null && table.fingerprint() == version) {
                versions.put(version, table);
            }
        }
        return table;
    }

    /**
     * How to read the rows of one schema.
     *
     * @param fields the struct's fields in the order of the table's columns; null for rows that come as maps
     * @param version of the table: rows of others, whose key is another, may have the same struct's schema; null where none is known
     */
    private record RowSchema(
            TableSchema table,
            ColumnReader[] readers,
            Field @Nullable [] fields,
            @Nullable Integer version) {

        RowSchema in(int tableVersion) {
            return new RowSchema(table, readers, fields, tableVersion);
        }

        boolean isOf(@Nullable Integer rowVersion) {
            return version == null || version.equals(rowVersion);
        }

        boolean hasColumns(Map<?, ?> row) {
            return row.size() == readers.length
                    && table.columns().stream().allMatch(column -> row.containsKey(column.name()));
        }

        /** Of this project's source. */
        static RowSchema of(TableSchema table) {
            return new RowSchema(table, ownReaders(table), null, null);
        }

        private static ColumnReader[] ownReaders(TableSchema table) {
            return table.columns().stream().map(ColumnReader::own).toArray(ColumnReader[]::new);
        }

        /** Of another source. */
        static RowSchema ofOther(TableSchema table) {
            return new RowSchema(
                    table,
                    table.columns().stream()
                            .map(column -> ColumnReader.of(column, null))
                            .toArray(ColumnReader[]::new),
                    null,
                    null);
        }

        /** Of this project's source, in a format that keeps no more of a schema than its fields. */
        static RowSchema of(Schema schema, TableSchema table) {
            Field[] fields = schema.fields().toArray(Field[]::new);
            if (!FieldColumns.areOf(table, fields)) {
                throw new DataException("the record's fields are not the columns of table " + table.id() + ": "
                        + schema.fields().stream().map(Field::name).toList());
            }
            return new RowSchema(table, ownReaders(table), fields, null);
        }

        /** From a struct's schema; {@code definition}, if there is one for this version, adds the key. */
        static RowSchema of(TableId id, Schema schema, @Nullable TableSchema definition) {
            Field[] fields = schema.fields().toArray(Field[]::new);
            List<Column> columns = Arrays.stream(fields)
                    .map(field -> FieldColumns.column(schema, field, definition))
                    .toList();
            TableSchema table = definition != null && definition.columns().equals(columns)
                    ? definition
                    : new TableSchema(id, columns, List.of());
            var readers = new ColumnReader[fields.length];
            Arrays.setAll(readers, i -> ColumnReader.of(columns.get(i), fields[i].schema()));
            return new RowSchema(table, readers, fields, null);
        }

        /** A struct gives a column's DEFAULT, which Debezium has in its schema, for NULL too. */
        private static @Nullable Object value(Struct struct, Field field) {
            return field.schema().defaultValue() != null && field.schema().isOptional()
                    ? struct.getWithoutDefault(field.name())
                    : struct.get(field);
        }

        @Nullable
        Object @Nullable [] row(@Nullable Fields row, @Nullable Fields exact) {
            if (row == null) {
                return null;
            }
            var values = new @Nullable Object[readers.length];
            List<Column> columns = table.columns();
            if (fields != null && row.container() instanceof Struct struct) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = readers[i].canonical(value(struct, fields[i]));
                }
            } else {
                Map<?, ?> map = (Map<?, ?>) row.container();
                for (int i = 0; i < values.length; i++) {
                    Column column = columns.get(i);
                    Object wire = map.get(column.name());
                    if (wire == null && !map.containsKey(column.name())) {
                        throw new DataException("the row of table " + table.id() + " has no column " + column.name());
                    }
                    values[i] = readers[i].canonical(wire);
                }
            }
            if (exact != null) {
                IntStream.range(0, values.length).forEach(i -> {
                    String text = exact.optionalText(columns.get(i).name());
                    if (text != null) {
                        values[i] = readers[i].ofText(text);
                    }
                });
            }
            return values;
        }
    }
}
