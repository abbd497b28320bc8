/**
 * Rows to replicate: a schema in which every kind of table occurs that is hard to replicate, and a writer that does to it what
 * applications do. The same seed makes the same rows and the same transactions.
 */
@NullMarked
package io.binlogreplica.local.workload;

import org.jspecify.annotations.NullMarked;
