/**
 * Compares two servers that are written to: checksums of chunks, made by the servers themselves, down to the rows that differ, and
 * those looked at again until what was under way has arrived.
 */
@NullMarked
package io.binlogreplica.local.verify;

import org.jspecify.annotations.NullMarked;
