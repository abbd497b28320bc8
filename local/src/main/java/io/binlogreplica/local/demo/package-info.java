/**
 * A demonstration on throw-away servers, stage by stage: load, copy under writes, catch up with a backlog, follow, compare. Reads
 * as {@link io.binlogreplica.local.demo.Demo#run} lists it.
 */
@NullMarked
package io.binlogreplica.local.demo;

import org.jspecify.annotations.NullMarked;
