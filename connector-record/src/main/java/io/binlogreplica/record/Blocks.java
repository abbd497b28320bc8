package io.binlogreplica.record;

import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** The parts of a record's value that are the same for all tables of a connector. */
final class Blocks {

    static final Schema TRANSACTION = SchemaBuilder.struct()
            .name("event.block")
            .version(1)
            .field("id", Schema.STRING_SCHEMA)
            .field("total_order", Schema.INT64_SCHEMA)
            .field("data_collection_order", Schema.INT64_SCHEMA)
            .optional()
            .build();

    private static final Schema EXACT_VALUES = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
            .optional()
            .build();

    /** What this project adds to Debezium's envelope, all in one optional block that other readers pass over. */
    static final Schema REPLICA = SchemaBuilder.struct()
            .name("io.binlogreplica.Replica")
            .version(1)
            .field("event", Schema.OPTIONAL_STRING_SCHEMA)
            .field("schema", Schema.OPTIONAL_INT32_SCHEMA)
            .field("last", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("flags", Schema.OPTIONAL_INT32_SCHEMA)
            .field("before", EXACT_VALUES)
            .field("after", EXACT_VALUES)
            .optional()
            .build();

    private static final Field REPLICA_EVENT = REPLICA.field("event");
    private static final Field REPLICA_SCHEMA = REPLICA.field("schema");
    private static final Field REPLICA_LAST = REPLICA.field("last");
    private static final Field REPLICA_FLAGS = REPLICA.field("flags");
    private static final Field REPLICA_BEFORE = REPLICA.field("before");
    private static final Field REPLICA_AFTER = REPLICA.field("after");

    private static final Field TRANSACTION_ID = TRANSACTION.field("id");
    private static final Field TRANSACTION_TOTAL = TRANSACTION.field("total_order");
    private static final Field TRANSACTION_COLLECTION = TRANSACTION.field("data_collection_order");

    private final String version;
    private final String connector;
    private final String prefix;
    private final Schema source;
    private final Field[] sourceFields;

    Blocks(String version, Flavor flavor, String prefix) {
        this.version = version;
        this.connector = flavor.connector();
        this.prefix = prefix;
        this.source = SchemaBuilder.struct()
                .name("io.debezium.connector." + connector + ".Source")
                .version(1)
                .field("version", Schema.STRING_SCHEMA)
                .field("connector", Schema.STRING_SCHEMA)
                .field("name", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field(
                        "snapshot",
                        SchemaBuilder.string()
                                .name("io.debezium.data.Enum")
                                .version(1)
                                .parameter(
                                        "allowed",
                                        "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")
                                .optional()
                                .build())
                .field("db", Schema.STRING_SCHEMA)
                .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
                .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
                .field("table", Schema.OPTIONAL_STRING_SCHEMA)
                .field("server_id", Schema.INT64_SCHEMA)
                .field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
                .field("file", Schema.STRING_SCHEMA)
                .field("pos", Schema.INT64_SCHEMA)
                .field("row", Schema.INT32_SCHEMA)
                .field("thread", Schema.OPTIONAL_INT64_SCHEMA)
                .field("query", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        this.sourceFields = source.fields().toArray(Field[]::new);
    }

    Schema sourceSchema() {
        return source;
    }

    Struct source(Origin origin) {
        var struct = new Struct(source);
        put(struct, 0, version);
        put(struct, 1, connector);
        put(struct, 2, prefix);
        put(struct, 3, origin.tsMicros() / 1000);
        put(struct, 4, origin.snapshot());
        put(struct, 5, origin.table().database());
        put(struct, 6, origin.sequence() == null ? null : origin.sequence().text());
        put(struct, 7, origin.tsMicros());
        put(struct, 8, origin.tsMicros() * 1000);
        put(struct, 9, origin.table().table());
        put(struct, 10, origin.serverId());
        put(struct, 11, origin.gtid());
        put(struct, 12, origin.file());
        put(struct, 13, origin.pos());
        put(struct, 14, origin.row());
        put(struct, 16, origin.query());
        return struct;
    }

    private void put(Struct struct, int index, @Nullable Object value) {
        struct.put(sourceFields[index], value);
    }

    static @Nullable Struct transaction(RowChange.@Nullable TransactionPlace place) {
        return place == null
                ? null
                : new Struct(TRANSACTION)
                        .put(TRANSACTION_ID, place.id())
                        .put(TRANSACTION_TOTAL, place.totalOrder())
                        .put(TRANSACTION_COLLECTION, place.collectionOrder());
    }

    static Struct replica(RowChange row, @Nullable Map<String, String> before, @Nullable Map<String, String> after) {
        return new Struct(REPLICA)
                .put(REPLICA_SCHEMA, row.schema().fingerprint())
                .put(REPLICA_LAST, row.last() ? true : null)
                .put(REPLICA_FLAGS, row.flags() == 0 ? null : row.flags())
                .put(REPLICA_BEFORE, before)
                .put(REPLICA_AFTER, after);
    }

    static Struct replica(TableChange change) {
        return new Struct(REPLICA)
                .put(REPLICA_EVENT, change.kind().code())
                .put(REPLICA_LAST, change.last() ? true : null);
    }
}
