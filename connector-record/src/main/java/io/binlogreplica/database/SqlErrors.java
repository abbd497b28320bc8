package io.binlogreplica.database;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.mariadb.jdbc.export.MaxAllowedPacketException;

/**
 * What kind of failure an error of a server is. By its number first, since neither SQL states nor the driver's classes tell: a lock
 * wait comes with HY000, a packet that is too large with the state of a lost connection, and whatever state the driver has no class
 * for, a trigger's SIGNAL among them, as a transient connection exception.
 */
public final class SqlErrors {

    /** What there is no row for; by the class of the SQL state. */
    private static final Map<String, SqlFailure> BY_STATE = Map.of(
            "08", SqlFailure.UNKNOWN_OUTCOME, // connection
            "22", SqlFailure.DATA, // a value out of bounds
            "23", SqlFailure.DATA, // a constraint
            "28", SqlFailure.UNAVAILABLE, // login
            "40", SqlFailure.REFUSED, // rolled back
            "44", SqlFailure.DATA, // a view's condition
            "45", SqlFailure.DATA); // SIGNAL, of a trigger

    private static final Map<Integer, SqlFailure> BY_NUMBER = new HashMap<>();

    private static final Set<Integer> LOGIN_REFUSED = Set.of(
            1045, // the password is being changed
            1698, // likewise, without a password
            1862, // the password has expired
            3118, // the account is locked, MySQL
            4151); // likewise, MariaDB

    static {
        put(
                SqlFailure.REFUSED,
                1020, // the row has changed since it was read, MariaDB
                1205, // lock wait timeout
                1213, // deadlock
                1317, // the query was interrupted
                1412, // the table's definition has changed, retry the transaction
                1969, // the query exceeded its time limit, MariaDB
                3024, // likewise, MySQL
                3572); // a lock that was not waited for
        put(
                SqlFailure.UNKNOWN_OUTCOME,
                1053, // server shutdown in progress
                1152, // aborted connection
                1158, // communication error reading packets
                1159, // timeout reading packets
                1160, // error writing packets
                1161, // timeout writing packets
                1180, // error during COMMIT
                1184, // aborted connection
                1927, // the connection was killed
                2006, // the server has gone away
                2013, // lost connection during query
                4031); // disconnected for idleness
        put(
                SqlFailure.UNAVAILABLE,
                1021, // disk full
                1026, // error writing a file
                1037, // out of memory
                1038, // out of sort memory
                1040, // too many connections
                1041, // out of resources
                1047, // not yet prepared for use, Galera
                1077, // normal shutdown
                1079, // aborted, shutting down
                1114, // the disk is full
                1135, // no new thread
                1203, // too many connections of the user
                1206, // the lock table is full
                1226, // the user has exceeded a limit for now
                1290, // read-only
                1792, // read-only transaction
                1836, // read-only mode
                1881); // started with innodb_force_recovery
        LOGIN_REFUSED.forEach(number -> put(SqlFailure.UNAVAILABLE, number));
        put(
                SqlFailure.DATA,
                1048, // NULL in a NOT NULL column
                1062, // duplicate key
                1118, // row too large for the table
                1153, // row too large for max_allowed_packet
                1216, // foreign key: no parent
                1217, // foreign key: has children
                1264, // out of range
                1265, // truncated
                1292, // wrong value
                1364, // a column without default has no value
                1366, // wrong value for the charset or type
                1367, // illegal value
                1406, // too long
                1416, // no geometry
                1451, // foreign key: has children
                1452, // foreign key: no parent
                1526, // no partition for the value
                1644, // SIGNAL of a trigger
                1690, // out of range in an expression
                1713, // too large for the undo log
                1748, // not in the partition
                1761, // foreign key: a cascade would make a duplicate
                1762, // likewise
                3140, // no JSON
                3819, // CHECK constraint, MySQL
                4025); // likewise, MariaDB
        put(
                SqlFailure.STRUCTURE,
                1034, // an index is broken
                1035, // old key file
                1036, // the table is read-only
                1049, // no such database
                1051, // no such table
                1054, // no such column
                1136, // another number of columns
                1146, // no such table
                1194, // the table is marked as crashed
                1195, // likewise, and repair failed
                1305, // a trigger's routine is missing
                1347, // not a base table
                1356, // an invalid view
                1442, // a trigger changes its own table
                1471, // not insertable
                1712, // an index is broken
                1785, // a table without transactions, where GTIDs must be consistent
                1812, // the tablespace is missing
                1906, // a value for a generated column, MariaDB
                1932, // the table is missing in the engine
                3098, // a table without a key, Group Replication
                3105); // a value for a generated column, MySQL
        put(
                SqlFailure.DENIED,
                1044, // database
                1130, // host
                1142, // table
                1143, // column
                1227, // needs a global privilege
                1370); // routine
    }

    private SqlErrors() {}

    private static void put(SqlFailure failure, int... numbers) {
        for (int number : numbers) {
            BY_NUMBER.put(number, failure);
        }
    }

    /** What kind of failure it is: of the exception itself, else of the first of its causes that says more. */
    public static SqlFailure classify(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getCause() instanceof MaxAllowedPacketException) {
                return SqlFailure.DATA;
            }
            if (cause instanceof SQLException sql) {
                SqlFailure failure = one(sql);
                if (failure != SqlFailure.OTHER) {
                    return failure;
                }
            }
        }
        return SqlFailure.OTHER;
    }

    private static SqlFailure one(SQLException e) {
        if (e instanceof SQLDataException) {
            return SqlFailure.DATA;
        }
        SqlFailure byNumber = BY_NUMBER.get(e.getErrorCode());
        if (byNumber != null) {
            return byNumber;
        }
        String state = e.getSQLState();
        SqlFailure byState = state == null || state.length() < 2 ? null : BY_STATE.get(state.substring(0, 2));
        if (byState != null) {
            return byState;
        }
        return e instanceof SQLNonTransientConnectionException ? SqlFailure.UNKNOWN_OUTCOME : SqlFailure.OTHER;
    }

    /** Whether the same statement may succeed later: the connection is lost, the server is down or read-only, a lock is taken. */
    public static boolean isTransient(SQLException e) {
        return classify(e).isTransient();
    }

    /** Whether the server was reached, and does not let this user in. */
    public static boolean isLoginRefused(SQLException e) {
        return isLoginRefused(e.getErrorCode());
    }

    /** Likewise, by the error's number. */
    public static boolean isLoginRefused(int number) {
        return LOGIN_REFUSED.contains(number);
    }
}
