package io.binlogreplica.record;

import java.math.BigDecimal;
import java.sql.Types;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Debezium's schema-change record, with the {@code replica} block of {@link Envelope} behind it. */
public final class TableChangeEnvelope {

    private static final Schema COLUMN = SchemaBuilder.struct()
            .name("io.debezium.connector.schema.Column")
            .version(1)
            .field("name", Schema.STRING_SCHEMA)
            .field("jdbcType", Schema.INT32_SCHEMA)
            .field("nativeType", Schema.OPTIONAL_INT32_SCHEMA)
            .field("typeName", Schema.STRING_SCHEMA)
            .field("typeExpression", Schema.OPTIONAL_STRING_SCHEMA)
            .field("charsetName", Schema.OPTIONAL_STRING_SCHEMA)
            .field("length", Schema.OPTIONAL_INT32_SCHEMA)
            .field("scale", Schema.OPTIONAL_INT32_SCHEMA)
            .field("position", Schema.INT32_SCHEMA)
            .field("optional", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("autoIncremented", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("generated", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("comment", Schema.OPTIONAL_STRING_SCHEMA)
            .field("defaultValueExpression", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "enumValues",
                    SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .field("columnType", Schema.OPTIONAL_STRING_SCHEMA)
            .field("collation", Schema.OPTIONAL_STRING_SCHEMA)
            .field("generatedAs", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    private static final Schema TABLE = SchemaBuilder.struct()
            .name("io.debezium.connector.schema.Table")
            .version(1)
            .field("defaultCharsetName", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "primaryKeyColumnNames",
                    SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .field("columns", SchemaBuilder.array(COLUMN).build())
            .field("comment", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();

    private static final Schema CHANGE = SchemaBuilder.struct()
            .name("io.debezium.connector.schema.Change")
            .version(1)
            .field("type", Schema.STRING_SCHEMA)
            .field("id", Schema.STRING_SCHEMA)
            .field("table", TABLE)
            .field("databaseName", Schema.OPTIONAL_STRING_SCHEMA)
            .field("tableName", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    private static final Schema LITERALS =
            SchemaBuilder.array(Schema.STRING_SCHEMA).build();

    private static final Schema ROW_DIGEST = SchemaBuilder.struct()
            .name("io.binlogreplica.RowDigest")
            .version(1)
            .field("key", LITERALS)
            .field("digest", Schema.STRING_SCHEMA)
            .field("columns", LITERALS)
            .build();

    private static final Schema CHECKSUM = SchemaBuilder.struct()
            .name("io.binlogreplica.Checksum")
            .version(1)
            .field("family", Schema.STRING_SCHEMA)
            .field("form", Schema.STRING_SCHEMA)
            .field("after", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .field("upTo", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .field("rows", Schema.INT64_SCHEMA)
            .field("sum", Schema.STRING_SCHEMA)
            .field("rowDigests", SchemaBuilder.array(ROW_DIGEST).optional().build())
            .optional()
            .build();

    private static final Schema SESSION = SchemaBuilder.struct()
            .name("io.binlogreplica.Session")
            .version(1)
            .field("timestamp", Schema.INT64_SCHEMA)
            .field("sqlMode", Schema.STRING_SCHEMA)
            .field("timeZone", Schema.OPTIONAL_STRING_SCHEMA)
            .field("collationServer", Schema.OPTIONAL_STRING_SCHEMA)
            .field("characterSetCollations", Schema.OPTIONAL_STRING_SCHEMA)
            .field("explicitDefaultsForTimestamp", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .optional()
            .build();

    private final Blocks blocks;
    private final Schema keySchema;
    private final Schema schema;

    TableChangeEnvelope(Flavor flavor, Blocks blocks) {
        this.blocks = blocks;
        String namespace = "io.debezium.connector." + flavor.connector();
        this.keySchema = SchemaBuilder.struct()
                .name(namespace + ".SchemaChangeKey")
                .version(1)
                .field("databaseName", Schema.STRING_SCHEMA)
                .build();
        this.schema = SchemaBuilder.struct()
                .name(namespace + ".SchemaChangeValue")
                .version(1)
                .field("source", blocks.sourceSchema())
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field("databaseName", Schema.OPTIONAL_STRING_SCHEMA)
                .field("schemaName", Schema.OPTIONAL_STRING_SCHEMA)
                .field("ddl", Schema.OPTIONAL_STRING_SCHEMA)
                .field("tableChanges", SchemaBuilder.array(CHANGE).build())
                .field("replica", Blocks.REPLICA)
                .field("checksum", CHECKSUM)
                .field("session", SESSION)
                .build();
    }

    public Schema keySchema() {
        return keySchema;
    }

    public Schema schema() {
        return schema;
    }

    public Struct key(TableChange change) {
        return new Struct(keySchema).put("databaseName", change.origin().table().database());
    }

    /**
     * The record's value.
     *
     * @param tsMillis when the connector made it, in milliseconds since 1970
     */
    public Struct value(TableChange change, long tsMillis) {
        return new Struct(schema)
                .put("source", blocks.source(change.origin()))
                .put("ts_ms", tsMillis)
                .put(
                        "databaseName",
                        change.database() == null ? change.origin().table().database() : change.database())
                .put("ddl", change.ddl())
                .put(
                        "tableChanges",
                        change.tables().stream()
                                .map(TableChangeEnvelope::tableChange)
                                .toList())
                .put("replica", Blocks.replica(change))
                .put("checksum", checksum(change.checksum()))
                .put("session", session(change.session()));
    }

    private static @Nullable Struct session(@Nullable StatementSession session) {
        return session == null
                ? null
                : new Struct(SESSION)
                        .put("timestamp", session.timestampMicros())
                        .put("sqlMode", String.join(",", session.sqlMode()))
                        .put("timeZone", session.timeZone())
                        .put("collationServer", session.collationServer())
                        .put("characterSetCollations", session.charsetCollations())
                        .put("explicitDefaultsForTimestamp", session.explicitDefaults());
    }

    /** What {@link #session(StatementSession)} made, from what a converter made of it. */
    static @Nullable StatementSession session(Fields change) {
        Fields session = change.child("session");
        if (session == null) {
            return null;
        }
        String sqlMode = session.text("sqlMode");
        return new StatementSession(
                session.number("timestamp"),
                sqlMode.isEmpty() ? List.of() : List.of(sqlMode.split(",")),
                session.optionalText("timeZone"),
                session.optionalText("collationServer"),
                session.optionalText("characterSetCollations"),
                session.get("explicitDefaultsForTimestamp") == null
                        ? null
                        : session.flag("explicitDefaultsForTimestamp"));
    }

    private static @Nullable Struct checksum(@Nullable RangeChecksum checksum) {
        if (checksum == null) {
            return null;
        }
        List<RowDigest> rows = checksum.rows();
        return new Struct(CHECKSUM)
                .put("family", checksum.primary().connector())
                .put("form", checksum.form())
                .put("after", checksum.range().after())
                .put("upTo", checksum.range().upTo())
                .put("rows", checksum.checksum().rows())
                .put("sum", checksum.checksum().sum().toPlainString())
                .put(
                        "rowDigests",
                        rows == null
                                ? null
                                : rows.stream()
                                        .map(row -> new Struct(ROW_DIGEST)
                                                .put("key", row.key())
                                                .put("digest", row.digest())
                                                .put("columns", row.columns()))
                                        .toList());
    }

    /** What {@link #checksum(RangeChecksum)} made, from what a converter made of it. */
    static @Nullable RangeChecksum checksum(Fields change) {
        Fields checksum = change.child("checksum");
        if (checksum == null) {
            return null;
        }
        long rows = checksum.number("rows");
        List<RowDigest> digests = checksum.children("rowDigests").stream()
                .map(row -> new RowDigest(row.texts("key"), row.text("digest"), row.texts("columns")))
                .toList();
        return new RangeChecksum(
                Flavor.of(checksum.text("family")),
                checksum.text("form"),
                new KeyRange(literals(checksum, "after"), literals(checksum, "upTo")),
                new Checksum(rows, new BigDecimal(checksum.text("sum"))),
                // in Protobuf a list that is null is an empty one, which here is of a range without rows
                checksum.get("rowDigests") == null || (digests.isEmpty() && rows > 0) ? null : digests);
    }

    private static @Nullable List<String> literals(Fields checksum, String name) {
        List<String> literals = checksum.texts(name);
        return literals.isEmpty() ? null : literals;
    }

    private static Struct tableChange(TableChange.Table table) {
        TableId id = table.id();
        TableSchema tableSchema = table.schema();
        var change = new Struct(CHANGE)
                .put("type", table.type().name())
                .put("id", "\"" + id.database() + "\".\"" + id.table() + "\"")
                .put("databaseName", id.database())
                .put("tableName", id.table());
        if (tableSchema == null) {
            return change;
        }
        List<Column> columns = tableSchema.columns();
        return change.put(
                "table",
                new Struct(TABLE)
                        .put("primaryKeyColumnNames", tableSchema.keyNames())
                        .put(
                                "columns",
                                IntStream.range(0, columns.size())
                                        .mapToObj(i -> column(columns.get(i), i + 1))
                                        .toList()));
    }

    private static Struct column(Column column, int position) {
        ColumnType type = column.type();
        String typeName = type.type().name() + (type.unsigned() ? " UNSIGNED" : "");
        return new Struct(COLUMN)
                .put("name", column.name())
                .put("jdbcType", jdbcType(type))
                .put("typeName", typeName)
                .put("typeExpression", typeName)
                .put("charsetName", type.charset())
                .put("length", type.length() < 0 ? null : type.length())
                .put("scale", type.type() == SqlType.DECIMAL ? type.scale() : null)
                .put("position", position)
                .put("optional", column.nullable())
                .put("autoIncremented", false)
                .put("generated", column.isGenerated())
                .put("enumValues", type.labels().isEmpty() ? null : type.labels())
                .put("columnType", type.columnType())
                .put("collation", type.collation())
                .put("generatedAs", column.isGenerated() ? column.generated().name() : null);
    }

    private static int jdbcType(ColumnType type) {
        return switch (type.type()) {
            case TINYINT, SMALLINT -> Types.SMALLINT;
            case MEDIUMINT, INT, YEAR -> Types.INTEGER;
            case BIGINT -> Types.BIGINT;
            case DECIMAL -> Types.DECIMAL;
            case FLOAT -> Types.REAL;
            case DOUBLE -> Types.DOUBLE;
            case BIT -> Types.BIT;
            case DATE -> Types.DATE;
            case TIME -> Types.TIME;
            case DATETIME -> Types.TIMESTAMP;
            case TIMESTAMP -> Types.TIMESTAMP_WITH_TIMEZONE;
            case CHAR, ENUM, SET -> Types.CHAR;
            case VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> Types.VARCHAR;
            case BINARY -> Types.BINARY;
            case VARBINARY -> Types.VARBINARY;
            case TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> Types.BLOB;
            default -> Types.OTHER;
        };
    }

    /** The table that {@link #tableChange} described, from what a converter made of it; null for a dropped table. */
    static TableChange.Table table(Fields change) {
        TableChange.Type type = TableChange.Type.valueOf(change.text("type"));
        String database = change.optionalText("databaseName");
        String name = change.optionalText("tableName");
        TableId id = database != null && name != null ? new TableId(database, name) : quoted(change.text("id"));
        Fields table = change.child("table");
        if (table == null) {
            return new TableChange.Table(type, id, null);
        }
        List<Column> columns = table.children("columns").stream()
                .map(TableChangeEnvelope::column)
                .toList();
        List<String> names = columns.stream().map(Column::name).toList();
        List<Integer> key = table.texts("primaryKeyColumnNames").stream()
                .map(names::indexOf)
                .toList();
        return new TableChange.Table(type, id, new TableSchema(id, columns, key));
    }

    private static Column column(Fields column) {
        String generatedAs = column.optionalText("generatedAs");
        return new Column(
                column.text("name"),
                ColumnType.parse(
                        column.text("columnType"),
                        column.optionalText("charsetName"),
                        column.optionalText("collation")),
                column.flag("optional"),
                generatedAs == null ? Column.Generated.NO : Column.Generated.valueOf(generatedAs));
    }

    /** Debezium's form of a table's name: {@code "db"."table"}. */
    private static TableId quoted(String id) {
        String[] parts = id.replace("\"", "").split("\\.", 2);
        return parts.length == 2 ? new TableId(parts[0], parts[1]) : new TableId("", parts[0]);
    }
}
