/** What operators can watch of the source. */
@NullMarked
package io.binlogreplica.source.metrics;

import org.jspecify.annotations.NullMarked;
