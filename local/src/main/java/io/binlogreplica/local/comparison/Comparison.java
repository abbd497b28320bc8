package io.binlogreplica.local.comparison;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a database on two servers: the list of tables, their columns and keys, and every value of every row. Each server is
 * seen at one moment, the moment at which the comparison begins; changes that are under way then are differences.
 */
public final class Comparison {

    private final ConnectionSource primary;
    private final ConnectionSource replica;
    private final Set<String> ignored = new HashSet<>();
    private Progress progress = (table, rows) -> {};
    private int differencesMax = 20;
    private boolean valuesOnly;

    /** Is told how far a comparison has come. */
    @FunctionalInterface
    public interface Progress {

        /** So many rows of that table have been read from the primary; called on a thread of the comparison. */
        void read(String table, long rows);
    }

    public Comparison(ConnectionSource primary, ConnectionSource replica) {
        this.primary = primary;
        this.replica = replica;
    }

    /** Leaves out tables of either server, such as those in which a replica keeps its position. */
    public Comparison ignoring(String... tables) {
        ignored.addAll(List.of(tables));
        return this;
    }

    /**
     * Compares the lists of tables and all values, but not the tables' definitions: for servers of two families, which print the same
     * column differently. Zero counts as equal to zero below zero, which some versions of MariaDB do not keep.
     */
    public Comparison valuesOnly() {
        valuesOnly = true;
        return this;
    }

    public Comparison onProgress(Progress progress) {
        this.progress = progress;
        return this;
    }

    /** How many differences of a table are listed; 20 unless said otherwise. */
    public Comparison differencesMax(int differencesMax) {
        this.differencesMax = differencesMax;
        return this;
    }

    /**
     * Compares all tables of that database.
     *
     * @throws SQLException when a server can't be read, or there is nothing to compare
     */
    public ComparisonResult compare(String database) throws SQLException, InterruptedException {
        try (BothSides bothSides = BothSides.open(primary, replica)) {
            var read = bothSides.run(
                    () -> TableDefinition.read(bothSides.primary(), database),
                    () -> TableDefinition.read(bothSides.replica(), database));
            Map<String, TableDefinition> expected = read.primary();
            Map<String, TableDefinition> found = read.replica();
            expected.keySet().removeAll(ignored);
            found.keySet().removeAll(ignored);
            if (expected.isEmpty()) {
                throw new SQLException("the primary has no table to compare in database " + database
                        + ", or its user may not read them");
            }
            var structure = new ArrayList<String>();
            found.keySet().stream()
                    .filter(name -> !expected.containsKey(name))
                    .forEach(name -> structure.add(name + ": only the replica has this table"));
            var tables = new ArrayList<TableResult>();
            for (var entry : expected.entrySet()) {
                String name = entry.getKey();
                TableDefinition other = found.get(name);
                if (other == null) {
                    structure.add(name + ": only the primary has this table");
                } else {
                    if (!valuesOnly) {
                        structure.addAll(TableDefinition.differences(name, entry.getValue(), other));
                    }
                    tables.add(compare(bothSides, database, name, entry.getValue(), other));
                }
            }
            return new ComparisonResult(structure, tables);
        }
    }

    private TableResult compare(
            BothSides bothSides, String database, String name, TableDefinition expected, TableDefinition found)
            throws SQLException, InterruptedException {
        var columns = new LinkedHashSet<String>(expected.key());
        columns.addAll(expected.columns().keySet());
        columns.retainAll(found.columns().keySet());
        boolean keyed = !expected.key().isEmpty() && columns.containsAll(expected.key());
        int keyColumns = keyed ? expected.key().size() : columns.size();
        var list = List.copyOf(columns);
        return new TableComparison(
                        new TableSide(bothSides.primary(), database, name, expected, list, keyColumns, valuesOnly),
                        new TableSide(bothSides.replica(), database, name, found, list, keyColumns, valuesOnly),
                        bothSides,
                        differencesMax)
                .compare(rows -> progress.read(name, rows));
    }
}
