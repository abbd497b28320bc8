package io.binlogreplica.sink.apply;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.failure.RowFailure;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.plan.Group;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of tables that are not whole, which refer to a row that is to go. The primary has none such, or it would have refused the change:
 * what took them away there was left out.
 */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private static final Set<Integer> ROW_IS_REFERRED_TO = Set.of(1217, 1451);

    private final Connection connection;
    private final TargetTables targets;
    private final TableHealth health;
    private final ForeignKeyChecks foreignKeyChecks;

    Leftovers(Connection connection, TargetTables targets, TableHealth health, ForeignKeyChecks foreignKeyChecks) {
        this.connection = connection;
        this.targets = targets;
        this.health = health;
        this.foreignKeyChecks = foreignKeyChecks;
    }

    /**
     * Deletes those that are in the way of a row's change, and of what it cascades to.
     *
     * @return whether there were any, so that the change may be tried again
     */
    boolean delete(Group row, Located located, RowFailure failure) throws SQLException {
        @Nullable Object[] before = ((RowChange) located.change()).before();
        if (before == null
                || health.isAllWhole()
                || !(failure.getCause() instanceof SQLException refusal)
                || !ROW_IS_REFERRED_TO.contains(refusal.getErrorCode())) {
            return false;
        }
        var finding = new TableStatements(row.mapping(), TableStatements.Finding.KEY);
        Savepoint savepoint = connection.setSavepoint();
        int deleted = 0;
        try {
            foreignKeyChecks.set(false);
            for (List<ForeignKey> path : pathsInto(row.mapping().table())) {
                deleted += delete(path, finding, before);
            }
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            connection.rollback(savepoint);
            log.warn("[DRIFT] rows that refer to one that is to go cannot be deleted: {}", e.getMessage());
            return false;
        }
        return deleted > 0;
    }

    private int delete(List<ForeignKey> path, TableStatements finding, @Nullable Object[] before) throws SQLException {
        TableId table = path.get(path.size() - 1).child();
        try (PreparedStatement statement = connection.prepareStatement(sql(path, finding.condition()))) {
            finding.bindDelete(statement, 1, before);
            int deleted = statement.executeUpdate();
            if (deleted > 0) {
                log.warn(
                        "[DRIFT] {} rows of table {}, which is not whole, are deleted: they refer to a row of table {} that the"
                                + " primary could take away only without them",
                        deleted,
                        table,
                        path.get(0).parent());
            }
            return deleted;
        }
    }

    /** Deletes the last table's rows that refer, over those between, to rows of the first for which a condition holds. */
    static String sql(List<ForeignKey> path, String condition) {
        ForeignKey first = path.get(0);
        String parents = "SELECT " + names("", first.parentColumns()) + " FROM " + Identifier.quote(first.parent())
                + " WHERE " + condition;
        for (int i = 0; i < path.size() - 1; i++) {
            String child = Identifier.quote(path.get(i).child());
            parents = "SELECT " + names(child + ".", path.get(i + 1).parentColumns())
                    + referring(path.get(i), child, parents);
        }
        ForeignKey last = path.get(path.size() - 1);
        String child = Identifier.quote(last.child());
        // by its whole name: MariaDB looks for another one in the session's database, and there need be none
        return "DELETE " + child + referring(last, child, parents);
    }

    /** Joins, not IN: servers find the rows by the foreign key's index then. */
    private static String referring(ForeignKey key, String child, String parents) {
        String same = IntStream.range(0, key.childColumns().size())
                .mapToObj(i -> child + "." + Identifier.quote(key.childColumns().get(i)) + " = parent."
                        + Identifier.quote(key.parentColumns().get(i)))
                .collect(Collectors.joining(" AND "));
        return " FROM " + child + " JOIN (" + parents + ") parent ON " + same;
    }

    private static String names(String qualifier, List<String> columns) {
        return columns.stream()
                .map(column -> qualifier + Identifier.quote(column))
                .collect(Collectors.joining(", "));
    }

    /** The foreign keys, one behind the other, from a table to each that is not whole: they cascade, but for the last. */
    private List<List<ForeignKey>> pathsInto(TableId changed) throws SQLException {
        var found = new ArrayList<List<ForeignKey>>();
        var next = new ArrayDeque<List<ForeignKey>>();
        next.add(List.of());
        while (!next.isEmpty()) {
            List<ForeignKey> path = next.remove();
            TableId parent =
                    path.isEmpty() ? changed : path.get(path.size() - 1).child();
            for (ForeignKey key : targets.foreignKeys(connection).ofParent(parent)) {
                // a statement cannot delete from a table that it reads
                boolean circle = key.child().equals(changed)
                        || key.child().equals(parent)
                        || path.stream().anyMatch(before -> before.child().equals(key.child()));
                if (!circle && (key.cascades() || !health.areWhole(List.of(key.child())))) {
                    var longer = new ArrayList<ForeignKey>(path);
                    longer.add(key);
                    (key.cascades() ? next : found).add(longer);
                }
            }
        }
        return found;
    }
}
