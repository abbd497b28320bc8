package io.binlogreplica.sink.resync;

import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.TopicIdentity;

/** How to go on with a partition that was taken over: what the replica's position is worth, given what the topic has. */
public sealed interface Continuation permits Continuation.Unbroken, Continuation.Broken {

    /** The first offset to read. */
    long next();

    /** All that is not applied is there to be read. */
    record Unbroken(long next) implements Continuation {}

    /**
     * It is not: the replica differs from here on.
     *
     * @param cause in words for the operator
     */
    record Broken(long next, String cause) implements Continuation {}

    /** Compares position and topic. */
    static Continuation of(Positions.Taken taken, TopicRange range) {
        long next = taken.position().nextOffset();
        TopicIdentity known = taken.topic();
        if (next < 0) {
            return range.beginning() == 0
                    ? new Unbroken(0)
                    : new Broken(
                            range.beginning(),
                            "the replica has no position, and the topic begins at offset " + range.beginning()
                                    + ": what was before is gone.");
        }
        if (known != null && !known.equals(range.topic())) {
            return new Broken(
                    range.beginning(),
                    "the topic is another than the one that the position " + next + " is of (now " + text(range.topic())
                            + ", before " + text(known) + "): what was not applied of that one is lost.");
        }
        if (next > range.end()) {
            return new Broken(
                    range.beginning(),
                    "the position is " + next + ", but the topic ends at " + range.end()
                            + ": it was made anew, or has lost records.");
        }
        // the one record that may be gone without loss is the mark behind the last transaction, which nobody is ever
        // given
        if (next + 1 < range.beginning()) {
            return new Broken(
                    range.beginning(),
                    "records " + next + " to " + (range.beginning() - 1)
                            + " of the topic were removed before they were applied.");
        }
        return new Unbroken(Math.max(next, range.beginning()));
    }

    private static String text(TopicIdentity topic) {
        return topic.topicId() + " on cluster " + topic.clusterId();
    }
}
