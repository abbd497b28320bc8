package io.binlogreplica.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void progressSaysHowFarHowFastAndHowLongStill() {
        assertThat(Text.progress("Copying", 50_000, 200_000, "rows", 12_500, "2 of 7 tables complete"))
                .isEqualTo("Copying [#####...............]  25 %  50,000 rows  12,500 rows/s  12 s left"
                        + "  2 of 7 tables complete");
    }

    @Test
    void withoutARateNothingIsSaidOfTheTimeLeft() {
        assertThat(Text.progress("Copying", 0, 200_000, "rows", 0, ""))
                .isEqualTo("Copying [....................]   0 %  0 rows");
    }

    @Test
    void progressNeverPassesTheEnd() {
        assertThat(Text.progress("Copying", 205, 200, "rows", 100, ""))
                .isEqualTo("Copying [####################] 100 %  200 rows  100 rows/s  0 s left");
    }

    @Test
    void nothingToDoIsNoDivisionByZero() {
        assertThat(Text.progress("Writing", 0, 0, "changes", 0, "")).endsWith("]   0 %  0 changes");
    }

    @Test
    void durationsHaveTwoUnitsAtMost() {
        assertThat(Text.duration(0.4)).isEqualTo("0 s");
        assertThat(Text.duration(59.4)).isEqualTo("59 s");
        assertThat(Text.duration(125)).isEqualTo("2 min 5 s");
        assertThat(Text.duration(3_780)).isEqualTo("1 h 3 min");
        assertThat(Text.duration(-1)).isEqualTo("0 s");
    }
}
