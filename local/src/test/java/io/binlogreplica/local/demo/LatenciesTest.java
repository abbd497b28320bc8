package io.binlogreplica.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private static final long MILLI = 1_000_000;

    @Test
    void percentilesAreTimesThatWereMeasured() {
        List<Long> nanos =
                LongStream.rangeClosed(1, 200).mapToObj(i -> i * MILLI).collect(Collectors.toList());
        Collections.reverse(nanos);
        Latencies latencies = Latencies.of(nanos);
        assertThat(latencies.count()).isEqualTo(200);
        assertThat(latencies.percentileMillis(50)).isEqualTo(100);
        assertThat(latencies.percentileMillis(99)).isEqualTo(198);
        assertThat(latencies.percentileMillis(100)).isEqualTo(200);
        assertThat(latencies.percentileMillis(0)).isEqualTo(1);
    }

    @Test
    void oneTimeIsEveryPercentile() {
        Latencies latencies = Latencies.of(List.of(7 * MILLI));
        assertThat(latencies.percentileMillis(50)).isEqualTo(7);
        assertThat(latencies.percentileMillis(99)).isEqualTo(7);
    }

    @Test
    void noneIsAnError() {
        assertThatThrownBy(() -> Latencies.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
