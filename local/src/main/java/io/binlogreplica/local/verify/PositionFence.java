package io.binlogreplica.local.verify;

import io.binlogreplica.database.Identifier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By GTIDs: the primary's last one, and the last one that the sink says it has applied. Where there is no such sink, or no GTID, it
 * waits for as long as it is given.
 */
final class PositionFence implements Fence {

    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final int NO_SUCH_TABLE = 1146;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int UNKNOWN_VARIABLE = 1193;

    private final Server primary;
    private final Server replica;
    private final String positions;
    private final Duration limit;

    PositionFence(Server primary, Server replica, String stateDatabase, Duration limit) {
        this.primary = primary;
        this.replica = replica;
        this.positions = Identifier.quote(stateDatabase) + ".binlog_position";
        this.limit = limit;
    }

    @Override
    public boolean await() throws SQLException, InterruptedException {
        Map<String, Long> written = numbers(primary.ask(PositionFence::written));
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            String applied = written.isEmpty() ? "" : replica.ask(this::applied);
            if (applied.isEmpty()) {
                Thread.sleep(limit.toMillis());
                return true;
            }
            for (var number : numbers(applied).entrySet()) {
                Long last = written.get(number.getKey());
                if (last != null && number.getValue() >= last) {
                    return true;
                }
            }
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static String written(Statement statement) throws SQLException {
        String mariaDb = variable(statement, "gtid_binlog_pos");
        return mariaDb != null ? mariaDb : orEmpty(variable(statement, "gtid_executed"));
    }

    private static @Nullable String variable(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT @@GLOBAL." + name)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            if (e.getErrorCode() == UNKNOWN_VARIABLE) {
                return null;
            }
            throw e;
        }
    }

    /** Empty unless exactly one sink task writes all there is. */
    private String applied(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT gtid FROM " + positions)) {
            if (!rows.next()) {
                return "";
            }
            String gtid = rows.getString(1);
            return rows.next() ? "" : orEmpty(gtid);
        } catch (SQLSyntaxErrorException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == UNKNOWN_DATABASE) {
                return "";
            }
            throw e;
        }
    }

    /**
     * The last transaction of each sequence in a set of either kind: {@code 0-1-270,1-1-3} by domain, {@code uuid:1-5:7-9,...} by
     * UUID with tag.
     */
    static Map<String, Long> numbers(String gtids) {
        var numbers = new HashMap<String, Long>();
        for (String part : gtids.replace("\n", "").split(",", -1)) {
            String gtid = part.trim();
            int colon = gtid.lastIndexOf(':');
            int dash = gtid.lastIndexOf('-');
            if (colon >= 0) {
                String last = gtid.substring(Math.max(colon, dash) + 1);
                numbers.merge(gtid.substring(0, gtid.indexOf(':')), Long.parseLong(last), Math::max);
            } else if (dash >= 0) {
                numbers.merge(
                        gtid.substring(0, gtid.indexOf('-')), Long.parseLong(gtid.substring(dash + 1)), Math::max);
            }
        }
        return numbers;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
