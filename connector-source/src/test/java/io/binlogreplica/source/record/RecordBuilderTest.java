package io.binlogreplica.source.record;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.stream.SourceChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
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
        var builder = new RecordBuilder(
                config.topics(),
                config.schemas(),
                new Projection(config.columns(), true),
                Flavor.MARIADB,
                Clock.systemUTC());
        var change = new SourceChange(row, StreamOffset.partition("p"), TableOffset.begun(), TableOffset.begun());
        assertThatThrownBy(() -> builder.build(change, new ArrayList<>()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("table replica.t, at 0-1-42 (binlog.000007:4711 row 3): no record");
    }
}
