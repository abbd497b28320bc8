package io.binlogreplica.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class VerifyOffsetTest {

    @Test
    void isReadBackAsItWasSaved() {
        var within =
                new VerifyOffset(new TableId("a.b", "t"), List.of("_utf8mb4 x'c3a9'", "'2024-01-01 00:00:00'", "-5"));
        assertThat(VerifyOffset.of(within.toMap())).isEqualTo(within);
        var atTheEnd = new VerifyOffset(new TableId("d", "t"), null);
        assertThat(VerifyOffset.of(atTheEnd.toMap())).isEqualTo(atTheEnd);
        assertThat(VerifyOffset.of(null)).isNull();
    }

    @Test
    void mayBeSetByAUser() {
        Map<String, String> partition = VerifyOffset.partition("p");
        assertThat(OffsetChange.check("p", partition, null, Flavor.MARIADB)).isNull();
        assertThat(OffsetChange.check("p", partition, Map.of("database", "d", "table", "t"), Flavor.MARIADB))
                .isNull();
        assertThatThrownBy(() -> OffsetChange.check("p", partition, Map.of("table", "t"), Flavor.MARIADB))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("not how far tables were verified");
    }
}
