/**
 * What is different on the replica: tables that do not fit the primary's, rows that are not what they should be. Between the stages
 * {@code table} and {@code apply}.
 */
@NullMarked
package io.binlogreplica.sink.drift;

import org.jspecify.annotations.NullMarked;
