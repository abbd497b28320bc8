package io.binlogreplica.source.snapshot;

import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.Xid;
import java.util.Set;

/**
 * Which XA transactions a read view of MariaDB may lack, though they are committed before it in the binlog.
 *
 * @param since where the binlog ended before the view was opened
 * @param prepared those that were prepared then, or about to be committed
 */
record Unsettled(BinlogPosition since, Set<Xid> prepared) {}
