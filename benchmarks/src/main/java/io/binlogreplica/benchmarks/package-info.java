/** How fast the pair is, beside the server's own replication, on one machine and in one run. Not part of the default build. */
@NullMarked
package io.binlogreplica.benchmarks;

import org.jspecify.annotations.NullMarked;
