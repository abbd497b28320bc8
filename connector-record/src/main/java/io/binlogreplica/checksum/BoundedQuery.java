package io.binlogreplica.checksum;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A query that the server ends if it takes too long, since changes wait for it: without the key's index it would read the whole table. */
public final class BoundedQuery {

    private static final int LIMIT_SECONDS = 10;

    private static final String SELECT = "SELECT ";
    private static final int EXCEEDED_ON_MARIADB = 1969;
    private static final int EXCEEDED_ON_MYSQL = 3024;

    private BoundedQuery() {}

    /**
     * Runs a query.
     *
     * @throws SQLException one that {@link #isExceeded}, among others
     */
    public static ResultSet execute(String query, Statement statement) throws SQLException {
        if (!query.startsWith(SELECT)) {
            throw new IllegalArgumentException("not a query: " + query);
        }
        return statement.executeQuery(
                Database.flavor(statement.getConnection()) == Flavor.MARIADB
                        ? "SET STATEMENT max_statement_time = " + LIMIT_SECONDS + " FOR " + query
                        : SELECT + "/*+ MAX_EXECUTION_TIME(" + LIMIT_SECONDS * 1_000 + ") */ "
                                + query.substring(SELECT.length()));
    }

    /** Whether a query was ended so. */
    public static boolean isExceeded(SQLException e) {
        return e.getErrorCode() == EXCEEDED_ON_MARIADB || e.getErrorCode() == EXCEEDED_ON_MYSQL;
    }
}
