package io.binlogreplica.sink;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnReader;
import io.binlogreplica.record.FieldColumns;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of topics that each have one table. Each row stands for itself there: its transaction is spread over topics. The record's
 * key tells the row's, and a tombstone that its row is gone; compaction may have left nothing else of it.
 */
final class TableTopics {

    private static final Logger log = LoggerFactory.getLogger(TableTopics.class);

    /** A converter that makes a new schema object for every record must not fill the heap. */
    private static final int SCHEMAS_MAX = 10_000;

    /** The table of each topic, once a row has told it. */
    private final Map<String, TableSchema> tables = new HashMap<>();
    /** By the schema's identity, as a reader of changes gives it, and the columns of the records' keys, which may change without it. */
    private final IdentityHashMap<TableSchema, Map<List<String>, TableSchema>> keyedSchemas = new IdentityHashMap<>();

    private final IdentityHashMap<Schema, List<String>> keyFields = new IdentityHashMap<>();

    private final Function<TableId, @Nullable TableSchema> replicaTables;
    /** Topics whose tombstones cannot be understood; each is said once. */
    private final Set<String> unknown = new HashSet<>();

    /**
     * Topics of tables.
     *
     * @param replicaTables the replica's table of a name; null where there is none
     */
    TableTopics(Function<TableId, @Nullable TableSchema> replicaTables) {
        this.replicaTables = replicaTables;
    }

    /**
     * The change as one that stands for itself.
     *
     * @throws DataException when the topic has rows of another table too, or what is no row
     */
    Change inTopic(Change change, SinkRecord record) {
        if (!(change instanceof RowChange row)) {
            throw new DataException(
                    "the topic has changes of tables as a whole, which are in no order to the topics of their"
                            + " rows: leave it out of topics, or of topics.regex");
        }
        // what empties a table has no key
        TableSchema schema = row.op() == Op.TRUNCATE ? row.schema() : keyed(row.schema(), record.key());
        TableSchema before = tables.put(record.originalTopic(), schema);
        if (before != null && !before.id().equals(schema.id())) {
            throw new DataException("the topic has rows of table " + before.id() + " and of table " + schema.id()
                    + ", which a tombstone does not tell apart: give each a topic of its own");
        }
        Origin origin = row.origin();
        // a sequence orders a whole source, not what a partition has of it
        var here = new Origin(
                origin.tsMicros(),
                origin.snapshot(),
                origin.table(),
                null,
                origin.serverId(),
                origin.gtid(),
                origin.file(),
                origin.pos(),
                origin.row(),
                origin.query());
        return new RowChange(schema, row.op(), row.before(), row.after(), here, row.transaction(), row.flags(), true);
    }

    /** The same schema object for the same table and key, with the key that records have: it says which rows are others. */
    private TableSchema keyed(TableSchema schema, @Nullable Object key) {
        if (keyedSchemas.size() > SCHEMAS_MAX || keyFields.size() > SCHEMAS_MAX) {
            keyedSchemas.clear();
            keyFields.clear();
        }
        return keyedSchemas.computeIfAbsent(schema, added -> new HashMap<>()).computeIfAbsent(columns(key), names -> {
            List<Integer> columns = IntStream.range(0, schema.columns().size())
                    .filter(i -> names.contains(schema.columns().get(i).name()))
                    .boxed()
                    .toList();
            boolean unknown = key != null && columns.isEmpty();
            return unknown || Set.copyOf(columns).equals(Set.copyOf(schema.key()))
                    ? schema
                    : new TableSchema(schema.id(), schema.columns(), columns);
        });
    }

    /** Those that a key has; none for a record without. */
    private List<String> columns(@Nullable Object key) {
        if (key instanceof Struct struct) {
            return keyFields.computeIfAbsent(
                    struct.schema(),
                    schema -> schema.fields().stream()
                            .map(field -> FieldColumns.name(schema, field))
                            .toList());
        }
        return key instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : key == null ? List.of() : List.of(key.getClass().getName());
    }

    /** The removal of the row whose key the record has. */
    List<RowChange> tombstone(SinkRecord record) {
        if (record.key() == null) {
            return List.of();
        }
        TableSchema schema = tables.get(record.originalTopic());
        if (schema == null || !schema.hasKey()) {
            schema = named(record.originalTopic());
        }
        @Nullable Object[] row = schema == null ? null : key(schema, record.key());
        if (schema == null || row == null) {
            if (unknown.add(record.originalTopic())) {
                log.warn(
                        "[DRIFT] {}-{}@{}: tombstones of this topic are passed over: neither its records so far nor its name"
                                + " tell of which table, or its key is not that of the replica's table. A row that nothing"
                                + " but a tombstone removes stays.",
                        record.originalTopic(),
                        record.originalKafkaPartition(),
                        record.originalKafkaOffset());
            }
            return List.of();
        }
        var origin = new Origin(
                record.timestamp() == null ? 0 : record.timestamp() * 1000,
                Origin.STREAMED,
                schema.id(),
                null,
                0,
                null,
                "",
                0,
                0,
                null);
        return List.of(new RowChange(schema, Op.DELETE, row, null, origin, null, 0, true));
    }

    /** The replica's table that the topic is named after: {@code <prefix>.<database>.<table>}. */
    private @Nullable TableSchema named(String topic) {
        int table = topic.lastIndexOf('.');
        int database = table < 0 ? -1 : topic.lastIndexOf('.', table - 1);
        return database < 0
                ? null
                : replicaTables.apply(new TableId(topic.substring(database + 1, table), topic.substring(table + 1)));
    }

    /** A row of nothing but the key; null when the key has not all of its columns. */
    private static @Nullable Object @Nullable [] key(TableSchema schema, Object key) {
        if (!schema.hasKey()) {
            return null;
        }
        var row = new @Nullable Object[schema.columns().size()];
        for (int i : schema.key()) {
            Column column = schema.columns().get(i);
            Field field = key instanceof Struct struct ? field(struct, column.name()) : null;
            row[i] = ColumnReader.of(column, field == null ? null : field.schema())
                    .canonical(value(key, column.name()));
            if (row[i] == null) {
                return null;
            }
        }
        return row;
    }

    private static @Nullable Object value(Object key, String column) {
        if (key instanceof Struct struct) {
            Field field = field(struct, column);
            return field == null ? null : struct.get(field);
        }
        return key instanceof Map<?, ?> map ? map.get(column) : null;
    }

    private static @Nullable Field field(Struct key, String column) {
        for (Field field : key.schema().fields()) {
            if (FieldColumns.name(key.schema(), field).equals(column)) {
                return field;
            }
        }
        return null;
    }
}
