package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens read views whose position in the binlog is known exactly, one at a time. */
public sealed interface ReadViews extends AutoCloseable permits MariaDbReadViews, MySqlReadViews {

    /**
     * Views over that connection.
     *
     * @param database opens one more, where it is needed
     */
    static ReadViews of(Connection connection, Database database) throws SQLException {
        return Database.flavor(connection) == Flavor.MARIADB
                ? new MariaDbReadViews(connection, database)
                : new MySqlReadViews(connection, database);
    }

    /**
     * Opens a view on a table; the connection serves no other purpose until it is closed. A commit is in the binlog a moment before
     * it is visible, so the first view may be before a place that the stream has passed; then another is opened.
     *
     * @param transactional whether the table's engine has transactions. Others show each row as it is when it is read, so the table
     *     is locked against writes until the view is closed; servers themselves lock it while a query reads it
     * @param reached where the stream is: the view has all that is before
     * @throws SQLException also when the server does not come to have such a view, or there is no lock to be had
     */
    ReadView open(TableId table, boolean transactional, BinlogPosition reached)
            throws SQLException, InterruptedException;

    /** Where the binlog ends now, between two transactions, with GTIDs where there are some. */
    BinlogPosition end() throws SQLException, InterruptedException;

    /** The connection itself stays open. */
    @Override
    void close();
}
