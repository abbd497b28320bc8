/**
 * What becomes of a change that cannot be applied: it is left out, and counted against its table. Beside stage 4, {@code apply}, which
 * finds such changes.
 */
@NullMarked
package io.binlogreplica.sink.failure;

import org.jspecify.annotations.NullMarked;
