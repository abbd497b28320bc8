package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.source.binlog.TableMap.MappedColumn;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueDecodersTest {

    /** MariaDB takes an empty text for one. */
    @Test
    void anEmptyGeometryHasNoSrid() {
        assertThat(geometry(0, 0, 0, 0)).isEqualTo(new ExactValue("0x"));
        assertThat(geometry(2, 0, 0, 0, 7, 8)).isEqualTo(new ExactValue("0x0708"));
        assertThat(geometry(5, 0, 0, 0, 1, 0, 0, 0, 9)).isEqualTo(new byte[] {1, 0, 0, 0, 9});
    }

    private static Object geometry(int... bytes) {
        byte[] event = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            event[i] = (byte) bytes[i];
        }
        var mapped = new MappedColumn(MappedColumn.GEOMETRY, 4, true, false, -1, null, List.of());
        return ValueDecoders.of(mapped, ColumnType.parse("point", null, null))
                .decode(new ByteCursor(event, 0, event.length));
    }
}
