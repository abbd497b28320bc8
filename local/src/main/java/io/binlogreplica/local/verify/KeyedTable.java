package io.binlogreplica.local.verify;

import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.local.verify.Finding.Kind;
import io.binlogreplica.local.verify.Settling.Difference;
import io.binlogreplica.record.Checksum;
import io.binlogreplica.record.KeyRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a table by its key, chunk by chunk. A chunk whose checksums differ is cut into smaller ones, down to rows; rows that
 * differ are gathered and looked at again together.
 */
final class KeyedTable {

    private static final long ROWS_FIRST = 2_000;
    private static final long ROWS_MIN = 500;
    private static final long ROWS_MAX = 200_000;
    private static final Duration CHUNK_TIME = Duration.ofMillis(400);

    /** A chunk of so many rows or fewer is compared row by row. */
    private static final long ROWS_ONE_BY_ONE = 1_000;

    private static final int PARTS = 16;
    private static final int KEYS_PER_STATEMENT = 200;
    private static final int SUSPECTS_MAX = 5_000;
    private static final Duration NOTE_INTERVAL = Duration.ofSeconds(20);

    private final TablePlan plan;
    private final RowSql sql;
    private final Server primary;
    private final Server replica;
    private final Settling<List<String>> settling;
    private final VerifyOptions options;
    private final Pace pace;
    private final ProgressFile progressFile;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<List<String>> suspects = new LinkedHashSet<>();
    private long primaryRows;
    private long replicaRows;

    KeyedTable(
            TablePlan plan,
            Server primary,
            Server replica,
            Fence fence,
            VerifyOptions options,
            Pace pace,
            ProgressFile progressFile) {
        this.plan = plan;
        this.sql = plan.sql();
        this.primary = primary;
        this.replica = replica;
        this.settling = new Settling<>(keys -> rows(primary, keys), keys -> rows(replica, keys), fence);
        this.options = options;
        this.pace = pace;
        this.progressFile = progressFile;
    }

    TableVerdict compare(RowCounter progress) throws SQLException, InterruptedException {
        List<String> after = resume();
        long rows = ROWS_FIRST;
        long notedNanos = System.nanoTime();
        while (true) {
            rows = Math.min(rows, pace.rowsMax());
            long startNanos = System.nanoTime();
            List<String> upTo = boundary(primary, new KeyRange(after, null), rows);
            var chunk = new KeyRange(after, upTo);
            Both<Checksum> checksums = checksums(chunk);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            primaryRows += checksums.primary().rows();
            replicaRows += checksums.replica().rows();
            progress.rows(primaryRows);
            if (!checksums.areEqual()) {
                narrow(chunk, checksums);
            }
            boolean end = upTo == null;
            boolean note = System.nanoTime() - notedNanos > NOTE_INTERVAL.toNanos();
            if (end || note || suspects.size() >= SUSPECTS_MAX) {
                settle();
            }
            boolean givenUp = findings.size() >= options.differencesMax();
            if (end || givenUp) {
                return new TableVerdict(
                        plan.table(), primaryRows, replicaRows, findings, end && !givenUp, null, plan.leftOut());
            }
            if (note) {
                progressFile.note(
                        plan.table(),
                        new ProgressFile.Part(
                                plan.definition(), upTo, primaryRows, replicaRows, List.copyOf(findings)));
                notedNanos = System.nanoTime();
            }
            pace.read(checksums.primary().rows());
            after = upTo;
            rows = next(rows, took);
        }
    }

    private @Nullable List<String> resume() {
        ProgressFile.Part part = progressFile.part(plan.table(), plan.definition());
        if (part == null) {
            return null;
        }
        primaryRows = part.primaryRows();
        replicaRows = part.replicaRows();
        findings.addAll(part.findings());
        return part.after();
    }

    private static long next(long rows, Duration took) {
        double factor = CHUNK_TIME.toNanos() / (double) Math.max(1, took.toNanos());
        return (long) Math.max(ROWS_MIN, Math.min(ROWS_MAX, rows * Math.max(0.25, Math.min(2, factor))));
    }

    private Both<Checksum> checksums(KeyRange range) throws SQLException, InterruptedException {
        String query = sql.checksum(range);
        return Server.askBoth(
                primary, statement -> checksum(statement, query), replica, statement -> checksum(statement, query));
    }

    private static Checksum checksum(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return RowSql.readChecksum(row, 1);
        }
    }

    /** Null when the range ends before. */
    private @Nullable List<String> boundary(Server server, KeyRange range, long rows)
            throws SQLException, InterruptedException {
        String query = sql.boundary(range, rows);
        List<String> key = server.ask(statement -> {
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() ? key(row) : List.of();
            }
        });
        return key.isEmpty() ? null : key;
    }

    /** Cuts a chunk that differs by the rows of the server that has more there, so that each part is small on both. */
    private void narrow(KeyRange range, Both<Checksum> checksums) throws SQLException, InterruptedException {
        if (suspects.size() >= SUSPECTS_MAX) {
            settle();
            if (findings.size() >= options.differencesMax()) {
                return;
            }
        }
        long onPrimary = checksums.primary().rows();
        long onReplica = checksums.replica().rows();
        long rows = Math.max(onPrimary, onReplica);
        if (rows <= ROWS_ONE_BY_ONE) {
            compareRows(range);
            return;
        }
        Server larger = onPrimary >= onReplica ? primary : replica;
        long part = Math.max(ROWS_ONE_BY_ONE / 2, rows / PARTS);
        List<String> after = range.after();
        while (true) {
            List<String> upTo = boundary(larger, new KeyRange(after, range.upTo()), part);
            var smaller = new KeyRange(after, upTo == null ? range.upTo() : upTo);
            Both<Checksum> parts = checksums(smaller);
            if (!parts.areEqual()) {
                narrow(smaller, parts);
            }
            if (upTo == null || findings.size() >= options.differencesMax()) {
                return;
            }
            after = upTo;
        }
    }

    private void compareRows(KeyRange range) throws SQLException, InterruptedException {
        String query = sql.rows(range);
        Both<Map<List<String>, String>> rows = Server.askBoth(
                primary, statement -> rows(statement, query), replica, statement -> rows(statement, query));
        rows.primary().forEach((key, digest) -> {
            if (!digest.equals(rows.replica().remove(key))) {
                suspects.add(key);
            }
        });
        suspects.addAll(rows.replica().keySet());
    }

    private Map<List<String>, String> rows(Server server, Collection<List<String>> keys)
            throws SQLException, InterruptedException {
        var found = new HashMap<List<String>, String>();
        List<List<String>> all = List.copyOf(keys);
        for (int from = 0; from < all.size(); from += KEYS_PER_STATEMENT) {
            String query = sql.rows(all.subList(from, Math.min(all.size(), from + KEYS_PER_STATEMENT)));
            found.putAll(server.ask(statement -> rows(statement, query)));
        }
        // others may be equal to the collation
        found.keySet().retainAll(Set.copyOf(keys));
        return found;
    }

    private Map<List<String>, String> rows(Statement statement, String query) throws SQLException {
        var rows = new HashMap<List<String>, String>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.put(key(row), Objects.requireNonNullElse(row.getString(sql.keyColumns() + 1), "undigested"));
            }
        }
        return rows;
    }

    private List<String> key(ResultSet row) throws SQLException {
        var key = new ArrayList<String>(sql.keyColumns());
        for (int i = 1; i <= sql.keyColumns(); i++) {
            key.add(row.getString(i));
        }
        return List.copyOf(key);
    }

    private void settle() throws SQLException, InterruptedException {
        List<Difference<List<String>>> differences = settling.differences(suspects);
        suspects.clear();
        for (Difference<List<String>> difference : differences) {
            if (findings.size() >= options.differencesMax()) {
                return;
            }
            findings.add(finding(difference));
        }
    }

    private Finding finding(Difference<List<String>> difference) throws SQLException, InterruptedException {
        Kind kind = difference.primary() == null
                ? Kind.EXTRA
                : difference.replica() == null ? Kind.MISSING : Kind.DIFFERENT;
        return new Finding(
                kind,
                sql.readableKey(difference.row()),
                kind == Kind.DIFFERENT ? differingColumns(difference.row()) : List.of(),
                1,
                difference.confirmed());
    }

    private List<String> differingColumns(List<String> key) throws SQLException, InterruptedException {
        String query = sql.columnDigests(key);
        Both<List<String>> digests = Server.askBoth(
                primary,
                statement -> columnDigests(statement, query, key),
                replica,
                statement -> columnDigests(statement, query, key));
        var differing = new ArrayList<String>();
        for (int i = 0; i < Math.min(digests.primary().size(), digests.replica().size()); i++) {
            if (!digests.primary().get(i).equals(digests.replica().get(i))) {
                differing.add(sql.columnNames().get(i));
            }
        }
        return differing;
    }

    /** Empty when the row is gone by now. */
    private List<String> columnDigests(Statement statement, String query, List<String> key) throws SQLException {
        var digests = new ArrayList<String>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                if (key(row).equals(key)) {
                    for (int i = 0; i < sql.columnNames().size(); i++) {
                        digests.add(Objects.requireNonNullElse(row.getString(sql.keyColumns() + 1 + i), "NULL"));
                    }
                    return digests;
                }
            }
        }
        return digests;
    }
}
