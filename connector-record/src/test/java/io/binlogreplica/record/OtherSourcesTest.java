package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records of Debezium's connectors as converters hand them over: each type in each of the ways that Debezium's settings choose
 * between, with its schema, with what is left of it, and without. The replica's table is known.
 */
@SuppressWarnings("JavaUtilDate") // what Connect's own logical types hold
class OtherSourcesTest {

    private static final TableId ID = new TableId("shop", "t");

    /** 2024-02-29 12:34:56. */
    private static final long MOMENT = 1_709_210_096L;

    /** A column of the replica, what a record has for it, and the canonical value; a text for the refusal instead. */
    private record Case(String type, Schema schema, Object wire, Object expected) {
        @Override
        public String toString() {
            return type + " from " + schema.type() + " " + schema.name() + " " + wire;
        }
    }

    /** The refusal's message has this text. */
    private record Refusal(String message) {}

    private static Schema named(Schema.Type type, String name) {
        return SchemaBuilder.type(type).name(name).version(1).optional().build();
    }

    private static Schema plain(Schema.Type type) {
        return SchemaBuilder.type(type).optional().build();
    }

    private static Case of(String type, Schema schema, Object wire, Object expected) {
        return new Case(type, schema, wire, expected);
    }

    private static Case refused(String type, Schema schema, Object wire, String message) {
        return new Case(type, schema, wire, new Refusal(message));
    }

    static List<Case> structs() {
        Schema int16 = plain(Schema.Type.INT16);
        Schema int32 = plain(Schema.Type.INT32);
        Schema int64 = plain(Schema.Type.INT64);
        Schema string = plain(Schema.Type.STRING);
        Schema float64 = plain(Schema.Type.FLOAT64);
        Schema bool = plain(Schema.Type.BOOLEAN);
        Schema bytes = plain(Schema.Type.BYTES);
        Schema millis = named(Schema.Type.INT64, "io.debezium.time.Timestamp");
        Schema micros = named(Schema.Type.INT64, "io.debezium.time.MicroTimestamp");
        Schema nanos = named(Schema.Type.INT64, "io.debezium.time.NanoTimestamp");
        Schema zoned = named(Schema.Type.STRING, "io.debezium.time.ZonedTimestamp");
        return List.of(
                // whole numbers; a converter may have widened them
                of("tinyint", int16, (short) -5, (short) -5),
                of("tinyint", bool, true, (short) 1),
                of("tinyint unsigned", int16, (short) 255, (short) 255),
                of("smallint", int32, 32_767, (short) 32_767),
                refused("smallint", int32, 32_768, "is no value of type smallint"),
                of("smallint unsigned", int32, 65_535, 65_535),
                of("int unsigned", int64, 4_294_967_295L, 4_294_967_295L),
                refused("int", int64, 4_294_967_295L, "is no value of type int"),
                of("bigint", int64, Long.MIN_VALUE, Long.MIN_VALUE),
                refused("bigint", micros, 1L, "it does not take io.debezium.time.MicroTimestamp"),
                // bigint.unsigned.handling.mode: long, precise
                of("bigint unsigned", int64, 5L, new BigDecimal("5")),
                of("bigint unsigned", int64, -1L, new BigDecimal("18446744073709551615")),
                of(
                        "bigint unsigned",
                        Decimal.schema(0),
                        new BigDecimal("18446744073709551615"),
                        new BigDecimal("18446744073709551615")),
                // decimal.handling.mode: precise, string, double
                of("decimal(10,2)", Decimal.schema(2), new BigDecimal("1.50"), new BigDecimal("1.50")),
                of("decimal(10,2)", Decimal.schema(3), new BigDecimal("1.500"), new BigDecimal("1.50")),
                refused(
                        "decimal(10,2)",
                        Decimal.schema(3),
                        new BigDecimal("1.505"),
                        "is no value of type decimal(10,2)"),
                of("decimal(10,2)", string, "-12.50", new BigDecimal("-12.50")),
                of("decimal(10,0)", string, "1234", new BigDecimal("1234")),
                refused("decimal(10,2)", string, "MDk=", "column c"),
                refused("decimal(10,2)", float64, 1.5, "a Double is no value of type decimal(10,2)"),
                // floats: FLOAT comes as a double of its own digits, or of its own bits
                of("float", float64, 0.1, 0.1f),
                of("float", float64, (double) 0.1f, 0.1f),
                refused("float", float64, 0.123456789012, "is no value of type float"),
                of("double", plain(Schema.Type.FLOAT32), 0.5f, 0.5),
                // time.precision.mode: adaptive_time_microseconds, adaptive, connect, nanoseconds, isostring
                of("date", named(Schema.Type.INT32, "io.debezium.time.Date"), 19_782, 19_782),
                of("date", org.apache.kafka.connect.data.Date.SCHEMA, new Date(19_782 * 86_400_000L), 19_782),
                refused(
                        "date",
                        named(Schema.Type.STRING, "io.debezium.time.IsoDate"),
                        "2024-02-29Z",
                        "no value of type date"),
                of("time(6)", named(Schema.Type.INT64, "io.debezium.time.MicroTime"), -1L, -1L),
                of("time(6)", named(Schema.Type.INT32, "io.debezium.time.Time"), 5, 5_000L),
                of("time(3)", Time.SCHEMA, new Date(5), 5_000L),
                of("time(6)", named(Schema.Type.INT64, "io.debezium.time.NanoTime"), 7_000L, 7L),
                refused("time(6)", named(Schema.Type.INT64, "io.debezium.time.NanoTime"), 7_001L, "nanoseconds"),
                refused(
                        "time(0)",
                        named(Schema.Type.INT64, "io.debezium.time.MicroTime"),
                        500_000L,
                        "fewer fractional digits"),
                refused(
                        "time(6)",
                        named(Schema.Type.STRING, "io.debezium.time.IsoTime"),
                        "00:00:01Z",
                        "time.precision.mode"),
                of("datetime", millis, MOMENT * 1000, MOMENT * 1000),
                of("datetime(6)", millis, MOMENT * 1000 + 5, MOMENT * 1_000_000 + 5_000),
                of("datetime(6)", micros, MOMENT * 1_000_000 + 7, MOMENT * 1_000_000 + 7),
                of("datetime", micros, MOMENT * 1_000_000, MOMENT * 1000),
                refused("datetime(3)", micros, MOMENT * 1_000_000 + 7, "fewer fractional digits"),
                refused("datetime", millis, MOMENT * 1000 + 5, "fewer fractional digits"),
                of("datetime(6)", nanos, MOMENT * 1_000_000_000, MOMENT * 1_000_000),
                of("datetime(3)", Timestamp.SCHEMA, new Date(MOMENT * 1000 + 5), MOMENT * 1000 + 5),
                // a converter that keeps no names: the column's own unit
                of("datetime(3)", int64, MOMENT * 1000, MOMENT * 1000),
                of("datetime(6)", int64, MOMENT * 1_000_000, MOMENT * 1_000_000),
                of("timestamp(6)", zoned, "2024-02-29T12:34:56.5Z", "2024-02-29T12:34:56.5Z"),
                of("timestamp", zoned, "2024-02-29T14:34:56+02:00", "2024-02-29T12:34:56Z"),
                refused("timestamp", zoned, "2024-02-29T12:34:56.5Z", "fewer fractional digits"),
                refused("timestamp", millis, MOMENT, "no time zone"),
                of("year", named(Schema.Type.INT32, "io.debezium.time.Year"), 2024, 2024),
                // bytes; binary.handling.mode
                of("varbinary(9)", bytes, ByteBuffer.wrap(new byte[] {1, -1}), new byte[] {1, -1}),
                refused("varbinary(9)", string, "01ff", "binary.handling.mode"),
                of("bit(1)", bool, true, true),
                of("bit(9)", named(Schema.Type.BYTES, "io.debezium.data.Bits"), new byte[] {1, 1}, new byte[] {1, 1}),
                of("enum('a','b')", named(Schema.Type.STRING, "io.debezium.data.Enum"), "b", "b"),
                of("longtext", named(Schema.Type.STRING, "io.debezium.data.Json"), "{}", "{}"));
    }

    @ParameterizedTest
    @MethodSource("structs")
    void withSchemas(Case one) {
        Schema row = SchemaBuilder.struct().field("c", one.schema).optional().build();
        check(one, envelope(row, new Struct(row).put("c", one.wire)));
    }

    static List<Case> maps() {
        Schema none = Schema.OPTIONAL_STRING_SCHEMA;
        return List.of(
                of("tinyint unsigned", none, 255L, (short) 255),
                refused("smallint", none, 32_768L, "is no value of type smallint"),
                refused("int", none, 1.5, "is no value of type int"),
                of("bigint unsigned", none, -1L, new BigDecimal("18446744073709551615")),
                // precise: Base64
                of("bigint unsigned", none, "AP//////////", new BigDecimal("18446744073709551615")),
                of("decimal(6,2)", none, "MDk=", new BigDecimal("123.45")),
                of("decimal(6,2)", none, "123.45", new BigDecimal("123.45")),
                of("decimal(6,0)", none, "-123", new BigDecimal("-123")),
                refused(
                        "decimal(6,0)",
                        none,
                        "1234",
                        "nobody can tell whether a text of digits is a number or the Base64"),
                refused("decimal(6,2)", none, 123.45, "a Double is no value of type decimal(6,2)"),
                of("float", none, 0.1, 0.1f),
                of("datetime(6)", none, MOMENT * 1_000_000, MOMENT * 1_000_000),
                refused("datetime", none, MOMENT * 1000 + 1, "fewer fractional digits"),
                refused("datetime(6)", none, MOMENT * 1000, "milliseconds of today"),
                // as a Java before 19 writes 2^31
                of("float", none, 2.14748365E9, 2.14748365E9f),
                of("float", none, 2.1474836E9, 2.14748365E9f),
                refused("float", none, 0.123456789, "is no value of type float"),
                refused("float", none, 123456789.0, "is no value of type float"),
                refused("float", none, 1e300, "is no value of type float"),
                refused("float", none, 1e-60, "is no value of type float"),
                refused("varbinary(9)", none, "01ff02", "hexadecimal"),
                refused("varbinary(90)", none, "01ff02ff01ff02ff01ff02ff", "hexadecimal"),
                of("timestamp", none, "2024-02-29T12:34:56Z", "2024-02-29T12:34:56Z"),
                of("varbinary(9)", none, "Af8=", new byte[] {1, -1}),
                of("bit(1)", none, false, false));
    }

    @ParameterizedTest
    @MethodSource("maps")
    void withoutSchemas(Case one) {
        var value = new HashMap<String, Object>();
        value.put("op", "c");
        value.put("source", source());
        value.put("after", Map.of("c", one.wire));
        check(one, value);
    }

    /** Debezium has the column's DEFAULT in the schema. */
    @Test
    void nullIsNotTheColumnsDefault() {
        Schema row = SchemaBuilder.struct()
                .field("c", SchemaBuilder.int32().optional().defaultValue(5).build())
                .field("required", SchemaBuilder.int32().defaultValue(6).build())
                .build();
        var reader = new ChangeReader((table, fingerprint) -> null);
        RowChange change =
                (RowChange) reader.read(envelope(row, new Struct(row))).get(0);
        assertThat(change.after()).containsExactly(null, 6);
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.kafka.connect.data.Date,INT32,date",
        "org.apache.kafka.connect.data.Time,INT32,time(3)",
        "org.apache.kafka.connect.data.Timestamp,INT64,datetime(3)",
        "io.debezium.time.Time,INT32,time(3)",
        "io.debezium.time.NanoTime,INT64,time(6)",
        "io.debezium.time.NanoTimestamp,INT64,datetime(6)"
    })
    void tablesCanBeMadeWhateverTheTimesAreWrittenAs(String name, Schema.Type wire, String type) {
        Schema row = SchemaBuilder.struct()
                .field("c", SchemaBuilder.type(wire).name(name).optional().build())
                .build();
        var reader = new ChangeReader((table, fingerprint) -> null);
        RowChange change =
                (RowChange) reader.read(envelope(row, new Struct(row))).get(0);
        assertThat(change.schema().columns().get(0).type().columnType()).isEqualTo(type);
    }

    @Test
    void aFieldThatAConverterHasRenamedIsFoundByTheColumnsName() {
        Schema row = SchemaBuilder.struct()
                .field(
                        "_1st_name",
                        SchemaBuilder.string()
                                .optional()
                                .parameter("__debezium.source.column.name", "1st name")
                                .build())
                .build();
        RowChange change = (RowChange) reader("1st name", "varchar(20)")
                .read(envelope(row, new Struct(row).put("_1st_name", "Ada")))
                .get(0);
        assertThat(change.schema().columns()).extracting(Column::name).containsExactly("1st name");
        assertThat(change.after()).containsExactly("Ada");
    }

    @Test
    void aTypeThatIsNotKnownIsRefusedByName() {
        Schema row = SchemaBuilder.struct()
                .field(
                        "c",
                        SchemaBuilder.string()
                                .optional()
                                .parameter("__debezium.source.column.type", "XMLTYPE")
                                .build())
                .build();
        var reader = new ChangeReader((table, fingerprint) -> null);
        assertThatThrownBy(() -> reader.read(envelope(row, new Struct(row).put("c", "x"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column c has a type that is not known: xmltype");
    }

    private static void check(Case one, Object value) {
        ChangeReader reader = reader("c", one.type);
        if (one.expected instanceof Refusal refusal) {
            assertThatThrownBy(() -> reader.read(value))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("column c")
                    .hasMessageContaining(refusal.message);
        } else {
            RowChange change = (RowChange) reader.read(value).get(0);
            assertThat(change.after()).containsExactly(one.expected);
        }
    }

    private static ChangeReader reader(String column, String type) {
        var columns = new ArrayList<Column>();
        columns.add(new Column(column, ColumnType.parse(type, null, null), true, Column.Generated.NO));
        return new ChangeReader((table, fingerprint) -> new TableSchema(ID, columns, List.of()));
    }

    private static Map<String, Object> source() {
        return Map.of("db", "shop", "table", "t", "ts_ms", 1L, "file", "mysql-bin.000003", "pos", 4L, "row", 0);
    }

    private static Struct envelope(Schema row, Struct after) {
        Schema sourceSchema = SchemaBuilder.struct()
                .field("db", Schema.STRING_SCHEMA)
                .field("table", Schema.OPTIONAL_STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field("file", Schema.STRING_SCHEMA)
                .field("pos", Schema.INT64_SCHEMA)
                .field("row", Schema.INT32_SCHEMA)
                .build();
        var source = new Struct(sourceSchema);
        source().forEach(source::put);
        Schema schema = SchemaBuilder.struct()
                .field("before", row)
                .field("after", row)
                .field("source", sourceSchema)
                .field("op", Schema.STRING_SCHEMA)
                .build();
        return new Struct(schema).put("after", after).put("source", source).put("op", "c");
    }
}
