package io.binlogreplica.source.record;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Envelope;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RecordSchemas;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.SchemaStyle;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableChangeEnvelope;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.TopicLayout;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.config.TopicConfig;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.stream.SourceChange;
import java.time.Clock;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/** Makes the records of one connector, in the layout that its user chose. */
public final class RecordBuilder {

    private static final String NEW_KEY_HEADER = "__debezium.newkey";
    private static final String OLD_KEY_HEADER = "__debezium.oldkey";
    private static final Schema HEARTBEAT_KEY = SchemaBuilder.struct()
            .name("io.debezium.connector.common.ServerNameKey")
            .version(1)
            .field("serverName", Schema.STRING_SCHEMA)
            .build();
    private static final Schema HEARTBEAT = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Heartbeat")
            .version(1)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();
    private static final int ENVELOPES_MAX = 20_000;

    private final TopicConfig config;
    private final TopicNames topics;
    private final RecordSchemas schemas;
    private final TableChangeEnvelope tableChanges;
    private final Clock clock;
    private final BlockBuilder blocks;
    private final Projection projection;
    private final IdentityHashMap<TableSchema, TableRecords> tables = new IdentityHashMap<>();

    /** What is the same for all records of a table in one version. */
    private record TableRecords(Envelope envelope, String topic) {}

    /**
     * A builder.
     *
     * @param style how records' schemas are to be
     * @param projection which columns records have
     * @param flavor of the primary
     * @param clock for the time at which records are made
     */
    public RecordBuilder(TopicConfig config, SchemaStyle style, Projection projection, Flavor flavor, Clock clock) {
        this.config = config;
        this.topics = new TopicNames(config.prefix());
        this.schemas = new RecordSchemas(flavor, config.prefix(), style);
        this.tableChanges = schemas.tableChanges();
        this.clock = clock;
        this.blocks = new BlockBuilder(topics.changes());
        this.projection = projection;
    }

    /**
     * Adds a change's records to {@code records}; only the last carries the offset behind the change. What is to share a record with
     * the changes that follow is kept back until {@link #flush}.
     *
     * @throws ConnectException when there is no record for it; the message says of which table it is, and where it was read
     */
    public void build(SourceChange change, List<ChangeRecord> records) {
        Change what = change.change();
        if (what == null) {
            blocks.flush(records);
            records.add(heartbeat(change.partition(), change.after()));
            return;
        }
        try {
            Change projected = projection.of(what);
            add(
                    projected == what
                            ? change
                            : new SourceChange(projected, change.partition(), change.before(), change.after()),
                    projected,
                    records);
        } catch (DataException e) {
            throw unfit(what, e);
        } catch (ConnectException e) {
            throw e;
        } catch (RuntimeException e) {
            throw unfit(what, e);
        }
    }

    private static ConnectException unfit(Change change, RuntimeException cause) {
        Origin origin = change.origin();
        return new ConnectException(
                "table " + origin.table() + ", at " + origin.place() + ": no record can be made of a change: " + cause
                        + "; to go on without the table, put it into " + CaptureConfig.TABLES_EXCLUDED,
                cause);
    }

    private void add(SourceChange change, Change what, List<ChangeRecord> records) {
        if (what instanceof RowChange row) {
            if (config.layout() == TopicLayout.TABLE) {
                keyed(change, row, records);
            } else if (config.format() == TopicConfig.Format.BLOCK && row.op() != Op.TRUNCATE) {
                blocks.add(change, records);
            } else {
                blocks.flush(records);
                records.add(ordered(change, row));
            }
        } else if (what instanceof TableChange table) {
            blocks.flush(records);
            tableChange(change, table, records);
        } else {
            throw new AssertionError(what);
        }
    }

    /** Adds the records of all changes that were built, if any were kept back. */
    public void flush(List<ChangeRecord> records) {
        blocks.flush(records);
    }

    private ChangeRecord ordered(SourceChange change, RowChange row) {
        Envelope envelope = table(row.schema()).envelope;
        return record(
                change,
                change.after(),
                topics.changes(),
                0,
                envelope.keySchema(),
                key(envelope, row),
                envelope.schema(),
                envelope.value(row, nanos()),
                null);
    }

    private void keyed(SourceChange change, RowChange row, List<ChangeRecord> records) {
        requireKey(row, row.before());
        requireKey(row, row.after());
        TableRecords table = table(row.schema());
        Struct key = key(table.envelope, row);
        if (row.op() == Op.UPDATE && key != null) {
            Struct oldKey = Objects.requireNonNull(table.envelope.key(Objects.requireNonNull(row.before())));
            if (!oldKey.equals(key)) {
                keyChange(change, row, table, oldKey, key, records);
                return;
            }
        }
        boolean tombstone = row.op() == Op.DELETE && key != null && config.tombstones();
        records.add(toTable(change, tombstone ? change.before() : change.after(), table, key, value(table, row), null));
        if (tombstone) {
            records.add(toTable(change, change.after(), table, key, null, null));
        }
    }

    /** What a key's field cannot hold would be another row's key. */
    private static void requireKey(RowChange row, @Nullable Object @Nullable [] image) {
        if (image == null) {
            return;
        }
        for (int column : row.schema().key()) {
            if (image[column] instanceof ExactValue value) {
                throw new ConnectException(
                        "table " + row.schema().id() + ", at " + row.origin().place() + ": the key column "
                                + row.schema().columns().get(column).name() + " has the value " + value.text()
                                + ", which a record's key cannot have: leave the table out, give its records another key by"
                                + " message.key.columns, or set topic.layout=ordered");
            }
        }
    }

    /** Readers of a keyed topic see a row under a new key as a new row: a delete, its tombstone, a create. */
    private void keyChange(
            SourceChange change,
            RowChange row,
            TableRecords table,
            Struct oldKey,
            Struct newKey,
            List<ChangeRecord> records) {
        RowChange delete = new RowChange(
                row.schema(), Op.DELETE, row.before(), null, row.origin(), row.transaction(), row.flags(), false);
        RowChange create = new RowChange(
                row.schema(), Op.CREATE, null, row.after(), row.origin(), row.transaction(), row.flags(), row.last());
        Schema keySchema = table.envelope.keySchema();
        Headers toNew = new ConnectHeaders().add(NEW_KEY_HEADER, newKey, keySchema);
        Headers toOld = new ConnectHeaders().add(OLD_KEY_HEADER, oldKey, keySchema);
        records.add(toTable(change, change.before(), table, oldKey, value(table, delete), toNew));
        if (config.tombstones()) {
            records.add(toTable(change, change.before(), table, oldKey, null, null));
        }
        records.add(toTable(change, change.after(), table, newKey, value(table, create), toOld));
    }

    private ChangeRecord toTable(
            SourceChange change,
            SourceOffset offset,
            TableRecords table,
            @Nullable Struct key,
            @Nullable Struct value,
            @Nullable Headers headers) {
        return record(
                change,
                offset,
                table.topic,
                null,
                key == null ? null : table.envelope.keySchema(),
                key,
                value == null ? null : table.envelope.schema(),
                value,
                headers);
    }

    /** A record for nothing but the offset that it saves. */
    public ChangeRecord heartbeat(Map<String, String> partition, SourceOffset offset) {
        return new ChangeRecord(
                true,
                partition,
                offset.toMap(),
                topics.heartbeats(),
                0,
                HEARTBEAT_KEY,
                new Struct(HEARTBEAT_KEY).put("serverName", config.prefix()),
                HEARTBEAT,
                new Struct(HEARTBEAT).put("ts_ms", clock.millis()),
                null);
    }

    /**
     * In the ordered layout readers of the changes need all of these; the topic of schema changes has only what is one. In the table
     * layout a table without a key is announced to be empty before its copy, since nothing else removes its rows.
     */
    private void tableChange(SourceChange change, TableChange table, List<ChangeRecord> records) {
        boolean ordered = config.layout() == TopicLayout.ORDERED;
        int before = records.size();
        boolean schemaChange = config.schemaChanges()
                && (table.kind() == TableChange.Kind.DDL || table.kind().beginsCopy());
        if (schemaChange) {
            records.add(
                    toSchemaTopic(change, ordered ? change.before() : change.after(), topics.schemaChanges(), table));
        }
        if (ordered) {
            records.add(toSchemaTopic(change, change.after(), topics.changes(), table));
        } else if (table.kind().beginsCopy()) {
            for (TableChange.Table started : table.tables()) {
                TableSchema schema = started.schema();
                if (schema != null && !schema.hasKey()) {
                    var truncate = new RowChange(schema, Op.TRUNCATE, null, null, table.origin(), null, 0, true);
                    TableRecords to = table(schema);
                    records.add(toTable(change, change.after(), to, null, value(to, truncate), null));
                }
            }
        }
        if (records.size() == before) {
            // no record in this layout, but its offset must be saved
            records.add(heartbeat(change.partition(), change.after()));
        }
    }

    private ChangeRecord toSchemaTopic(SourceChange change, SourceOffset offset, String topic, TableChange table) {
        return record(
                change,
                offset,
                topic,
                0,
                tableChanges.keySchema(),
                tableChanges.key(table),
                tableChanges.schema(),
                tableChanges.value(table, clock.millis()),
                null);
    }

    private static ChangeRecord record(
            SourceChange change,
            SourceOffset offset,
            String topic,
            @Nullable Integer partition,
            @Nullable Schema keySchema,
            @Nullable Object key,
            @Nullable Schema valueSchema,
            @Nullable Object value,
            @Nullable Headers headers) {
        return new ChangeRecord(
                Objects.requireNonNull(change.change()).last() && offset == change.after(),
                change.partition(),
                offset.toMap(),
                topic,
                partition,
                keySchema,
                key,
                valueSchema,
                value,
                headers);
    }

    private Struct value(TableRecords table, RowChange row) {
        return table.envelope.value(row, nanos());
    }

    /** The key of the row after the change, or before it where there is none after. */
    private static @Nullable Struct key(Envelope envelope, RowChange row) {
        @Nullable Object[] image = row.after() != null ? row.after() : row.before();
        return image == null ? null : envelope.key(image);
    }

    private TableRecords table(TableSchema schema) {
        TableRecords known = tables.get(schema);
        if (known == null) {
            if (tables.size() >= ENVELOPES_MAX) {
                tables.clear();
            }
            known = new TableRecords(schemas.envelope(schema), topics.table(schema.id()));
            tables.put(schema, known);
        }
        return known;
    }

    private long nanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
