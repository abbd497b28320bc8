package io.binlogreplica.database;

import io.binlogreplica.record.TableId;

/** Names in SQL. Always quoted, so that no name is ever a keyword or anything else. */
public final class Identifier {

    private Identifier() {}

    /** A name in backticks, those inside doubled. */
    public static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** A table with its database. */
    public static String quote(TableId table) {
        return quote(table.database()) + "." + quote(table.table());
    }
}
