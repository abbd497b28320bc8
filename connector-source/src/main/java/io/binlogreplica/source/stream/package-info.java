/**
 * Where the stages meet: one thread goes through the binlog's events and the copied rows, and makes one sequence of changes of
 * them, each with what to save for it.
 */
@NullMarked
package io.binlogreplica.source.stream;

import org.jspecify.annotations.NullMarked;
