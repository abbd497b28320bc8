package io.binlogreplica.sink.state;

/**
 * Which topic it is: another one may have had its name before.
 *
 * @param clusterId the cluster that it is on
 * @param topicId what the cluster calls it, and nothing else ever
 */
public record TopicIdentity(String clusterId, String topicId) {}
