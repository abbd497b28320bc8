/**
 * Stage 1 of 5: read. The primary's binlog as decoded events. {@link io.binlogreplica.source.binlog.BinlogReader} owns the
 * connection and its thread; all else here is decoding, without state that outlives a connection. Next: {@code schema}.
 */
@NullMarked
package io.binlogreplica.source.binlog;

import org.jspecify.annotations.NullMarked;
