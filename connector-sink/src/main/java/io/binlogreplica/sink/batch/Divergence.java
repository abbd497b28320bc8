package io.binlogreplica.sink.batch;

import io.binlogreplica.record.Sequence;

/**
 * A source that gives another transaction under the number of one that is done: it reads another server, from a place before that one.
 * What else the servers do not have in common is not known.
 *
 * @param sequence of both
 * @param done the GTID of the one that is done
 * @param gtid that of the other
 */
public record Divergence(Sequence sequence, String done, String gtid) {

    /** Behind what the other transaction comes. */
    public Sequence before() {
        return new Sequence(sequence.epoch(), sequence.transaction() - 1);
    }

    /** In words for the operator. */
    public String text() {
        return "the source gives transaction " + sequence.text() + " as " + gtid + ", but it is applied as " + done
                + ": it reads another server than before, and what that one has besides is not known";
    }
}
