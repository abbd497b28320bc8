package io.binlogreplica.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.apply.TableStatements.Finding;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableStatementsTest {

    /** Servers compare bytes with a BIT column as the number that they begin with as text. */
    @ParameterizedTest
    @EnumSource(Finding.class)
    void bitsAreFoundAsANumber(Finding by) {
        var table = new TableSchema(
                new TableId("replica", "t"),
                List.of(new Column("k", ColumnType.parse("bit(40)", null, null), false, Column.Generated.NO)),
                List.of(0));
        var target = new TargetTable(table, List.of(), Set.of(), true, List.of(), Map.of());
        var sql = new TableStatements(new Mapping(table, target, List.of(0), List.of(0), List.of(0)), by);
        assertThat(sql.delete())
                .isEqualTo("DELETE FROM `replica`.`t` WHERE `k` = CAST(CONV(HEX(?), 16, 10) AS UNSIGNED)");
    }
}
