/** What the sink keeps on the replica, in the same transactions as the rows: its position, and what it knows of tables. */
@NullMarked
package io.binlogreplica.sink.state;

import org.jspecify.annotations.NullMarked;
