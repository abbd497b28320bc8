package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes many rows of one table in as few round trips as the replica's kind of server allows, and says how many it met. */
sealed interface RowRunner permits BatchRunner, MultiRowRunner, EnumErrorRunner {

    static RowRunner of(Connection connection) throws SQLException {
        var batches = new BatchRunner(connection);
        RowRunner usual =
                Database.flavor(connection) == Flavor.MARIADB ? batches : new MultiRowRunner(connection, batches);
        return new EnumErrorRunner(connection, usual);
    }

    long insert(TableStatements sql, List<@Nullable Object[]> after) throws SQLException;

    /** Updates rows; both lists have one image a row. */
    long update(TableStatements sql, List<@Nullable Object[]> before, List<@Nullable Object[]> after)
            throws SQLException;

    long delete(TableStatements sql, List<@Nullable Object[]> before) throws SQLException;
}
