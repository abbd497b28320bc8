package io.binlogreplica.sink.resync;

import io.binlogreplica.sink.state.TopicIdentity;

/**
 * What the brokers have of a partition.
 *
 * @param beginning the first offset that is there
 * @param end the offset that the next record gets
 * @param compacted whether records are removed once their key has a later one
 */
public record TopicRange(TopicIdentity topic, long beginning, long end, boolean compacted) {}
