/** The source connector: the binlog of a primary, and copies of its tables, as Kafka records. */
@NullMarked
package io.binlogreplica.source;

import org.jspecify.annotations.NullMarked;
