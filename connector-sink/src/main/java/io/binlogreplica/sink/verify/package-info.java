/**
 * Whether the replica is what the primary was, at places where the stream says what that is. Beside stage 4, {@code apply}, which calls
 * this where all that was before is applied and nothing behind.
 */
@NullMarked
package io.binlogreplica.sink.verify;

import org.jspecify.annotations.NullMarked;
