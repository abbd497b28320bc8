/**
 * Stage 1 of 4: cut. Records become batches of whole source transactions, each once. Next: {@code table}.
 */
@NullMarked
package io.binlogreplica.sink.batch;

import org.jspecify.annotations.NullMarked;
