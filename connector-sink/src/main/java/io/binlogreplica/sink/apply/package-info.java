/**
 * Stage 4 of 4: write. One connection, one thread: rows and the position they lead to, together or not at all. Before:
 * {@code plan}.
 */
@NullMarked
package io.binlogreplica.sink.apply;

import org.jspecify.annotations.NullMarked;
