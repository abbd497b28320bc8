package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemporalsTest {

    @Property
    void everyDateIsJavasDate(@ForAll @IntRange(min = -719_528, max = 2_932_896) int days) {
        String text = LocalDate.ofEpochDay(days).toString();
        assertThat(Temporals.parse(text, type("date"))).isEqualTo(days);
        assertThat(Temporals.text(days, type("date"))).isEqualTo(text);
    }

    @Property
    void everyDatetimeIsJavas(
            @ForAll @LongRange(min = -62_167_219_200_000_000L, max = 253_402_300_799_999_999L) long micros) {
        String text = Temporals.text(micros, type("datetime(6)"));
        assertThat(LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC))
                .isEqualTo(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        assertThat(Temporals.parse(text, type("datetime(6)"))).isEqualTo(micros);
    }

    @Property
    void everyTimestampIsJavas(@ForAll @LongRange(min = 1, max = 4_294_967_295_999_999L) long micros) {
        var iso = (String) Temporals.timestamp(micros / 1_000_000, (int) (micros % 1_000_000), 6);
        assertThat(Instant.parse(iso)).isEqualTo(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        assertThat(Temporals.parse(Temporals.text(iso, type("timestamp(6)")), type("timestamp(6)")))
                .isEqualTo(iso);
    }

    @Property
    void everyTimeSurvives(@ForAll @LongRange(min = -3_020_399_999_999L, max = 3_020_399_999_999L) long micros) {
        assertThat(Temporals.parse(Temporals.text(micros, type("time(6)")), type("time(6)")))
                .isEqualTo(micros);
    }

    @ParameterizedTest
    @CsvSource({
        "time,-838:59:59,-3020399000000",
        "time(3),00:00:00.007,7000",
        "datetime,1582-10-10 00:00:00,-12219724800000",
        "datetime(3),1970-01-01 00:00:00.250,250",
        "date,0000-01-01,-719528",
        "year,0000,0",
        "timestamp(2),2024-02-29 23:59:59.50,2024-02-29T23:59:59.5Z"
    })
    void knownValues(String type, String text, String canonical) {
        assertThat(Temporals.parse(text, type(type))).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "date,0000-00-00",
        "date,2024-00-15",
        "date,2023-02-29",
        "datetime,2024-02-31 23:59:59",
        "datetime(4),2024-02-00 00:00:00.0000",
        "timestamp,0000-00-00 00:00:00",
        "timestamp(3),0000-00-00 00:00:00.000"
    })
    void whatIsNoDateIsKeptAsText(String type, String text) {
        assertThat(Temporals.parse(text, type(type))).isEqualTo(new ExactValue(text));
    }

    @Test
    void whatIsNoTemporalTextIsRefused() {
        assertThatThrownBy(() -> Temporals.parse("tomorrow", type("datetime")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("tomorrow");
    }

    private static ColumnType type(String type) {
        return ColumnType.parse(type, null, null);
    }
}
