package io.binlogreplica.source.snapshot;

import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.Xid;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The XA transactions that were committed last. MariaDB writes their commits into the binlog, and has its engines commit them a moment
 * later: a view that is opened in that moment is behind them in the binlog, and lacks their rows. Of the stream's thread.
 */
final class XaCommits {

    /** More than are committed while a commit takes its time. */
    private static final int KEPT_MAX = 10_000;

    private final Map<Xid, BinlogPosition> commits = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Xid, BinlogPosition> eldest) {
            return size() > KEPT_MAX;
        }
    };

    /** Places are those of another server from now on. */
    void clear() {
        commits.clear();
    }

    /** A transaction of that name is prepared: that of another one is no matter any more. */
    void prepared(Xid xid) {
        commits.remove(xid);
    }

    /** A transaction's commit is in the binlog, behind that place. */
    void committed(Xid xid, BinlogPosition position) {
        commits.remove(xid);
        commits.put(xid, position);
    }

    /** Whether a view may lack one of them; to be asked when the stream is where the view is. */
    boolean mayLack(@Nullable Unsettled view) {
        if (view == null || commits.isEmpty()) {
            return false;
        }
        return view.prepared().stream().anyMatch(commits::containsKey)
                || commits.values().stream().anyMatch(position -> position.reached(view.since()));
    }
}
