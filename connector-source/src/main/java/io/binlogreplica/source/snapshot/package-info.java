/**
 * Stage 3 of 5: copy. Tables are read in chunks, each in a read view whose position in the binlog is known, and a chunk's rows
 * enter the stream at exactly that position: {@link io.binlogreplica.source.snapshot.Snapshot} holds the stream there until they
 * do. Before: {@code schema}. Next: {@code record}.
 */
@NullMarked
package io.binlogreplica.source.snapshot;

import org.jspecify.annotations.NullMarked;
