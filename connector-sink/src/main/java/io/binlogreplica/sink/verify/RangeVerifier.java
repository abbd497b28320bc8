package io.binlogreplica.sink.verify;

import io.binlogreplica.checksum.BoundedQuery;
import io.binlogreplica.checksum.DigestForm;
import io.binlogreplica.checksum.RowSql;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Checksum;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.RangeChecksum;
import io.binlogreplica.record.RowDigest;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.config.VerifyConfig;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.metrics.SinkMetrics;
import io.binlogreplica.sink.state.Place;
import io.binlogreplica.sink.state.Verifications;
import io.binlogreplica.sink.table.TargetTable;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares ranges of rows with the primary's, within the transaction that applies changes: where the stream says what the primary has, the
 * replica has all that was before and nothing behind, so what is not equal differs, at the first look. Whatever goes wrong with it is
 * noted, and nothing else.
 */
public final class RangeVerifier {

    private static final Logger log = LoggerFactory.getLogger(RangeVerifier.class);

    /** With more rows that are extra in a range, not all of them are told at once. */
    private static final long EXTRA_MAX = 1_000;

    private static final int ROWS_NAMED_MAX = 100;

    private final Connection connection;
    private final TargetTables targets;
    private final TableHealth health;
    private final Deletes deletes;
    private final Verifications results;
    private final VerifyConfig config;
    private final SourceRequests requests;
    private final SinkMetrics metrics;

    /** What is to be said and done once the connection's transaction is committed. */
    private final List<Runnable> afterCommit = new ArrayList<>();
    /** Why tables are not compared, as it was said last. */
    private final Map<TableId, String> said = new HashMap<>();
    /** Tables of which no more rows are named until they are gone through again, as was said. */
    private final Set<TableId> beyondLimit = new HashSet<>();

    /** Runs statements that delete rows and nothing that hangs on them. */
    @FunctionalInterface
    public interface Deletes {
        void run(List<String> statements) throws SQLException;
    }

    public RangeVerifier(
            Connection connection,
            TargetTables targets,
            TableHealth health,
            Deletes deletes,
            Verifications results,
            VerifyConfig config,
            SourceRequests requests,
            SinkMetrics metrics) {
        this.connection = connection;
        this.targets = targets;
        this.health = health;
        this.deletes = deletes;
        this.results = results;
        this.config = config;
        this.requests = requests;
        this.metrics = metrics;
    }

    /** The connection's transaction is committed. */
    public void committed() {
        afterCommit.forEach(Runnable::run);
        afterCommit.clear();
    }

    /** The connection's transaction is taken back, or what was compared in it is compared again. */
    public void rolledBack() {
        afterCommit.clear();
    }

    /**
     * Compares.
     *
     * @param change with a checksum
     * @throws SQLException when the replica cannot be reached
     */
    public void compare(TableChange change, Place place) throws SQLException {
        RangeChecksum theirs = Objects.requireNonNull(change.checksum());
        TableSchema primary = Objects.requireNonNull(change.tables().get(0).schema());
        TableId table = primary.id();
        Savepoint before = connection.setSavepoint();
        try {
            if (health.areWhole(List.of(table))) {
                compare(table, sql(primary, theirs), theirs, place);
            } else {
                notCompared(table, "it is being copied, or known to differ, see replica_table_state");
            }
            connection.releaseSavepoint(before);
            Milestone.COMPARED.reached();
        } catch (IllegalArgumentException e) {
            notCompared(table, String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e) && !BoundedQuery.isExceeded(e)) {
                throw e;
            }
            connection.rollback(before);
            notCompared(table, String.valueOf(e.getMessage()));
        }
    }

    private void compare(TableId table, RowSql sql, RangeChecksum theirs, Place place) throws SQLException {
        List<RowDigest> rows = theirs.rows();
        if (rows == null) {
            compareRange(table, sql, theirs, place);
        } else {
            compareRows(table, sql, theirs.range(), rows, place);
        }
    }

    private RowSql sql(TableSchema primary, RangeChecksum theirs) throws SQLException {
        DigestForm form = DigestForm.of(theirs.form());
        if (form == null) {
            throw new IllegalArgumentException(
                    "its checksums are of form " + theirs.form() + ", of another version of the source connector");
        }
        TargetTable target = targets.table(primary.id(), connection);
        if (target == null) {
            throw new IllegalArgumentException("the replica has no such table");
        }
        return form.onReplica(primary, theirs.primary(), target.schema(), Database.flavor(connection));
    }

    private void notCompared(TableId table, String why) throws SQLException {
        results.notCompared(table, why, connection);
        afterCommit.add(() -> {
            metrics.compared(SinkMetrics.Compared.SKIPPED, 0);
            if (!why.equals(said.put(table, why))) {
                log.warn("[VERIFY] table {} is not compared with the primary's: {}", table, why);
            }
        });
    }

    // Ranges

    private void compareRange(TableId table, RowSql sql, RangeChecksum theirs, Place place) throws SQLException {
        KeyRange range = theirs.range();
        Checksum expected = theirs.checksum();
        Checksum found;
        try (Statement statement = connection.createStatement();
                ResultSet row = BoundedQuery.execute(sql.checksum(range, expected.rows() + 1), statement)) {
            row.next();
            found = RowSql.readChecksum(row, 1);
        }
        boolean differs = !found.equals(expected);
        boolean begins = range.after() == null;
        results.compared(
                table, new Verifications.Chunk(expected.rows(), begins, range.upTo() == null, differs), connection);
        if (begins) {
            afterCommit.add(() -> {
                said.remove(table);
                beyondLimit.remove(table);
            });
        }
        if (!differs) {
            afterCommit.add(() -> metrics.compared(SinkMetrics.Compared.EQUAL, expected.rows()));
            return;
        }
        String what = "of " + sql.readable(range) + " the primary has " + expected.rows() + ", the replica "
                + (found.rows() > expected.rows()
                        ? "more"
                        : found.rows() == expected.rows() ? "as many, but not the same" : found.rows());
        results.differs(table, what, place, connection);
        boolean named = results.differing(table, connection) <= config.repairsMax();
        afterCommit.add(() -> {
            metrics.compared(SinkMetrics.Compared.DIFFERENT, expected.rows());
            if (named) {
                askForRows(table, range, what, place);
            } else if (beyondLimit.add(table)) {
                log.warn(
                        "[VERIFY] table {} differs in more rows than {}={}: no more of them are named before it is gone"
                                + " through again; best have it copied anew",
                        table,
                        VerifyConfig.REPAIR_LIMIT,
                        config.repairsMax());
            }
        });
    }

    private void askForRows(TableId table, KeyRange range, String what, Place place) {
        log.warn(
                "[VERIFY] table {} differs: {}; {}. {}",
                table,
                what,
                place.text(),
                requests.canBeSent()
                        ? "The source is asked for its rows, to name those that differ."
                        : "Set signal.kafka.bootstrap.servers to have rows named; have the table copied anew to"
                                + " make it right.");
        requests.digests(table, range);
    }

    // Rows

    private void compareRows(TableId table, RowSql sql, KeyRange range, List<RowDigest> theirs, Place place)
            throws SQLException {
        long rowsMax = theirs.size() + EXTRA_MAX;
        List<RowDigest> ours;
        try (Statement statement = connection.createStatement();
                ResultSet rows = BoundedQuery.execute(sql.digests(range, rowsMax), statement)) {
            ours = sql.readDigests(rows);
        }
        boolean complete = ours.size() < rowsMax;
        List<Difference> differences = Difference.between(theirs, ours, complete);
        if (differences.isEmpty()) {
            afterCommit.add(() -> log.info("[VERIFY] table {} is equal by now in {}", table, sql.readable(range)));
            return;
        }
        long repaired = results.repairs(table, connection);
        boolean repair = config.repair() && requests.canBeSent();
        boolean tooMany = repair && (!complete || repaired + differences.size() > config.repairsMax());
        String what = text(differences, sql);
        results.differs(table, what, place, connection);
        results.found(
                table,
                new Verifications.Rows(
                        count(differences, Difference.Kind.MISSING),
                        count(differences, Difference.Kind.EXTRA),
                        count(differences, Difference.Kind.DIFFERENT),
                        repair && !tooMany ? differences.size() : 0),
                connection);
        afterCommit.add(() -> {
            for (Difference.Kind kind : Difference.Kind.values()) {
                metrics.differ(kind.toString(), count(differences, kind));
            }
            log.warn("[VERIFY] table {} differs, {}: {}", table, place.text(), what);
        });
        if (tooMany) {
            health.damaged(
                    table,
                    "it has more rows that differ than " + VerifyConfig.REPAIR_LIMIT + "=" + config.repairsMax()
                            + " lets repair one by one, the last: " + what,
                    place);
        } else if (repair) {
            repair(table, sql, differences);
        } else {
            afterCommit.add(() -> log.warn(
                    "[VERIFY] table {} is left as it is; set {}=true to have its rows repaired, or have it copied anew",
                    table,
                    VerifyConfig.REPAIR));
        }
    }

    /** What is extra is so at this very place of the stream; what is to be read again comes at another. */
    private void repair(TableId table, RowSql sql, List<Difference> differences) throws SQLException {
        List<List<String>> extra = keys(differences, Difference.Kind.EXTRA);
        deletes.run(extra.stream().map(sql::delete).toList());
        var wanted = new ArrayList<List<String>>(keys(differences, Difference.Kind.MISSING));
        wanted.addAll(keys(differences, Difference.Kind.DIFFERENT));
        afterCommit.add(() -> {
            metrics.repaired(differences.size());
            log.info(
                    "[VERIFY] table {}: {} rows deleted, {} rows asked of the primary anew",
                    table,
                    extra.size(),
                    wanted.size());
            if (!wanted.isEmpty()) {
                requests.rows(table, sql.condition(wanted));
            }
        });
    }

    private static List<List<String>> keys(List<Difference> differences, Difference.Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .map(Difference::key)
                .toList();
    }

    private static long count(List<Difference> differences, Difference.Kind kind) {
        return differences.stream()
                .filter(difference -> difference.kind() == kind)
                .count();
    }

    private static String text(List<Difference> differences, RowSql sql) {
        String rows = differences.stream()
                .limit(ROWS_NAMED_MAX)
                .map(difference -> text(difference, sql))
                .collect(Collectors.joining("; "));
        int more = differences.size() - ROWS_NAMED_MAX;
        return more > 0 ? rows + "; and " + more + " more" : rows;
    }

    private static String text(Difference difference, RowSql sql) {
        String row = "row " + sql.readableKey(difference.key()) + " is " + difference.kind();
        return difference.columns().isEmpty()
                ? row
                : row + " in "
                        + difference.columns().stream()
                                .map(sql.columnNames()::get)
                                .collect(Collectors.joining(", "));
    }
}
