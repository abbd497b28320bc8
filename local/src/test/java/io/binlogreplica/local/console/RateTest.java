package io.binlogreplica.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {

    private static final long SECOND = 1_000_000_000;

    private final Rate rate = new Rate(Duration.ofSeconds(5));

    @Test
    void oneSampleIsNoRate() {
        rate.add(0, 100);
        assertThat(rate.perSecond()).isZero();
    }

    @Test
    void isTheGrowthOverTheTime() {
        rate.add(0, 100);
        rate.add(2 * SECOND, 300);
        assertThat(rate.perSecond()).isEqualTo(100);
    }

    @Test
    void forgetsWhatIsOlderThanItsWindow() {
        for (int second = 0; second <= 10; second++) {
            rate.add(second * SECOND, 1_000);
        }
        for (int second = 11; second <= 15; second++) {
            rate.add(second * SECOND, 1_000 + (second - 10) * 50);
        }
        assertThat(rate.perSecond()).isEqualTo(50);
    }

    @Test
    void samplesFartherApartThanTheWindowStillGiveARate() {
        rate.add(0, 0);
        rate.add(60 * SECOND, 600);
        assertThat(rate.perSecond()).isEqualTo(10);
    }

    @Test
    void aCountThatWentBackIsNoNegativeRate() {
        rate.add(0, 100);
        rate.add(SECOND, 0);
        assertThat(rate.perSecond()).isZero();
    }
}
