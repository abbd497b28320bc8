package io.binlogreplica.source.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.stream.SourceChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBuilderTest {

    /** A value that no decoder makes; Connect's own exceptions name no row, either. */
    @ParameterizedTest
    @ValueSource(strings = {"point", "int"})
    void aRowOfWhichNoRecordCanBeMadeIsNamed(String type) {
        var table = new TableSchema(
                new TableId("replica", "t"),
                List.of(new Column("c", ColumnType.parse(type, null, null), true, Column.Generated.NO)),
                List.of());
        var origin = new Origin(0, Origin.STREAMED, table.id(), null, 1, "0-1-42", "binlog.000007", 4711, 3, null);
        var row = new RowChange(table, Op.CREATE, null, new Object[] {new byte[1]}, origin, null, 0, true);
        SourceConfig config = TestRecords.config(Map.of("record.format", "envelope"));
        var builder = TestRecords.builder(config);
        var change = new SourceChange(row, StreamOffset.partition("p"), TableOffset.begun(), TableOffset.begun());
        assertThatThrownBy(() -> builder.build(change, new ArrayList<>()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("table replica.t, at 0-1-42 (binlog.000007:4711 row 3): no record");
    }

    /** What is within a transaction when a block ends goes into the next, as it was to be. */
    @Test
    void aColumnThatIsLeftOutIsInNoBlock() {
        var table = new TableSchema(
                new TableId("replica", "t"),
                List.of(
                        new Column("id", ColumnType.parse("int", null, null), false, Column.Generated.NO),
                        new Column("secret", ColumnType.parse("text", "utf8mb4", null), true, Column.Generated.NO)),
                List.of(0));
        SourceConfig config =
                TestRecords.config(Map.of("record.format", "block", "column.exclude.list", "replica.t.secret"));
        var builder = TestRecords.builder(config);
        var records = new ArrayList<ChangeRecord>();
        for (int i = 1; i <= 3; i++) {
            var origin = new Origin(
                    0, Origin.STREAMED, table.id(), new Sequence(1, i), 1, "0-1-" + i, "binlog.000007", i, 0, null);
            for (boolean last : new boolean[] {false, true}) {
                var row = new RowChange(
                        table, Op.CREATE, null, new Object[] {i, "not-for-readers"}, origin, null, 0, last);
                builder.build(
                        new SourceChange(row, StreamOffset.partition("p"), TableOffset.begun(), TableOffset.begun()),
                        records);
                if (i > 1) {
                    builder.flush(records);
                }
            }
        }
        assertThat(records)
                .hasSizeGreaterThan(2)
                .allSatisfy(record -> assertThat(new String((byte[]) record.value(), StandardCharsets.UTF_8))
                        .doesNotContain("not-for-readers"));
    }
}
