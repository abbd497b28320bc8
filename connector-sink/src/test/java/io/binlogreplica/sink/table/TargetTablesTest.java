package io.binlogreplica.sink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetTablesTest {

    private static final TableSchema ROOMS = new TableSchema(
            new TableId("d", "rooms"),
            Stream.of("id", "room", "fr`om", "to")
                    .map(name -> new Column(name, ColumnType.parse("int", null, null), false, Column.Generated.NO))
                    .toList(),
            List.of(0));

    /** As MariaDB prints it. */
    private static final String DEFINITION = """
            CREATE TABLE `rooms` (
              `id` int(11) NOT NULL,
              `room` int(11) NOT NULL COMMENT 'UNIQUE KEY (`p` WITHOUT OVERLAPS)',
              `fr``om` date NOT NULL,
              `to` date NOT NULL,
              PERIOD FOR `p` (`fr``om`, `to`),
              PRIMARY KEY (`id`),
              UNIQUE KEY `room` (`room`,`p`%s)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 WITH SYSTEM VERSIONING""";

    @Test
    void thePeriodOfATableThatTakesNoOverlapsIsFound() {
        assertThat(TargetTables.period(ROOMS, DEFINITION.formatted(" WITHOUT OVERLAPS")))
                .containsExactlyInAnyOrder(2, 3);
        assertThat(TargetTables.period(ROOMS, DEFINITION.formatted(""))).isEmpty();
        assertThat(TargetTables.period(ROOMS, "CREATE TABLE `rooms` (\n  PERIOD FOR SYSTEM_TIME (`fr``om`, `to`)\n)"))
                .isEmpty();
    }
}
