package io.binlogreplica.local.verify;

import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.local.verify.Finding.Kind;
import io.binlogreplica.local.verify.Settling.Difference;
import io.binlogreplica.record.Checksum;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table without a usable key: how often each row is there. The servers deal the rows out to buckets by their digests; rows
 * of buckets that differ are counted one by one. Each look reads the whole table.
 */
final class WholeRowsTable {

    private static final int BUCKETS = 16_384;
    private static final long ROWS_ONE_BY_ONE = 100_000;
    private static final int PASSES_MAX = 10;
    private static final int VALUE_BYTES_MAX = 60;

    private final TablePlan plan;
    private final RowSql sql;
    private final Server primary;
    private final Server replica;
    private final Settling<String> settling;
    private final VerifyOptions options;

    WholeRowsTable(TablePlan plan, Server primary, Server replica, Fence fence, VerifyOptions options) {
        this.plan = plan;
        this.sql = plan.sql();
        this.primary = primary;
        this.replica = replica;
        this.settling = new Settling<>(digests -> counts(primary, digests), digests -> counts(replica, digests), fence);
        this.options = options;
    }

    TableVerdict compare(RowCounter progress) throws SQLException, InterruptedException {
        for (int pass = 0; pass < PASSES_MAX; pass++) {
            Both<Map<Integer, Checksum>> buckets = buckets();
            long primaryRows = rows(buckets.primary());
            long replicaRows = rows(buckets.replica());
            progress.rows(primaryRows);
            Set<Integer> differing = differing(buckets);
            Set<Integer> looked = firstOf(differing, buckets);
            List<Difference<String>> differences = settling.differences(digestsIn(looked));
            if (!differences.isEmpty() || looked.size() == differing.size()) {
                var findings = new ArrayList<Finding>();
                for (Difference<String> difference : differences) {
                    if (findings.size() < options.differencesMax()) {
                        findings.add(finding(difference));
                    }
                }
                boolean complete = looked.size() == differing.size() && findings.size() == differences.size();
                return new TableVerdict(
                        plan.table(), primaryRows, replicaRows, findings, complete, null, plan.leftOut());
            }
            // what was looked at was under way; the rest, for which there was no room, may be too
        }
        return TableVerdict.notCompared(
                plan.table(), "it has no key, and more of its rows change at a time than can be looked at one by one");
    }

    private Both<Map<Integer, Checksum>> buckets() throws SQLException, InterruptedException {
        String query = sql.buckets(BUCKETS);
        return Server.askBoth(
                primary, statement -> buckets(statement, query), replica, statement -> buckets(statement, query));
    }

    private static Set<Integer> differing(Both<Map<Integer, Checksum>> buckets) {
        var differing = new TreeSet<Integer>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (!Objects.equals(buckets.primary().get(bucket), buckets.replica().get(bucket))) {
                differing.add(bucket);
            }
        }
        return differing;
    }

    private static long rows(Map<Integer, Checksum> buckets) {
        return buckets.values().stream().mapToLong(Checksum::rows).sum();
    }

    private static Map<Integer, Checksum> buckets(Statement statement, String query) throws SQLException {
        var buckets = new HashMap<Integer, Checksum>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                buckets.put(row.getInt(1), RowSql.readChecksum(row, 2));
            }
        }
        return buckets;
    }

    /** As many buckets as there is room for their rows. */
    private static Set<Integer> firstOf(Set<Integer> differing, Both<Map<Integer, Checksum>> buckets) {
        var first = new TreeSet<Integer>();
        long rows = 0;
        for (int bucket : differing) {
            rows += rowsOf(buckets.primary().get(bucket))
                    + rowsOf(buckets.replica().get(bucket));
            if (!first.isEmpty() && rows > ROWS_ONE_BY_ONE) {
                break;
            }
            first.add(bucket);
        }
        return first;
    }

    private static long rowsOf(@Nullable Checksum checksum) {
        return checksum == null ? 0 : checksum.rows();
    }

    private Set<String> digestsIn(Set<Integer> buckets) throws SQLException, InterruptedException {
        if (buckets.isEmpty()) {
            return Set.of();
        }
        String query = sql.rowsOfBuckets(BUCKETS, buckets);
        Both<Map<String, String>> rows = Server.askBoth(
                primary, statement -> counts(statement, query), replica, statement -> counts(statement, query));
        var differing = new LinkedHashSet<String>();
        rows.primary().forEach((digest, count) -> {
            if (!count.equals(rows.replica().remove(digest))) {
                differing.add(digest);
            }
        });
        differing.addAll(rows.replica().keySet());
        return differing;
    }

    private Map<String, String> counts(Server server, Collection<String> digests)
            throws SQLException, InterruptedException {
        String query = sql.rowsOfDigests(digests);
        return server.ask(statement -> counts(statement, query));
    }

    private static Map<String, String> counts(Statement statement, String query) throws SQLException {
        var counts = new TreeMap<String, String>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                counts.put(row.getString(1), row.getString(2));
            }
        }
        return counts;
    }

    private Finding finding(Difference<String> difference) throws SQLException, InterruptedException {
        long onPrimary = count(difference.primary());
        long onReplica = count(difference.replica());
        Server server = onPrimary > 0 ? primary : replica;
        String query = sql.values(difference.row(), VALUE_BYTES_MAX);
        String row = server.ask(statement -> values(statement, query));
        return new Finding(
                onPrimary > onReplica ? Kind.MISSING : Kind.EXTRA,
                row,
                List.of(),
                Math.abs(onPrimary - onReplica),
                difference.confirmed());
    }

    private static long count(@Nullable String count) {
        return count == null ? 0 : new BigDecimal(count).longValueExact();
    }

    private String values(Statement statement, String query) throws SQLException {
        var values = new ArrayList<String>();
        try (ResultSet row = statement.executeQuery(query)) {
            if (row.next()) {
                for (int i = 0; i < sql.columnNames().size(); i++) {
                    values.add(sql.columnNames().get(i) + "=" + text(row.getBytes(i + 1)));
                }
            }
        }
        return values.isEmpty() ? "a row that is gone by now" : String.join(", ", values);
    }

    private static String text(byte @Nullable [] value) {
        return value == null
                ? "NULL"
                : "'"
                        + StandardCharsets.UTF_8
                                .decode(ByteBuffer.wrap(value))
                                .toString()
                                .strip() + "'";
    }
}
