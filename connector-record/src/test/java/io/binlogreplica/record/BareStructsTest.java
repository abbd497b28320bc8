package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records as Confluent's Protobuf converter leaves them: of a schema it keeps the fields and their types, but neither the meaning of a type
 * nor any parameter, and no list or map is null.
 */
class BareStructsTest {

    private static final TableId ID = new TableId("my-shop", "2 things");
    private static final Origin ORIGIN =
            new Origin(5, Origin.STREAMED, ID, new Sequence(17, 42), 9, "0-1-42", "binlog.000001", 4, 3, null);
    private static final TableSchema TABLE = table("datetime(3)");
    private static final Object[] ROW = {
        7,
        new BigDecimal("1.50"),
        1_709_251_199_123L,
        -3_020_399_999_999L,
        "2038-01-19T03:14:07.999999Z",
        new byte[] {1, 0, 0, 0, 9},
        new byte[] {0, 0, 0, 1, 0, 0, 0, 2},
        (short) -5,
        "a"
    };
    private static final Object[] NULLS = {8, null, null, null, null, null, null, null, null};

    /** The same schema is the same object, as a converter's cache makes it. */
    private final Map<Schema, Schema> schemas = new HashMap<>();

    private final ChangeReader reader = new ChangeReader((table, fingerprint) -> null);

    @ParameterizedTest
    @EnumSource(NameAdjustment.class)
    void rowsAreReadByTheDefinitionOfTheirVersion(NameAdjustment names) {
        var style = new SchemaStyle(names, names, true);
        RowChange change = change(TABLE, NULLS, ROW);
        define(TABLE);
        assertRead(change, style);
    }

    @Test
    void versionsMayHaveTheSameFields() {
        TableSchema micros = table("datetime(6)");
        RowChange before = change(TABLE, null, ROW);
        Object[] row = ROW.clone();
        row[2] = 1_709_251_199_123_456L;
        RowChange after = change(micros, null, row);
        define(TABLE);
        define(micros);
        assertThat(written(before, SchemaStyle.PLAIN).schema())
                .isSameAs(written(after, SchemaStyle.PLAIN).schema());
        assertRead(before, SchemaStyle.PLAIN);
        assertRead(after, SchemaStyle.PLAIN);
        assertRead(before, SchemaStyle.PLAIN);
    }

    @Test
    void rowsWhoseVersionIsNotKnownAreRefused() {
        Struct value = written(change(TABLE, null, ROW), SchemaStyle.PLAIN);
        assertThatThrownBy(() -> reader.read(value))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("my-shop.2 things")
                .hasMessageContaining("Restart the source");
    }

    @Test
    void fieldsThatAreNotTheTablesColumnsAreRefused() {
        define(TABLE);
        Struct value = written(change(TABLE, null, ROW), SchemaStyle.PLAIN);
        Schema row = value.schema().field("after").schema();
        SchemaBuilder renamed = SchemaBuilder.struct().optional();
        row.fields()
                .forEach(field -> renamed.field(field.name().equals("id") ? "number" : field.name(), field.schema()));
        SchemaBuilder envelope = SchemaBuilder.struct();
        value.schema()
                .fields()
                .forEach(field ->
                        envelope.field(field.name(), field.schema().equals(row) ? renamed.build() : field.schema()));
        var other = new Struct(envelope.build());
        value.schema().fields().stream()
                .filter(field -> !field.schema().equals(row))
                .forEach(field -> other.put(field.name(), value.get(field)));
        assertThatThrownBy(() -> reader.read(other))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("my-shop.2 things")
                .hasMessageContaining("number");
    }

    /** As Confluent's converter does without optional.for.nullables. */
    @Test
    void nullsThatHaveBecomeValuesAreRefused() {
        Struct value = written(change(TABLE, null, ROW), SchemaStyle.PLAIN);
        value.getStruct("source").put("query", "");
        assertThatThrownBy(() -> reader.read(value))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("optional.for.nullables=true");
    }

    @Test
    void checksumsAreReadBack() {
        for (TableChange change : RecordContractTest.checksums(ID, TABLE)) {
            assertThat(reader.read(written(change))).isEqualTo(List.of(change));
        }
    }

    private void define(TableSchema table) {
        var definition = new TableChange(
                TableChange.Kind.DEFINITION,
                ORIGIN,
                ID.database(),
                null,
                List.of(new TableChange.Table(TableChange.Type.CREATE, ID, table)),
                true);
        assertThat(reader.read(written(definition))).isEqualTo(List.of(definition));
    }

    private void assertRead(RowChange change, SchemaStyle style) {
        assertThat(reader.read(written(change, style)))
                .usingRecursiveComparison()
                .isEqualTo(List.of(change));
    }

    private Struct written(RowChange change, SchemaStyle style) {
        return (Struct) bare(new RecordSchemas(Flavor.MARIADB, "primary", style)
                .envelope(change.schema())
                .value(change, 5));
    }

    private Struct written(TableChange change) {
        return (Struct) bare(new RecordSchemas(Flavor.MARIADB, "primary", SchemaStyle.PLAIN)
                .tableChanges()
                .value(change, 5));
    }

    private static RowChange change(TableSchema table, Object[] before, Object[] after) {
        return new RowChange(
                table,
                before == null ? Op.CREATE : Op.UPDATE,
                before,
                after,
                ORIGIN,
                null,
                RowChange.CASCADES_LOGGED,
                true);
    }

    private static TableSchema table(String madeAt) {
        return new TableSchema(
                ID,
                List.of(
                        column("id", "int", false),
                        column("price $", "decimal(5,2)", true),
                        column("made at", madeAt, true),
                        column("1st time", "time(6)", true),
                        column("stamp", "timestamp(6)", true),
                        column("place", "point", true),
                        column("vector", "vector(2)", true),
                        column("tiny", "tinyint", true),
                        column("label", "enum('a','b')", true)),
                List.of(0));
    }

    private static Column column(String name, String type, boolean nullable) {
        return new Column(name, ColumnType.parse(type, null, null), nullable, Column.Generated.NO);
    }

    private Object bare(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(this::bare).toList();
        }
        if (!(value instanceof Struct struct)) {
            return value;
        }
        var bare = new Struct(bare(struct.schema()));
        for (Field field : struct.schema().fields()) {
            Object content = struct.get(field);
            if (content == null && field.schema().type() == Schema.Type.ARRAY) {
                content = List.of();
            } else if (content == null && field.schema().type() == Schema.Type.MAP) {
                content = Map.of();
            }
            bare.put(field.name(), bare(content));
        }
        return bare;
    }

    private Schema bare(Schema schema) {
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            return Decimal.builder(Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)))
                    .optional()
                    .build();
        }
        SchemaBuilder builder = switch (schema.type()) {
            case ARRAY -> SchemaBuilder.array(bare(schema.valueSchema()));
            case MAP -> SchemaBuilder.map(schema.keySchema(), schema.valueSchema());
            default -> SchemaBuilder.type(schema.type());
        };
        if (schema.type() == Schema.Type.STRUCT) {
            schema.fields().forEach(field -> builder.field(field.name(), bare(field.schema())));
        }
        Schema bare = schema.isOptional() ? builder.optional().build() : builder.build();
        return schemas.computeIfAbsent(bare, same -> same);
    }
}
