package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.block.Block;
import io.binlogreplica.record.block.BlockWriter;
import io.binlogreplica.record.json.ChangeJsonConverter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

/** What one connector writes the other reads, through every converter, to the last bit. */
class RecordContractTest {

    private static final TableId ID = new TableId("shop", "all types");
    private static final Map<String, Arbitrary<?>> COLUMNS = Map.ofEntries(
            column("tinyint(1)", Arbitraries.shorts().between((short) -128, (short) 127)),
            column("smallint unsigned", Arbitraries.integers().between(0, 65_535)),
            column("mediumint", Arbitraries.integers().between(-8_388_608, 8_388_607)),
            column("int unsigned", Arbitraries.longs().between(0, 4_294_967_295L)),
            column("bigint", Arbitraries.longs()),
            column(
                    "bigint unsigned",
                    Arbitraries.longs().map(Long::toUnsignedString).map(BigDecimal::new)),
            column("decimal(65,30)", Arbitraries.bigIntegers().map(unscaled -> new BigDecimal(unscaled, 30))),
            column("float", Arbitraries.floats()),
            column("double", Arbitraries.doubles()),
            column("bit(1)", Arbitraries.of(true, false)),
            column("bit(64)", Arbitraries.bytes().array(byte[].class).ofSize(8)),
            column("year", Arbitraries.integers().between(0, 2155)),
            column("date", Arbitraries.integers().between(-719_528, 2_932_896)),
            column("time(6)", Arbitraries.longs().between(-3_020_399_999_999L, 3_020_399_999_999L)),
            column("datetime(3)", Arbitraries.longs().between(-62_167_219_200_000L, 253_402_300_799_999L)),
            column("datetime(6)", Arbitraries.longs().between(-62_167_219_200_000_000L, 253_402_300_799_999_999L)),
            column("timestamp(6)", Arbitraries.of("1970-01-01T00:00:01Z", "2038-01-19T03:14:07.999999Z")),
            column("varchar(20)", Arbitraries.strings().ofMaxLength(20)),
            column("longtext", Arbitraries.strings().ofMaxLength(300)),
            column("enum('a,b','it''s')", Arbitraries.of("a,b", "it's")),
            column("set('x','y')", Arbitraries.of("", "x", "x,y")),
            column("json", Arbitraries.of("{\"a\": 1.0}", "null", "[]")),
            column("uuid", Arbitraries.create(() -> "123e4567-e89b-12d3-a456-426655440000")),
            column("inet6", Arbitraries.of("::", "2001:db8::ff00:42:8329")),
            column("varbinary(10)", Arbitraries.bytes().array(byte[].class).ofMaxSize(10)),
            column(
                    "vector(3)",
                    Arbitraries.bytes().array(byte[].class).ofSize(3).map(b ->
                            new byte[] {b[0], 0, 0, 1, b[1], 0, 0, 2, b[2], 0, 0, 3})),
            column(
                    "geometry",
                    Arbitraries.bytes().array(byte[].class).ofMinSize(4).ofMaxSize(30)));

    private static final List<String> TYPES = COLUMNS.keySet().stream().sorted().toList();
    private static final TableSchema TABLE = new TableSchema(
            ID,
            TYPES.stream()
                    .map(type -> new Column(
                            "c " + type, ColumnType.parse(type, null, null), !type.equals("bigint"), generated(type)))
                    .toList(),
            List.of(TYPES.indexOf("bigint")));
    private static final RecordSchemas SCHEMAS = new RecordSchemas(Flavor.MARIADB, "primary", SchemaStyle.PLAIN);
    private static final Envelope ENVELOPE = SCHEMAS.envelope(TABLE);
    private static final Origin ORIGIN = new Origin(
            1_700_000_000_123_456L,
            Origin.STREAMED,
            ID,
            new Sequence(17, 42),
            9,
            "0-1-42",
            "binlog.1000000",
            5_000_000_000L,
            3,
            "UPDATE `all types`");

    @Property(tries = 300)
    void aRowIsReadBackAsItWasWritten(@ForAll("rows") Object[] before, @ForAll("rows") Object[] after) {
        var change = new RowChange(
                TABLE,
                Op.UPDATE,
                before,
                after,
                ORIGIN,
                new RowChange.TransactionPlace("0-1-42", 7, 2),
                RowChange.NO_FOREIGN_KEY_CHECKS,
                true);
        for (var converter : converters()) {
            var reader = new ChangeReader((table, fingerprint) -> {
                assertThat(fingerprint).isEqualTo(TABLE.fingerprint());
                return TABLE;
            });
            assertThat(reader.read(through(converter, ENVELOPE.value(change, 5))))
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(change));
        }
    }

    @Property(tries = 300)
    void aBlockIsReadBackAsItWasWritten(
            @ForAll("rows") Object[] before, @ForAll("rows") Object[] after, @ForAll boolean cut) {
        var small =
                new TableSchema(new TableId("shop", "small"), TABLE.columns().subList(0, 1), List.of());
        var place = new RowChange.TransactionPlace("0-1-42", 7, 2);
        var copied = new Origin(9, Origin.COPIED, ID, new Sequence(17, 41), 0, null, "binlog.000007", 4, 0, null);
        List<RowChange> changes = List.of(
                new RowChange(TABLE, Op.UPDATE, before, after, ORIGIN, place, 2, false),
                new RowChange(TABLE, Op.DELETE, after, null, ORIGIN, place, 16, false),
                new RowChange(small, Op.CREATE, null, new Object[1], of(ORIGIN, small.id()), place, 0, true),
                new RowChange(TABLE, Op.READ, null, exact(before), copied, null, 0, true));
        var writer = new BlockWriter();
        writer.add(changes.get(1));
        writer.take(writer.size());
        changes.subList(0, 2).forEach(writer::add);
        int size = writer.size();
        changes.subList(2, 4).forEach(writer::add);
        byte[] block = writer.take(cut ? size : writer.size());

        var converter = new ChangeJsonConverter();
        Object value = converter
                .toConnectData("t", converter.fromConnectData("t", Block.SCHEMA, block))
                .value();
        var reader = new ChangeReader((table, fingerprint) -> table.equals(ID) ? TABLE : small);
        assertThat(reader.read(value)).usingRecursiveComparison().isEqualTo(changes.subList(0, cut ? 2 : 4));
        assertThat(reader.read(ByteBuffer.wrap(block))).hasSize(cut ? 2 : 4);
    }

    private static Origin of(Origin origin, TableId table) {
        return new Origin(
                origin.tsMicros(),
                origin.snapshot(),
                table,
                origin.sequence(),
                origin.serverId(),
                origin.gtid(),
                origin.file(),
                origin.pos(),
                origin.row(),
                origin.query());
    }

    private static Object[] exact(Object[] row) {
        Object[] exact = row.clone();
        exact[TYPES.indexOf("date")] = new ExactValue("2020-00-10");
        return exact;
    }

    @Test
    void aDamagedBlockIsRefused() {
        var row = new Object[TYPES.size()];
        row[TYPES.indexOf("bigint")] = 1L;
        row[TYPES.indexOf("varchar(20)")] = "text";
        var writer = new BlockWriter();
        writer.add(new RowChange(TABLE, Op.CREATE, null, row, ORIGIN, null, 0, true));
        byte[] block = writer.take(writer.size());
        var reader = new ChangeReader((table, fingerprint) -> TABLE);
        for (int length = block.length - 1; length > block.length - 30; length--) {
            byte[] part = Arrays.copyOf(block, length);
            assertThatThrownBy(() -> reader.read(part)).isInstanceOf(DataException.class);
        }
        block[1] = 2;
        assertThatThrownBy(() -> reader.read(block)).hasMessageContaining("upgrade the sink");
        assertThatThrownBy(() -> reader.read(new byte[] {1, 2})).hasMessageContaining("no block");
        assertThatThrownBy(() -> reader.read("base64")).hasMessageContaining("converter");
    }

    @Test
    void aValueThatNoTypeCarriesTravelsBesideItsRow() {
        var row = new Object[TYPES.size()];
        row[TYPES.indexOf("bigint")] = 1L;
        row[TYPES.indexOf("date")] = new ExactValue("0000-00-00");
        row[TYPES.indexOf("varchar(20)")] = new ExactValue("0xff");
        row[TYPES.indexOf("geometry")] = Form.ofGeometry(new byte[0]);
        row[TYPES.indexOf("vector(3)")] = new byte[] {0, 0, (byte) 128, 63, 0, 0, 0, (byte) 128, 0, 0, 0, 0};
        var change = new RowChange(TABLE, Op.READ, null, row, ORIGIN, null, 0, false);
        for (var converter : converters()) {
            var reader = new ChangeReader((table, fingerprint) -> TABLE);
            assertThat(reader.read(through(converter, ENVELOPE.value(change, 5))))
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(change));
        }
    }

    /** Converters give tables that are alike the same schema object, and so do transformations that rename schemas. */
    @Test
    void tablesWithTheSameSchemaStayTwo() {
        var row = new Object[TYPES.size()];
        row[TYPES.indexOf("bigint")] = 1L;
        Struct first = ENVELOPE.value(new RowChange(TABLE, Op.READ, null, row, ORIGIN, null, 0, false), 5);
        Struct second =
                copy(first).put("source", copy(first.getStruct("source")).put("table", "other"));
        var reader = new ChangeReader((table, fingerprint) -> null);
        assertThat(Stream.of(first, second, first))
                .map(value -> ((RowChange) reader.read(value).get(0)).schema().id())
                .containsExactly(ID, new TableId(ID.database(), "other"), ID);
    }

    private static Struct copy(Struct struct) {
        var copy = new Struct(struct.schema());
        struct.schema().fields().forEach(field -> copy.put(field, struct.get(field)));
        return copy;
    }

    @Test
    void whatIsNoChangeIsPassedOverOrRefused() {
        var reader = new ChangeReader((table, fingerprint) -> TABLE);
        assertThat(reader.read(null)).as("a tombstone").isEmpty();
        assertThat(reader.read(Map.of("ts_ms", 5L))).as("a heartbeat").isEmpty();
        assertThat(reader.read(Map.of("status", "END", "id", "1", "event_count", 3, "ts_ms", 5L)))
                .as("the end of a transaction")
                .isEmpty();
        assertThatThrownBy(() -> reader.read(Map.of("id", 1, "name", "flattened")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("flattens");
    }

    @Test
    void aDefinitionReadEarlierIsEnoughToReadRowsWithoutSchemas() {
        var definition = new TableChange(
                TableChange.Kind.DEFINITION,
                ORIGIN,
                "shop",
                null,
                List.of(new TableChange.Table(TableChange.Type.CREATE, ID, TABLE)),
                true);
        var row = new Object[TYPES.size()];
        row[TYPES.indexOf("bigint")] = -5L;
        var change = new RowChange(TABLE, Op.DELETE, row, null, ORIGIN, null, 0, true);
        for (var converter : converters()) {
            var reader = new ChangeReader((table, fingerprint) -> null);
            var envelope = SCHEMAS.tableChanges();
            assertThat(reader.read(through(converter, envelope.value(definition, 5))))
                    .isEqualTo(List.of(definition));
            assertThat(reader.read(through(converter, ENVELOPE.value(change, 5))))
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(change));
        }
    }

    @Test
    void rowsOfAnUnknownVersionAreRefusedByName() {
        var row = new Object[TYPES.size()];
        row[TYPES.indexOf("bigint")] = -5L;
        var change = new RowChange(TABLE, Op.DELETE, row, null, ORIGIN, null, 0, true);
        var reader = new ChangeReader((table, fingerprint) -> null);
        Object value = through(new ChangeJsonConverter(), ENVELOPE.value(change, 5));
        assertThatThrownBy(() -> reader.read(value))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("shop.all types")
                .hasMessageContaining("Restart the source");
    }

    @Test
    void ddlOfADroppedTableIsReadBack() {
        var change = new TableChange(
                TableChange.Kind.DDL,
                ORIGIN,
                "other",
                "DROP TABLE `all types`",
                List.of(new TableChange.Table(TableChange.Type.DROP, ID, null)),
                true);
        for (var converter : converters()) {
            var reader = new ChangeReader((table, fingerprint) -> null);
            assertThat(reader.read(through(converter, SCHEMAS.tableChanges().value(change, 5))))
                    .isEqualTo(List.of(change));
        }
    }

    @Test
    void theSessionOfAStatementIsReadBack() {
        for (StatementSession session : List.of(
                new StatementSession(
                        1_700_000_000_123_456L,
                        List.of("ANSI_QUOTES", "STRICT_ALL_TABLES"),
                        "Europe/Berlin",
                        "latin1_german2_ci",
                        "utf8mb4=utf8mb4_uca1400_ai_ci",
                        false),
                new StatementSession(0, List.of(), null, null, null, null))) {
            var change = TableChange.ddl(ORIGIN, "other", "DROP TABLE t", List.of(), true, session);
            for (var converter : converters()) {
                var reader = new ChangeReader((table, fingerprint) -> null);
                assertThat(reader.read(through(converter, SCHEMAS.tableChanges().value(change, 5))))
                        .isEqualTo(List.of(change));
            }
        }
    }

    @Test
    void checksumsAreReadBack() {
        for (TableChange change : checksums(ID, TABLE)) {
            for (var converter : converters()) {
                var reader = new ChangeReader((table, fingerprint) -> null);
                assertThat(reader.read(through(converter, SCHEMAS.tableChanges().value(change, 5))))
                        .isEqualTo(List.of(change));
            }
        }
    }

    /** Of a range that is open on each side, of its rows, and of none. */
    static List<TableChange> checksums(TableId id, TableSchema table) {
        var key = List.of("_utf8mb4 x'c3a9'", "5");
        var rows = List.of(
                new RowDigest(key, "18446744073709551615", List.of("0a1b2c3d", "")),
                new RowDigest(List.of("_utf8mb4 x''", "-6"), "0", List.of("", "ffffffff")));
        return Stream.of(
                        new RangeChecksum(
                                Flavor.MARIADB,
                                "native-1",
                                new KeyRange(null, key),
                                new Checksum(2000, new BigDecimal("36893488147419103230000")),
                                null),
                        new RangeChecksum(
                                Flavor.MYSQL,
                                "portable-1",
                                new KeyRange(key, null),
                                new Checksum(2, new BigDecimal("18446744073709551615")),
                                rows),
                        new RangeChecksum(
                                Flavor.MYSQL,
                                "native-1",
                                new KeyRange(null, null),
                                new Checksum(0, BigDecimal.ZERO),
                                List.of()))
                .map(checksum -> TableChange.checksum(
                        new Origin(
                                5, Origin.COPIED, id, new Sequence(17, 42), 0, "0-1-42", "binlog.000001", 4, 0, null),
                        id.database(),
                        new TableChange.Table(TableChange.Type.CREATE, id, table),
                        checksum))
                .toList();
    }

    @Test
    void heartbeatsAndTombstonesAreNoChanges() {
        var reader = new ChangeReader((table, fingerprint) -> null);
        assertThat(reader.read(null)).isEmpty();
        assertThat(reader.read(Map.of("ts_ms", 5L))).isEmpty();
    }

    @Test
    void readableJsonOfARow() {
        var table = new TableSchema(
                new TableId("shop", "t"),
                List.of(
                        new Column("id", ColumnType.parse("int", null, null), false, Column.Generated.NO),
                        new Column("price", ColumnType.parse("decimal(5,2)", null, null), true, Column.Generated.NO)),
                List.of(0));
        var change =
                new RowChange(table, Op.CREATE, null, new Object[] {1, new BigDecimal("9.50")}, ORIGIN, null, 0, true);
        byte[] json = new ChangeJsonConverter()
                .fromConnectData(
                        "t",
                        null,
                        new RecordSchemas(Flavor.MYSQL, "p", SchemaStyle.PLAIN)
                                .envelope(table)
                                .value(change, 5_000_000));
        assertThat(new String(json, StandardCharsets.UTF_8))
                .startsWith("{\"after\":{\"id\":1,\"price\":9.50},\"source\":{\"version\":\"")
                .contains("\"connector\":\"mysql\",\"name\":\"p\",\"ts_ms\":1700000000123,\"snapshot\":\"false\"")
                .contains("\"sequence\":\"[\\\"17\\\",\\\"42\\\"]\"")
                .contains("\"op\":\"c\",\"ts_ms\":5,\"ts_us\":5000,\"ts_ns\":5000000,\"replica\":{");
    }

    @Provide
    Arbitrary<Object[]> rows() {
        var columns = new ArrayList<Arbitrary<Object>>();
        for (Column column : TABLE.columns()) {
            Arbitrary<Object> values = COLUMNS.get(column.name().substring(2)).map(value -> (Object) value);
            columns.add(column.nullable() ? values.injectNull(0.1) : values);
        }
        return Combinators.combine(columns).as(List::toArray);
    }

    private static Column.Generated generated(String type) {
        return type.equals("year") ? Column.Generated.STORED : Column.Generated.NO;
    }

    private static Map.Entry<String, Arbitrary<?>> column(String type, Arbitrary<?> values) {
        return Map.entry(type, values);
    }

    private static List<Converter> converters() {
        var withSchemas = new JsonConverter();
        withSchemas.configure(Map.of("schemas.enable", "true"), false);
        var schemaless = new JsonConverter();
        schemaless.configure(Map.of("schemas.enable", "false"), false);
        return Arrays.asList(withSchemas, schemaless, new ChangeJsonConverter());
    }

    private static Object through(Converter converter, Struct value) {
        return converter
                .toConnectData("t", converter.fromConnectData("t", value.schema(), value))
                .value();
    }
}
