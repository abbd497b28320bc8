package io.binlogreplica.local.workload;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements that are sent together and committed together, or rolled back together, and how many rows each changes. */
final class Transaction {

    /** Position of the transaction among those that were committed, from 1; 0 for one that is rolled back. */
    private final long number;

    private final StringBuilder sql = new StringBuilder("BEGIN");

    /** Rows that the statements behind BEGIN change, in their order. */
    private final List<Integer> rows = new ArrayList<>();

    private long changes;

    private Transaction(long number) {
        this.number = number;
    }

    static Transaction committed(long number) {
        return new Transaction(number);
    }

    static Transaction rolledBack() {
        return new Transaction(0);
    }

    long number() {
        return number;
    }

    /** How many row changes it has so far, counted as a binlog has them: without those that foreign keys cascade to. */
    long changes() {
        return changes;
    }

    boolean isCommitted() {
        return number > 0;
    }

    Transaction add(CharSequence statement, int changedRows) {
        sql.append(';').append(statement);
        rows.add(changedRows);
        changes += changedRows;
        return this;
    }

    /**
     * Executes all of it at once.
     *
     * @param statement of a connection that allows several statements in one text and counts changed rows, not found ones
     * @throws IllegalStateException when a statement changed more or fewer rows than was said: the tables are not what they
     *     should be
     */
    void execute(Statement statement) throws SQLException {
        statement.execute(sql + (isCommitted() ? ";COMMIT" : ";ROLLBACK"));
        for (int expected : rows) {
            statement.getMoreResults();
            int changed = statement.getUpdateCount();
            if (changed != expected) {
                throw new IllegalStateException("a statement changed " + changed + " rows instead of " + expected
                        + "; does anyone else write to these tables? Transaction: " + abbreviated());
            }
        }
        statement.getMoreResults();
    }

    private String abbreviated() {
        return sql.length() > 2_000 ? sql.substring(0, 2_000) + " ..." : sql.toString();
    }
}
