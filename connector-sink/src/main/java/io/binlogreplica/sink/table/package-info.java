/**
 * Stage 2 of 4: compare. The replica's tables as they are, and how rows of the primary's tables fit into them. Before:
 * {@code batch}. Next: {@code plan}.
 */
@NullMarked
package io.binlogreplica.sink.table;

import org.jspecify.annotations.NullMarked;
