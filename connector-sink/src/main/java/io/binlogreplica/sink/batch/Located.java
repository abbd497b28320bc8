package io.binlogreplica.sink.batch;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Origin;
import io.binlogreplica.sink.state.Place;
import org.apache.kafka.common.TopicPartition;

/**
 * A change and the record it came in.
 *
 * @param offset the record's offset in its partition
 */
public record Located(Change change, long offset) {

    /** Where it is, if that is the partition. */
    public Place place(TopicPartition partition) {
        Origin origin = change.origin();
        return new Place(origin.gtid(), origin.file(), origin.pos(), partition + "@" + offset);
    }
}
