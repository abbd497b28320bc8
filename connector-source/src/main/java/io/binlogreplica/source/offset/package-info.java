/**
 * Stage 5 of 5: resume. What Connect keeps for us between runs; the only place that knows the keys of these maps. Before:
 * {@code record}.
 */
@NullMarked
package io.binlogreplica.source.offset;

import org.jspecify.annotations.NullMarked;
