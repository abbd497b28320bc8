package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.pulsar.kafka.shade.io.confluent.connect.avro.AvroConverter;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records through Confluent's Avro converter, with a registry that is in this process. */
class AvroContractTest {

    private static final TableId ID = new TableId("shop", "types");

    private static final Map<String, Object> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("tinyint unsigned", (short) 255);
        VALUES.put("smallint unsigned", 65_535);
        VALUES.put("int unsigned", 4_294_967_295L);
        VALUES.put("bigint", Long.MIN_VALUE);
        VALUES.put("bigint unsigned", new BigDecimal("18446744073709551615"));
        VALUES.put(
                "decimal(65,30)",
                new BigDecimal("-99999999999999999999999999999999999.999999999999999999999999999999"));
        VALUES.put("float", 0.1f);
        VALUES.put("double", -0.0);
        VALUES.put("bit(1)", true);
        VALUES.put("bit(9)", new byte[] {-1, 1});
        VALUES.put("year", 0);
        VALUES.put("date", -719_528);
        VALUES.put("time(6)", -3_020_399_999_999L);
        VALUES.put("datetime(3)", 253_402_300_799_999L);
        VALUES.put("datetime(6)", -62_167_219_200_000_000L);
        VALUES.put("timestamp(6)", "2038-01-19T03:14:07.999999Z");
        VALUES.put("varchar(20)", "\uD83D\uDE00");
        VALUES.put("enum('a,b','it''s')", "a,b");
        VALUES.put("set('x','y')", "x,y");
        VALUES.put("json", "{\"a\": 1.0}");
        VALUES.put("varbinary(10)", new byte[] {0, -1});
        VALUES.put("vector(2)", new byte[] {0, 0, 0, 1, 0, 0, 0, 2});
        VALUES.put("geometry", new byte[] {1, 0, 0, 0, 9});
        VALUES.put("point", new byte[] {2, 0, 0, 0, 8});
    }

    private final AvroConverter converter = new AvroConverter(new MockSchemaRegistryClient());

    AvroContractTest() {
        converter.configure(Map.of("schema.registry.url", "http://nowhere"), false);
    }

    @Test
    void ownRecordsAreReadBackAsTheyWereWritten() {
        var columns = new ArrayList<Column>();
        for (String type : VALUES.keySet()) {
            columns.add(new Column(
                    "c" + columns.size(), ColumnType.parse(type, null, null), columns.size() > 0, Column.Generated.NO));
        }
        Object[] nulls = new Object[columns.size()];
        nulls[0] = (short) 1;
        assertReadBack(
                new TableSchema(ID, columns, List.of(0)), nulls, VALUES.values().toArray(), SchemaStyle.PLAIN);
    }

    /** Avro would refuse database, table and columns by these names. */
    @ParameterizedTest
    @EnumSource(
            value = NameAdjustment.class,
            names = {"AVRO", "AVRO_UNICODE"})
    void namesThatAvroDoesNotTakeAreAdjustedAndFoundAgain(NameAdjustment mode) {
        var table = new TableSchema(
                new TableId("my-shop", "2 Größen \uD83D\uDE00"),
                List.of(
                        column("the id", "int", false),
                        column("1st.place", "point", false),
                        column("price $", "decimal(5,2)", false)),
                List.of(0));
        Object[] row = {1, new byte[] {0, 0, 0, 0, 1}, new BigDecimal("1.50")};
        assertReadBack(table, row, row, new SchemaStyle(mode, mode, false));
    }

    @Test
    void fieldsThatAreOptionalForTheRegistrysSakeAreColumnsAsTheTableHasThem() {
        var table = new TableSchema(
                ID,
                List.of(column("id", "int", false), column("place", "point", false), column("made", "date", true)),
                List.of(0));
        Object[] row = {1, new byte[] {0, 0, 0, 0, 1}, null};
        var style = new SchemaStyle(NameAdjustment.NONE, NameAdjustment.NONE, true);
        assertReadBack(table, row, row, style);
        Envelope envelope = new RecordSchemas(Flavor.MARIADB, "primary", style).envelope(table);
        assertThat(envelope.schema().field("after").schema().fields())
                .allMatch(field -> field.schema().isOptional());
        assertThat(envelope.keySchema().fields())
                .noneMatch(field -> field.schema().isOptional());
    }

    @Test
    void columnsThatWouldShareAFieldAreRefusedByName() {
        var table = new TableSchema(ID, List.of(column("a-b", "int", false), column("a_b", "int", false)), List.of(0));
        assertThatThrownBy(() -> new RecordSchemas(
                                Flavor.MARIADB, "p", new SchemaStyle(NameAdjustment.NONE, NameAdjustment.AVRO, false))
                        .envelope(table))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("a-b and a_b of table shop.types")
                .hasMessageContaining("avro_unicode");
        assertThat(new RecordSchemas(
                                Flavor.MARIADB,
                                "p",
                                new SchemaStyle(NameAdjustment.NONE, NameAdjustment.AVRO_UNICODE, false))
                        .envelope(table)
                        .keySchema()
                        .fields())
                .extracting(Field::name)
                .containsExactly("a_u002db");
    }

    private void assertReadBack(TableSchema table, Object[] before, Object[] after, SchemaStyle style) {
        var origin = new Origin(
                5, Origin.STREAMED, table.id(), new Sequence(17, 42), 9, "0-1-42", "binlog.000001", 4, 3, null);
        var change = new RowChange(
                table,
                Op.UPDATE,
                before,
                after,
                origin,
                new RowChange.TransactionPlace("0-1-42", 7, 2),
                RowChange.CASCADES_LOGGED,
                true);
        Envelope envelope = new RecordSchemas(Flavor.MARIADB, "primary", style).envelope(table);
        assertThat(new ChangeReader((id, fingerprint) -> table).read(through(envelope.value(change, 5))))
                .usingRecursiveComparison()
                .isEqualTo(List.of(change));
        Struct key = (Struct) through(envelope.key(after));
        assertThat(FieldColumns.name(key.schema(), key.schema().fields().get(0)))
                .isEqualTo(table.keyNames().get(0));
    }

    private static Column column(String name, String type, boolean nullable) {
        return new Column(name, ColumnType.parse(type, null, null), nullable, Column.Generated.NO);
    }

    @Test
    void checksumsAreReadBackAsTheyWereWritten() {
        var table = new TableSchema(
                ID,
                List.of(new Column("id", ColumnType.parse("int", null, null), false, Column.Generated.NO)),
                List.of(0));
        for (TableChange change : RecordContractTest.checksums(ID, table)) {
            Struct written = new RecordSchemas(Flavor.MARIADB, "primary", SchemaStyle.PLAIN)
                    .tableChanges()
                    .value(change, 5);
            assertThat(new ChangeReader((id, fingerprint) -> table).read(through(written)))
                    .isEqualTo(List.of(change));
        }
    }

    /** A schema as Debezium writes it, the column's own name with it. */
    @Test
    void logicalTypesOfOtherSourcesArrive() {
        Schema row = SchemaBuilder.struct()
                .name("dbz.shop.types.Value")
                .field("id", Schema.INT16_SCHEMA)
                .field(
                        "made_at",
                        SchemaBuilder.int64()
                                .name("io.debezium.time.Timestamp")
                                .version(1)
                                .optional()
                                .parameter("__debezium.source.column.name", "made at")
                                .build())
                .optional()
                .build();
        Schema source = SchemaBuilder.struct()
                .name("io.debezium.connector.mysql.Source")
                .field("db", Schema.STRING_SCHEMA)
                .field("table", Schema.OPTIONAL_STRING_SCHEMA)
                .field("file", Schema.STRING_SCHEMA)
                .field("pos", Schema.INT64_SCHEMA)
                .field("row", Schema.INT32_SCHEMA)
                .build();
        Schema envelope = SchemaBuilder.struct()
                .name("dbz.shop.types.Envelope")
                .field("before", row)
                .field("after", row)
                .field("source", source)
                .field("op", Schema.STRING_SCHEMA)
                .build();
        Struct written = new Struct(envelope)
                .put("after", new Struct(row).put("id", (short) 7).put("made_at", 1_000L))
                .put(
                        "source",
                        new Struct(source)
                                .put("db", "shop")
                                .put("table", "types")
                                .put("file", "mysql-bin.000001")
                                .put("pos", 4L)
                                .put("row", 0))
                .put("op", "c");
        var replica = new TableSchema(
                ID,
                List.of(
                        new Column("id", ColumnType.parse("smallint", null, null), false, Column.Generated.NO),
                        new Column("made at", ColumnType.parse("datetime(6)", null, null), true, Column.Generated.NO)),
                List.of(0));
        RowChange read = (RowChange) new ChangeReader((id, fingerprint) -> replica)
                .read(through(written))
                .get(0);
        assertThat(read.schema()).isEqualTo(replica);
        assertThat(read.after()).containsExactly((short) 7, 1_000_000L);
    }

    private Object through(Struct value) {
        return converter
                .toConnectData("t", converter.fromConnectData("t", value.schema(), value))
                .value();
    }
}
