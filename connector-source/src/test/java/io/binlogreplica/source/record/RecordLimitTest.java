package io.binlogreplica.source.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.record.json.ChangeJsonConverter;
import io.binlogreplica.source.config.DeliveryConfig;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.stream.SourceChange;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLimitTest {

    private static final TableSchema TABLE = new TableSchema(
            new TableId("replica", "t"),
            List.of(
                    column("id", "bigint unsigned", null),
                    column("text \"ä\"", "longtext", "utf8mb4"),
                    column("bytes", "longblob", null),
                    column("vector", "vector(16383)", null),
                    column("bits", "bit(60)", null),
                    column("at", "timestamp(6)", null),
                    column("number", "double", null),
                    column("exact", "longtext", "latin1")),
            List.of(0));

    /** K20: no record is larger than it was taken for, and none much smaller. */
    @ParameterizedTest
    @ValueSource(strings = {"envelope", "block"})
    void sizesAreThoseOfTheRecords(String format) {
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            RowChange row = random.nextBoolean() ? insert(row(random)) : update(row(random), row(random));
            long size = recordSize(row, format);
            assertThat(limit(size - 1, format).excess(row))
                    .contains(
                            "table replica.t, key [18446744073709551615], read at 0-1-42 (binlog.000007:4711 row 3) would");
            assertThat(limit(size + size / 2 + 5_000, format).excess(row)).isNull();
        }
    }

    private static Object[] row(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(40_000); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(6)) {
                        case 0 -> random.nextInt(32);
                        case 1 -> '"';
                        case 2 -> 0x1F600;
                        case 3 -> 'ä';
                        case 4 -> '中';
                        default -> 'a';
                    });
        }
        byte[] vector = new byte[4 * random.nextInt(10_000)];
        for (int i = 0; i < vector.length; i += 4) {
            int bits = Float.floatToIntBits(-(float) random.nextGaussian() * 1e-10f);
            for (int k = 0; k < 4; k++) {
                vector[i + k] = (byte) (bits >> 8 * k);
            }
        }
        if (vector.length > 0 && random.nextBoolean()) {
            System.arraycopy(new byte[] {0, 0, 0, (byte) 0x80}, 0, vector, 0, 4);
        }
        return new Object[] {
            new BigDecimal(Long.toUnsignedString(-1)),
            text.toString(),
            new byte[random.nextInt(100_000)],
            random.nextBoolean() ? null : vector,
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
            "2024-02-29T23:59:59.123456Z",
            -Double.MIN_NORMAL,
            random.nextBoolean() ? null : new ExactValue("0x" + "81".repeat(random.nextInt(40_000)))
        };
    }

    private static RowChange insert(Object[] row) {
        return change(Op.CREATE, null, row);
    }

    private static RowChange update(Object[] before, Object[] after) {
        return change(Op.UPDATE, before, after);
    }

    private static RowChange change(Op op, Object[] before, Object[] after) {
        var origin = new Origin(
                1_764_226_800_123_456L,
                Origin.STREAMED,
                TABLE.id(),
                new Sequence(1_764_226_800_000L, 9_000_000),
                1,
                "0-1-42",
                "binlog.000007",
                4711,
                3,
                null);
        return new RowChange(
                TABLE,
                op,
                before,
                after,
                origin,
                new RowChange.TransactionPlace("0-1-42", 7_000_000, 2_000_000),
                2,
                true);
    }

    /** What Kafka's producer compares with its limit, all but 100 bytes of its own. */
    private static long recordSize(RowChange row, String format) {
        SourceConfig config = TestRecords.config(Map.of("record.format", format));
        var records = new ArrayList<ChangeRecord>();
        var builder = TestRecords.builder(config);
        builder.build(
                new SourceChange(row, StreamOffset.partition("p"), TableOffset.begun(), TableOffset.begun()), records);
        builder.flush(records);
        assertThat(records).hasSize(1);
        var converter = new ChangeJsonConverter();
        byte[] key = converter.fromConnectData(
                "t", records.get(0).keySchema(), records.get(0).key());
        byte[] value = converter.fromConnectData(
                "t", records.get(0).valueSchema(), records.get(0).value());
        return (key == null ? 0 : key.length) + value.length + 100L;
    }

    private static RecordLimit limit(long bytes, String format) {
        SourceConfig config = TestRecords.config(
                Map.of("record.format", format, DeliveryConfig.RECORD_BYTES_MAX, Long.toString(bytes)));
        return new RecordLimit(config.delivery(), config.topics(), new Projection(config.columns(), true));
    }

    private static Column column(String name, String type, String charset) {
        return new Column(
                name,
                ColumnType.parse(type, charset, charset == null ? null : "utf8mb4_bin"),
                true,
                Column.Generated.NO);
    }
}
