package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables as servers write them, one behind the other without lengths. */
class StatusVariablesTest {

    @Test
    void ofMySql() {
        StatusVariables variables = read(
                false,
                "00 00000000" // flags
                        + "01 2000a04500000000" // sql_mode
                        + "06 03 737464" // catalog
                        + "04 0800 2d00 ff00" // charsets
                        + "05 06 2b30353a3330" // time zone
                        + "0c 01 7368 6f70 00" // databases
                        + "0d 40e201" // microseconds
                        + "10 00" // explicit defaults
                        + "11 1b68010000000000" // xid
                        + "12 ff00" // collation of utf8mb4
                        + "13 00 14 00");
        assertThat(variables)
                .isEqualTo(new StatusVariables(123_456, 0x45a00020L, 8, 255, "+05:30", false, Map.of(255, 255)));
    }

    /** From 11.5 on the collations of charsets come before the charsets. */
    @Test
    void ofMariaDb() {
        StatusVariables variables = read(
                true,
                "00 00000001"
                        + "01 0000000004000000"
                        + "06 03 737464"
                        + "83 02 2d00 0009 2100 0109"
                        + "04 2100 2100 0800"
                        + "80 010000"
                        + "81 0100000000000000"
                        + "82 04 0200000000000000"
                        + "05 06 53595354454d");
        assertThat(variables)
                .isEqualTo(new StatusVariables(1, 1L << 34, 33, 8, "SYSTEM", true, Map.of(45, 0x900, 33, 0x901)));
    }

    /** What is behind a variable that is not known stays unknown, and nothing else. */
    @Test
    void ofAServerThatIsNewer() {
        assertThat(read(false, "01 0400000000000000 7f 0102 05 06 53595354454d"))
                .isEqualTo(new StatusVariables(0, 4, -1, -1, null, null, Map.of()));
    }

    private static StatusVariables read(boolean mariaDb, String hex) {
        return StatusVariables.read(HexFormat.of().parseHex(hex.replace(" ", "")), mariaDb);
    }
}
