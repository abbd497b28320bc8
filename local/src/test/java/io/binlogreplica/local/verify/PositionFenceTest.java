package io.binlogreplica.local.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PositionFenceTest {

    private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String FORMER = "5d2c8a01-71ca-11e1-9e33-c80aa9429562";

    @Test
    void eachDomainOfMariaDbIsASequence() {
        assertThat(PositionFence.numbers("0-1-270,1-12-3")).containsOnly(Map.entry("0", 270L), Map.entry("1", 3L));
        assertThat(PositionFence.numbers("")).isEmpty();
    }

    @Test
    void eachTagOfMySqlIsASequence() {
        assertThat(PositionFence.numbers(UUID + ":1-5:7-9,\n" + FORMER + ":8:tag:1-3:4:_other:6"))
                .containsOnly(
                        Map.entry(UUID, 9L),
                        Map.entry(FORMER, 8L),
                        Map.entry(FORMER + ":tag", 4L),
                        Map.entry(FORMER + ":_other", 6L));
        assertThat(PositionFence.numbers(UUID + ":tag:4")).containsOnly(Map.entry(UUID + ":tag", 4L));
    }

    @Test
    void mariaDbIsReachedInAllDomains() {
        assertThat(isReached("0-1-7,1-1-3", "0-2-7,1-1-4,2-1-1")).isTrue();
        assertThat(isReached("0-1-7,1-1-3", "0-1-6,1-1-3")).isFalse();
        assertThat(isReached("0-1-7,1-1-3", "0-1-7")).isFalse();
        assertThat(isReached("0-1-7", "")).isFalse();
    }

    @Test
    void mySqlIsReachedInItsOwnSequence() {
        assertThat(isReachedOnMySql(UUID + ":1-7", UUID + ":7")).isTrue();
        assertThat(isReachedOnMySql(UUID + ":1-7", UUID + ":6")).isFalse();
        assertThat(isReachedOnMySql(FORMER + ":1-90," + UUID + ":1-7", UUID + ":7"))
                .isTrue();
        assertThat(isReachedOnMySql(UUID + ":1-7", "")).isFalse();
    }

    @Test
    void whichOfTwoOwnSequencesOfMySqlIsAheadIsNotKnown() {
        assertThat(isReachedOnMySql(UUID + ":1-7:tag:1-2", UUID + ":7")).isFalse();
        assertThat(isReachedOnMySql(UUID + ":1-7:tag:1-2", UUID + ":tag:2")).isFalse();
        assertThat(isReachedOnMySql(UUID + ":tag:1-2", UUID + ":tag:2")).isTrue();
    }

    @Test
    void aFormerPrimarysSequenceIsTheLastUntilMySqlWritesItsOwn() {
        assertThat(isReachedOnMySql(FORMER + ":1-90", FORMER + ":90")).isTrue();
        assertThat(isReachedOnMySql(FORMER + ":1-90," + UUID + ":1", FORMER + ":90"))
                .isFalse();
        assertThat(isReachedOnMySql(UUID + ":1-7", FORMER + ":90")).isFalse();
    }

    private static boolean isReached(String written, String applied) {
        return PositionFence.reaches(PositionFence.numbers(applied), PositionFence.numbers(written));
    }

    private static boolean isReachedOnMySql(String written, String applied) {
        return PositionFence.reachesOnMySql(PositionFence.numbers(applied), PositionFence.numbers(written), UUID);
    }
}
