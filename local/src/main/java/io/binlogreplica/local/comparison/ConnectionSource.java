package io.binlogreplica.local.comparison;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to one server, by MariaDB Connector/J and as a user who may read all that is compared. */
@FunctionalInterface
public interface ConnectionSource {

    Connection open() throws SQLException;
}
