package io.binlogreplica.local.verify;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Flavor;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * By GTIDs: all that the primary has logged, and how far the sink says that it is. Where there is no such sink, or the primary has no
 * GTIDs, it waits for as long as it is given.
 */
final class PositionFence implements Fence {

    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final int NO_SUCH_TABLE = 1146;
    private static final int UNKNOWN_DATABASE = 1049;

    private final Server primary;
    private final Server replica;
    private final String positions;
    private final @Nullable String sink;
    private final Duration limit;

    /**
     * What a primary has logged.
     *
     * @param last the last transaction of each sequence
     * @param uuid which sequences are its own; null on MariaDB
     */
    private record Written(Map<String, Long> last, @Nullable String uuid) {}

    /**
     * How far a topic partition is applied.
     *
     * @param gtid of the last transaction; null behind rows of a copy
     * @param file null before anything was applied
     */
    private record Applied(@Nullable String gtid, @Nullable String file, long pos) {}

    /**
     * A fence.
     *
     * @param sink its name in Connect; null when there is none
     */
    PositionFence(Server primary, Server replica, String stateDatabase, @Nullable String sink, Duration limit) {
        this.primary = primary;
        this.replica = replica;
        this.positions = Identifier.quote(stateDatabase) + ".binlog_position";
        this.sink = sink;
        this.limit = limit;
    }

    @Override
    public boolean await() throws SQLException, InterruptedException {
        Written written = primary.ask(PositionFence::written);
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            List<Applied> applied = written.last.isEmpty() ? List.of() : replica.ask(this::applied);
            if (applied.size() != 1) {
                Thread.sleep(limit.toMillis());
                return true;
            }
            long began = System.nanoTime();
            if (isReached(written, applied.get(0))) {
                return true;
            }
            long now = System.nanoTime();
            if (now > end) {
                return false;
            }
            // whatever it takes the servers to answer, they have as long to rest
            Thread.sleep(Math.max(LOOK_AGAIN_MILLIS, (now - began) / 1_000_000));
        }
    }

    private boolean isReached(Written written, Applied applied) throws SQLException, InterruptedException {
        Map<String, Long> own = applied.gtid == null ? Map.of() : numbers(applied.gtid);
        if (written.uuid != null) {
            return reachesOnMySql(own, written.last, written.uuid);
        }
        if (reaches(own, written.last)) {
            return true;
        }
        var ofItsDomain = new HashMap<>(written.last);
        ofItsDomain.keySet().retainAll(own.keySet());
        if (applied.file == null || !reaches(own, ofItsDomain)) {
            return false;
        }
        // last, since the server reads its binlog up to there
        var all = new HashMap<>(numbers(primary.ask(statement -> before(statement, applied))));
        all.putAll(own);
        return reaches(all, written.last);
    }

    /** On MariaDB, where all domains are known; one that is not there is not reached. */
    static boolean reaches(Map<String, Long> applied, Map<String, Long> written) {
        return written.entrySet().stream().allMatch(last -> applied.getOrDefault(last.getKey(), 0L) >= last.getValue());
    }

    /**
     * On MySQL, where only the last applied GTID is known. Sequences of other servers are of former primaries, and older than the
     * server's own; which of its own is ahead of another is not known.
     *
     * @param uuid the server's
     */
    static boolean reachesOnMySql(Map<String, Long> applied, Map<String, Long> written, String uuid) {
        return !applied.isEmpty()
                && applied.entrySet().stream()
                        .allMatch(last -> last.getValue() >= written.getOrDefault(last.getKey(), Long.MAX_VALUE))
                && written.keySet().stream()
                        .noneMatch(sequence -> sequence.startsWith(uuid) && !applied.containsKey(sequence));
    }

    private static Written written(Statement statement) throws SQLException {
        boolean mariaDb = Database.flavor(statement.getConnection()) == Flavor.MARIADB;
        try (ResultSet row = statement.executeQuery(
                mariaDb
                        ? "SELECT @@GLOBAL.gtid_binlog_pos, NULL"
                        : "SELECT @@GLOBAL.gtid_executed, @@GLOBAL.server_uuid")) {
            row.next();
            return new Written(numbers(row.getString(1)), row.getString(2));
        }
    }

    /** What the primary had written before a place in its binlog; empty when it does not have that place. */
    private static String before(Statement statement, Applied place) throws SQLException {
        try (PreparedStatement asked = statement.getConnection().prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            asked.setString(1, place.file);
            asked.setLong(2, place.pos);
            try (ResultSet row = asked.executeQuery()) {
                String gtids = row.next() ? row.getString(1) : null;
                return gtids == null ? "" : gtids;
            }
        }
    }

    /**
     * The sink's partitions; none when no sink keeps its state there.
     *
     * @throws SQLException also when only others do
     */
    private List<Applied> applied(Statement statement) throws SQLException {
        var applied = new ArrayList<Applied>();
        var others = new TreeSet<String>();
        try (ResultSet row = statement.executeQuery("SELECT connector, gtid, file, pos FROM " + positions)) {
            while (row.next()) {
                if (row.getString(1).equals(sink)) {
                    applied.add(new Applied(row.getString(2), row.getString(3), row.getLong(4)));
                } else {
                    others.add(row.getString(1));
                }
            }
        } catch (SQLSyntaxErrorException e) {
            if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != UNKNOWN_DATABASE) {
                throw e;
            }
        }
        if (sink != null && applied.isEmpty() && !others.isEmpty()) {
            throw new SQLException(positions + " does not have the sink " + sink + ", but has " + others
                    + ": say with --sink which of them writes to these tables");
        }
        return applied;
    }

    /**
     * The last transaction of each sequence in a set of either kind: {@code 0-1-270,1-1-3} by domain, {@code uuid:1-5:7-9:tag:4,...}
     * by UUID, with its tag if it has one.
     */
    static Map<String, Long> numbers(String gtids) {
        var numbers = new HashMap<String, Long>();
        for (String part : gtids.split(",", -1)) {
            String[] words = part.trim().split(":", -1);
            String sequence = words[0];
            if (words.length == 1 && !sequence.isEmpty()) {
                numbers.put(sequence.substring(0, sequence.indexOf('-')), last(sequence));
            }
            for (int i = 1; i < words.length; i++) {
                if (Character.isDigit(words[i].charAt(0))) {
                    numbers.merge(sequence, last(words[i]), Math::max);
                } else {
                    sequence = words[0] + ":" + words[i];
                }
            }
        }
        return numbers;
    }

    private static long last(String interval) {
        return Long.parseLong(interval.substring(interval.lastIndexOf('-') + 1));
    }
}
