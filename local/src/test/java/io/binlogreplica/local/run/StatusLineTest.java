package io.binlogreplica.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusLineTest {

    @Test
    void saysHowFarHowFastAndHowLate() {
        var status = new ReplicaStatus(12, 1, 0, 90_000, 350, 2_400, "binlog.000007:4711 0-1-93");
        assertThat(StatusLine.of(status, 6_000, Duration.ofSeconds(30)))
                .isEqualTo(
                        "12 tables whole, 1 being copied; 6,000 records applied in 30 s (200/s); the last change 0.4 s"
                                + " after it was made, 2 s ago, binlog.000007:4711 0-1-93");
    }

    @Test
    void saysWhatDiffersApartFromWhatIsBeingCopied() {
        var status = new ReplicaStatus(12, 0, 2, 90_000, 350, 2_400, "binlog.000007:4711 0-1-93");
        assertThat(StatusLine.of(status, 6_000, Duration.ofSeconds(30)))
                .startsWith("12 tables whole, 0 being copied, 2 DIFFER (./replica status); ");
    }

    @Test
    void saysThatNothingWasAppliedYet() {
        assertThat(StatusLine.of(new ReplicaStatus(0, 0, 0, 0, 0, 0, ""), 0, Duration.ofSeconds(30)))
                .isEqualTo("nothing applied yet");
    }
}
