package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Flavor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {

    private static final int IGNORABLE = 0x80;

    /** No event is passed over because nobody has heard of it: fragments of rows, for example, which MariaDB 12 has. */
    @ParameterizedTest
    @EnumSource
    void anEventThatIsNotKnownStops(Flavor flavor) {
        for (int type = 43; type < 256; type++) {
            if (type >= 160 && type <= 171) {
                continue;
            }
            RawEvent unknown = event(type, 0);
            assertThatThrownBy(() -> new EventDecoder(flavor).decode(unknown))
                    .isInstanceOf(BinlogException.class)
                    .hasMessageContaining("binlog event type " + type + " is not known to this connector");
        }
    }

    @Test
    void unlessItsServerSaysThatItMayBePassedOver() {
        assertThat(new EventDecoder(Flavor.MYSQL).decode(event(200, IGNORABLE)))
                .isInstanceOf(BinlogEvent.Ignored.class);
    }

    /** Statements that load files, of MySQL 3 to 8: their data are in events of their own. */
    @ParameterizedTest
    @ValueSource(ints = {6, 8, 9, 10, 11, 12, 17, 18})
    void filesThatStatementsLoadStop(int type) {
        assertThatThrownBy(() -> new EventDecoder(Flavor.MARIADB).decode(event(type, 0)))
                .isInstanceOf(BinlogException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {27, 41, 28, 29, 160, 164})
    void whatChangesNothingIsPassedOver(int type) {
        assertThat(new EventDecoder(Flavor.MYSQL).decode(event(type, 0))).isInstanceOf(BinlogEvent.Ignored.class);
    }

    private static RawEvent event(int type, int flags) {
        byte[] bytes = new byte[RawEvent.HEADER_LENGTH + 8];
        bytes[4] = (byte) type;
        bytes[17] = (byte) flags;
        return new RawEvent(bytes, bytes.length);
    }
}
