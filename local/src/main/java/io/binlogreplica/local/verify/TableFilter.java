package io.binlogreplica.local.verify;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which tables to compare; all are regular expressions for whole names, {@code database.table} for tables.
 *
 * @param tables empty for all tables of the databases
 */
public record TableFilter(
        List<Pattern> databases, List<Pattern> tables, List<Pattern> excludedDatabases, List<Pattern> excludedTables) {

    public TableFilter {
        databases = List.copyOf(databases);
        tables = List.copyOf(tables);
        excludedDatabases = List.copyOf(excludedDatabases);
        excludedTables = List.copyOf(excludedTables);
    }

    /** The same with other tables to take. */
    public TableFilter taking(List<Pattern> others) {
        return new TableFilter(databases, others, excludedDatabases, excludedTables);
    }

    boolean includesDatabase(String database) {
        return matches(databases, database) && !matches(excludedDatabases, database);
    }

    boolean includes(String database, String table) {
        String name = database + "." + table;
        return includesDatabase(database)
                && (tables.isEmpty() || matches(tables, name))
                && !matches(excludedTables, name);
    }

    private static boolean matches(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
