package io.binlogreplica.sink.resync;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.sink.state.Position;
import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.TopicIdentity;
import org.junit.jupiter.api.Test;

class ContinuationTest {

    private static final TopicIdentity TOPIC = new TopicIdentity("cluster", "topic");

    private static Continuation at(long next, TopicIdentity known, long beginning, long end) {
        return Continuation.of(
                new Positions.Taken(new Position(next, null, null, null), 1, known),
                new TopicRange(TOPIC, beginning, end, false));
    }

    @Test
    void goesOnWhereTheTopicHasAllThatFollows() {
        assertThat(at(7, TOPIC, 0, 20)).isEqualTo(new Continuation.Unbroken(7));
        assertThat(at(7, TOPIC, 7, 20)).isEqualTo(new Continuation.Unbroken(7));
        assertThat(at(20, TOPIC, 0, 20)).isEqualTo(new Continuation.Unbroken(20));
        assertThat(at(7, null, 0, 20))
                .as("a position that an operator has set")
                .isEqualTo(new Continuation.Unbroken(7));
    }

    @Test
    void theMarkBehindATransactionMayBeGone() {
        assertThat(at(7, TOPIC, 8, 8)).isEqualTo(new Continuation.Unbroken(8));
    }

    @Test
    void recordsThatAreGoneAreMissed() {
        assertThat(at(7, TOPIC, 9, 20))
                .isEqualTo(new Continuation.Broken(
                        9, "records 7 to 8 of the topic were removed before they were applied."));
    }

    @Test
    void aTopicThatEndsBeforeThePositionIsAnother() {
        assertThat(at(21, TOPIC, 3, 20))
                .isInstanceOf(Continuation.Broken.class)
                .extracting(Continuation::next)
                .isEqualTo(3L);
    }

    @Test
    void aTopicOfAnotherIdIsAnother() {
        assertThat(at(7, new TopicIdentity("cluster", "before"), 0, 20))
                .isInstanceOf(Continuation.Broken.class)
                .asString()
                .contains("before on cluster cluster");
    }

    @Test
    void withoutAPositionOnlyAWholeTopicWillDo() {
        assertThat(at(-1, null, 0, 20)).isEqualTo(new Continuation.Unbroken(0));
        assertThat(at(-1, null, 5, 20)).isInstanceOf(Continuation.Broken.class);
    }
}
