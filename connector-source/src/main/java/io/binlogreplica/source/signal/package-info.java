/**
 * Beside the stages: what people and other programs ask of a connector that runs, by way of a topic. {@link
 * io.binlogreplica.source.signal.SignalReader} reads it, {@link io.binlogreplica.source.signal.Signals} has it carried out.
 */
@NullMarked
package io.binlogreplica.source.signal;

import org.jspecify.annotations.NullMarked;
