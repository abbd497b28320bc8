/**
 * What makes the replica whole again, beside the stages: whether the topic is still the one that the position is of, and copies of
 * tables that differ, which the source is asked for.
 */
@NullMarked
package io.binlogreplica.sink.resync;

import org.jspecify.annotations.NullMarked;
