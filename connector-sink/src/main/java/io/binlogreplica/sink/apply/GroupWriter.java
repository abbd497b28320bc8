package io.binlogreplica.sink.apply;

import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.failure.RowFailure;
import io.binlogreplica.sink.plan.Group;
import io.binlogreplica.sink.table.Mapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups of rows over one connection, in its transaction. Counts what each statement meets: a change that meets no row means
 * that the replica is not what it should be.
 */
final class GroupWriter {

    /** Large enough that a statement's own cost does not count. */
    private static final int STATEMENT_ROWS_MAX = 1_000;

    private static final int DUPLICATE_KEY = 1062;
    private static final int TABLE_FULL = 1114;

    private final Connection connection;
    private final RowRunner runner;
    private final Map<TableStatements.Finding, IdentityHashMap<Mapping, TableStatements>> statements =
            new EnumMap<>(TableStatements.Finding.class);
    private final ForeignKeyChecks foreignKeyChecks;
    private final boolean conflictDetection;
    /** What a copied row takes the place of. */
    private final TableStatements.Finding inTheWay;

    private final Packets packets;

    /**
     * A writer over that connection.
     *
     * @param conflictDetection whether a change has to meet the whole row that it names, where it has to meet one
     * @param tableLayout whether rows come in any order: a key may then be given in other letters before it is taken in the former
     */
    GroupWriter(
            Connection connection, ForeignKeyChecks foreignKeyChecks, boolean conflictDetection, boolean tableLayout)
            throws SQLException {
        this.connection = connection;
        this.runner = RowRunner.of(connection);
        this.foreignKeyChecks = foreignKeyChecks;
        this.conflictDetection = conflictDetection;
        this.inTheWay = tableLayout ? TableStatements.Finding.COMPARED_KEY : TableStatements.Finding.KEY;
        this.packets = Packets.of(connection);
    }

    /** How strictly rows are to be met. */
    enum Meeting {
        /** Every change meets exactly the row it names. */
        STRICT,
        /** The table is being copied: a row may not be there yet. */
        RELAXED,
        /** Likewise, and what happens to a row changes rows of other tables. */
        RELAXED_CASCADING
    }

    /**
     * Writes a group.
     *
     * @throws SQLException when the replica refuses something, or cannot be reached
     * @throws RowFailure when a row does not meet what it should
     */
    void write(Group group, Meeting meeting, TopicPartition partition) throws SQLException, RowFailure {
        foreignKeyChecks.set(group.foreignKeyChecks());
        boolean strict = meeting == Meeting.STRICT && group.op() != Op.READ;
        TableStatements.Finding by =
                strict && conflictDetection ? TableStatements.Finding.WHOLE_ROW : TableStatements.Finding.KEY;
        TableStatements sql = statements(group.mapping(), by);
        List<Located> rows = group.rows();
        int to;
        for (int from = 0; from < rows.size(); from = to) {
            to = packets.end(group.mapping(), by, rows, from, Math.min(rows.size(), from + STATEMENT_ROWS_MAX));
            var part = new Part(sql, group.mapping(), group.op(), rows.subList(from, to), partition);
            if (strict) {
                strict(part);
            } else {
                relaxed(part, meeting);
            }
        }
    }

    /** Tables may be others now. */
    void forget() {
        statements.clear();
        packets.forget();
    }

    private TableStatements statements(Mapping mapping, TableStatements.Finding by) {
        return statements
                .computeIfAbsent(by, added -> new IdentityHashMap<>())
                .computeIfAbsent(mapping, added -> new TableStatements(added, by));
    }

    /** Whether the replica has a row with the key that a group's first row comes to have. */
    boolean has(Group group) throws SQLException {
        TableStatements sql = statements(group.mapping(), TableStatements.Finding.KEY);
        RowChange row = (RowChange) group.rows().get(0).change();
        try (PreparedStatement statement = connection.prepareStatement(sql.select())) {
            sql.bindDelete(statement, 1, Objects.requireNonNull(row.after()));
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Rows for one statement. */
    private record Part(TableStatements sql, Mapping mapping, Op op, List<Located> rows, TopicPartition partition) {

        List<@Nullable Object[]> befores() {
            return rows.stream()
                    .map(row -> Objects.requireNonNull(((RowChange) row.change()).before()))
                    .toList();
        }

        List<@Nullable Object[]> afters() {
            return rows.stream()
                    .map(row -> Objects.requireNonNull(((RowChange) row.change()).after()))
                    .toList();
        }

        Part only(int index) {
            return new Part(sql, mapping, op, rows.subList(index, index + 1), partition);
        }
    }

    private void strict(Part part) throws SQLException, RowFailure {
        long met = run(part);
        if (met != part.rows.size()) {
            throw RowFailure.notMet(part.rows.get(0), part.mapping, part.partition, met);
        }
    }

    /**
     * While a table is copied, the replica has those of its rows that are copied or were changed since, each as it is at this point.
     * So an insert may find its row there already, and takes its place; what an update does not find is made first, and likewise what
     * a delete does not find, if it cascades.
     */
    private void relaxed(Part part, Meeting meeting) throws SQLException, RowFailure {
        Savepoint before = connection.setSavepoint();
        try {
            long met = run(part);
            if (met == part.rows.size() || (part.op == Op.DELETE && meeting != Meeting.RELAXED_CASCADING)) {
                connection.releaseSavepoint(before);
                return;
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != DUPLICATE_KEY) {
                throw e;
            }
        }
        connection.rollback(before);
        if (part.op == Op.CREATE || part.op == Op.READ) {
            boolean checks = foreignKeyChecks.isOn();
            foreignKeyChecks.set(false);
            runner.delete(statements(part.mapping, inTheWay), part.afters());
            foreignKeyChecks.set(checks);
            strict(part);
            return;
        }
        for (int i = 0; i < part.rows.size(); i++) {
            Part row = part.only(i);
            if (run(row) == 0) {
                boolean checks = foreignKeyChecks.isOn();
                foreignKeyChecks.set(false);
                runner.insert(part.sql, row.befores());
                foreignKeyChecks.set(checks);
                strict(row);
            }
        }
    }

    /** How many rows the part's statement met. */
    private long run(Part part) throws SQLException {
        try {
            return execute(part);
        } catch (SQLException e) {
            if (e.getErrorCode() == TABLE_FULL && !part.mapping.target().transactional()) {
                // not the disk, which others share and somebody will clear, but this table's own limit
                throw new SQLDataException(e.getMessage(), e.getSQLState(), TABLE_FULL, e);
            }
            throw e;
        }
    }

    private long execute(Part part) throws SQLException {
        return switch (part.op) {
            case CREATE, READ -> runner.insert(part.sql, part.afters());
            case UPDATE -> runner.update(part.sql, part.befores(), part.afters());
            case DELETE -> runner.delete(part.sql, part.befores());
            case TRUNCATE -> throw new IllegalArgumentException("not a change of rows");
        };
    }
}
