package io.binlogreplica.sink.drift;

import io.binlogreplica.database.Collations;
import io.binlogreplica.database.Database;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What keeps a table of one kind of server from being on another as it is: types and collations that only one of them has. */
public final class Obstacles {

    private Obstacles() {}

    /** What the replica does not have of a table's columns, in words; empty when it is something else. */
    public static List<String> of(TableSchema schema, Connection replica) throws SQLException {
        boolean mySql = Database.flavor(replica) == Flavor.MYSQL;
        Collations collations = Collations.of(replica);
        var obstacles = new ArrayList<String>();
        for (Column column : schema.columns()) {
            String collation = column.type().collation();
            if (mySql && column.type().type().family() == SqlType.Family.ADDRESS) {
                obstacles.add("column " + column.name() + " has type "
                        + column.type().columnType() + ", which MySQL does not have");
            } else if (collation != null && !collations.has(collation)) {
                obstacles.add("column " + column.name() + " has collation " + collation
                        + ", which the replica does not have");
            }
        }
        return obstacles;
    }
}
