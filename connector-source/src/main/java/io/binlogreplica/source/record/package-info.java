/**
 * Stage 4 of 5: build. Changes become Connect's records. Before: {@code snapshot}. Next: {@code offset}.
 */
@NullMarked
package io.binlogreplica.source.record;

import org.jspecify.annotations.NullMarked;
