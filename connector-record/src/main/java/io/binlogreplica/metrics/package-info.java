/**
 * What operators can watch. {@link io.binlogreplica.metrics.Metric} has every name; {@link io.binlogreplica.metrics.Meters} makes them
 * known to the worker, or to JMX where the worker is too old to take them.
 */
@NullMarked
package io.binlogreplica.metrics;

import org.jspecify.annotations.NullMarked;
