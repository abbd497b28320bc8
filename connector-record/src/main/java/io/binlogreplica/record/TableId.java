package io.binlogreplica.record;

/** A table by the names its server uses: exact bytes, no folding of case. */
public record TableId(String database, String table) implements Comparable<TableId> {

    @Override
    public int compareTo(TableId other) {
        int byDatabase = database.compareTo(other.database);
        return byDatabase != 0 ? byDatabase : table.compareTo(other.table);
    }

    /** {@code database.table}, for messages and log lines; not quoted, so never for SQL. */
    @Override
    public String toString() {
        return database + "." + table;
    }
}
