package io.binlogreplica.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * How far a connector has come in one of its partitions, as it saved it.
 *
 * @param offset null only in a change: it removes the partition's offset
 */
public record ConnectorOffset(
        ObjectNode partition, @Nullable ObjectNode offset) {}
