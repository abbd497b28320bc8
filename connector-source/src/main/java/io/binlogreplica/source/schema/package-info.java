/**
 * Stage 2 of 5: describe. The table behind a row, as it was when the row was written. Before: {@code binlog}. Next:
 * {@code stream}.
 */
@NullMarked
package io.binlogreplica.source.schema;

import org.jspecify.annotations.NullMarked;
