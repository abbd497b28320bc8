package io.binlogreplica.source.stream;

import io.binlogreplica.record.Change;
import io.binlogreplica.source.offset.SourceOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change, and where to go on once it is in Kafka.
 *
 * @param change null where there is nothing but the offset to be saved
 * @param partition whose offset it is, as Connect keeps it
 * @param before what was true before it: for all but the last record, where a change becomes several
 * @param after what is true once it is sent
 */
public record SourceChange(
        @Nullable Change change, Map<String, String> partition, SourceOffset before, SourceOffset after) {}
