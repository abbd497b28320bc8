package io.binlogreplica.sink.plan;

import java.util.Map;

/** The values that the rows of a batch depend on. */
public final class Footprint {

    private final Map<Long, Uses> usesByKey;
    private final TextHashes hashes;

    Footprint(Map<Long, Uses> usesByKey, TextHashes hashes) {
        this.usesByKey = usesByKey;
        this.hashes = hashes;
    }

    /**
     * Whether the batch uses a value in a way that is in the way of a row of another batch.
     *
     * @param others what the other batch's texts were made numbers with; if not as this one's, equal texts may have other numbers, and
     *     then whatever is used is in the way, since rows with texts all read what stands for the whole index
     */
    boolean isInTheWayOf(Relation relation, long key, TextHashes others) {
        Uses uses = usesByKey.get(key);
        return uses != null && (relation.waitsFor(uses) || !hashes.isComparableWith(others));
    }
}
