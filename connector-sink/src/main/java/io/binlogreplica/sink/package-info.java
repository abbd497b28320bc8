/** The sink connector: change records, applied to a replica in whole transactions, exactly once. */
@NullMarked
package io.binlogreplica.sink;

import org.jspecify.annotations.NullMarked;
