/**
 * Stage 3 of 4: arrange. Rows of a batch are grouped into statements that each change many, without a row ever passing another that
 * it depends on. Before: {@code table}. Next: {@code apply}.
 */
@NullMarked
package io.binlogreplica.sink.plan;

import org.jspecify.annotations.NullMarked;
