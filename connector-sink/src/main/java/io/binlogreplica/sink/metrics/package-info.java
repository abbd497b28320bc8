/** What operators can watch of the sink. */
@NullMarked
package io.binlogreplica.sink.metrics;

import org.jspecify.annotations.NullMarked;
