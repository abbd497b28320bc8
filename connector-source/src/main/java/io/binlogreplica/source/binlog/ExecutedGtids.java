package io.binlogreplica.source.binlog;

import io.binlogreplica.record.Flavor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that a server's binlog has or had. More exact than a {@link GtidSet} of MariaDB, whose sequence numbers say
 * nothing of who executed them: after a failover two servers may have used the same number for different transactions.
 */
public final class ExecutedGtids {

    private final String text;
    private final GtidSet set;
    /** The highest sequence by domain and server; null for MySQL. */
    private final @Nullable Map<String, Long> states;

    private ExecutedGtids(String text, GtidSet set, @Nullable Map<String, Long> states) {
        this.text = text;
        this.set = set;
        this.states = states;
    }

    /**
     * Reads what a server says of itself.
     *
     * @param text {@code gtid_binlog_state} of MariaDB, {@code gtid_executed} of MySQL
     */
    public static ExecutedGtids parse(Flavor flavor, String text) {
        if (flavor == Flavor.MYSQL) {
            GtidSet set = GtidSet.parse(flavor, text);
            return new ExecutedGtids(set.text(), set, null);
        }
        var states = new HashMap<String, Long>();
        MariaDbGtidSet set = MariaDbGtidSet.parse("");
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                MariaDbGtidSet.Gtid gtid = MariaDbGtidSet.Gtid.parse(part);
                states.merge(gtid.domain() + "-" + gtid.server(), gtid.sequence(), ExecutedGtids::higher);
                if (!set.containsAll(MariaDbGtidSet.parse(part))) {
                    set = set.with(part);
                }
            }
        }
        return new ExecutedGtids(text, set, states);
    }

    /** Whether the server has executed all of these, and not others in their place. */
    public boolean containsAll(GtidSet other) {
        if (states == null || !(other instanceof MariaDbGtidSet position)) {
            return set.containsAll(other);
        }
        return position.domains().values().stream().allMatch(gtid -> {
            Long mine = states.get(gtid.domain() + "-" + gtid.server());
            return mine != null && Long.compareUnsigned(mine, gtid.sequence()) >= 0;
        });
    }

    /** The last of each domain, or all of MySQL's. */
    public GtidSet set() {
        return set;
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "none" : text;
    }

    private static long higher(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
