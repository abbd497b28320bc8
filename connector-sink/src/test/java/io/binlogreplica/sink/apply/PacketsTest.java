package io.binlogreplica.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTable;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PacketsTest {

    private static final TableSchema TABLE = new TableSchema(
            new TableId("replica", "t"),
            List.of(new Column(
                    "c", ColumnType.parse("longtext", "latin1", "latin1_swedish_ci"), true, Column.Generated.NO)),
            List.of());
    private static final Mapping MAPPING = mapping(List.of());

    @Test
    void rowsEndWhereTheirValuesFillAPacketHoweverTheseTravel() throws SQLException {
        for (Object value : List.of("x".repeat(100), new byte[400], new ExactValue("0x" + "81".repeat(400)))) {
            assertThat(new Packets(1_000)
                            .end(MAPPING, TableStatements.Finding.KEY, rows(value, value, value, value), 0, 4))
                    .isEqualTo(2);
        }
    }

    @Test
    void aRowThatIsLargerThanAPacketIsRefusedHoweverItTravels() throws SQLException {
        for (Object value : List.of("x".repeat(1_000), new byte[1_000], new ExactValue("0x" + "81".repeat(1_000)))) {
            assertThat(new Packets(1_100).end(MAPPING, TableStatements.Finding.KEY, rows(value), 0, 1))
                    .isEqualTo(1);
            assertThatThrownBy(() -> new Packets(1_000).end(MAPPING, TableStatements.Finding.KEY, rows(value), 0, 1))
                    .isInstanceOf(SQLDataException.class)
                    .hasMessageContaining("max_allowed_packet");
        }
    }

    @Test
    void anUpdateHasBothRowsInAPacketWhereTheOldOneIsFoundByAllOfIt() throws SQLException {
        List<Located> update = rows(Op.UPDATE, new Object[] {"y".repeat(600)}, "x".repeat(600));
        Mapping keyed = mapping(List.of(0));
        assertThat(new Packets(1_000).end(keyed, TableStatements.Finding.KEY, update, 0, 1))
                .isEqualTo(1);
        assertThatThrownBy(() -> new Packets(1_000).end(keyed, TableStatements.Finding.WHOLE_ROW, update, 0, 1))
                .isInstanceOf(SQLDataException.class);
        assertThatThrownBy(() -> new Packets(1_000).end(MAPPING, TableStatements.Finding.KEY, update, 0, 1))
                .isInstanceOf(SQLDataException.class);
        assertThat(new Packets(1_300).end(MAPPING, TableStatements.Finding.KEY, update, 0, 1))
                .isEqualTo(1);
    }

    private static Mapping mapping(List<Integer> key) {
        return new Mapping(
                TABLE,
                new TargetTable(TABLE, List.of(), Set.of(), true, List.of(), Map.of()),
                List.of(0),
                key,
                List.of(0));
    }

    private static List<Located> rows(Object... values) {
        return rows(Op.CREATE, null, values);
    }

    private static List<Located> rows(Op op, Object @Nullable [] before, Object... values) {
        var origin = new Origin(0, Origin.STREAMED, TABLE.id(), null, 1, null, "binlog.000001", 4, 0, null);
        return Arrays.stream(values)
                .map(value -> new RowChange(TABLE, op, before, new Object[] {value}, origin, null, 0, true))
                .map(change -> new Located(change, 0))
                .toList();
    }
}
