package io.binlogreplica.source.snapshot;

import io.binlogreplica.source.binlog.BinlogPosition;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that sees a table as it was at one position of the binlog: it has every transaction before, and none behind.
 *
 * @param statement of the transaction's connection, which serves no other purpose until it is closed
 * @param position where the view is
 * @param unsettled which transactions before it the view may lack all the same; null when it has them all
 * @param lock what keeps the table as it is where its engine has no transactions; null where it has
 */
record ReadView(
        Statement statement,
        BinlogPosition position,
        @Nullable Unsettled unsettled,
        @Nullable TableLock lock) implements AutoCloseable {

    ReadView(Statement statement, BinlogPosition position, @Nullable Unsettled unsettled) {
        this(statement, position, unsettled, null);
    }

    /** The same under a lock, which ends with it. */
    ReadView under(TableLock held) {
        return new ReadView(statement, position, unsettled, held);
    }

    /** Ends the transaction. */
    @Override
    public void close() throws SQLException {
        try (statement) {
            statement.execute("ROLLBACK");
        } finally {
            if (lock != null) {
                lock.release();
            }
        }
    }
}
