package io.binlogreplica.local.comparison;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a comparison found.
 *
 * @param structure differences between the tables' definitions and the lists of tables, in words
 * @param tables the rows of each table that both servers have
 */
public record ComparisonResult(List<String> structure, List<TableResult> tables) {

    public ComparisonResult {
        structure = List.copyOf(structure);
        tables = List.copyOf(tables);
    }

    public boolean identical() {
        return structure.isEmpty() && tables.stream().allMatch(TableResult::identical);
    }

    /** How many rows the primary has in all tables that were compared. */
    public long rows() {
        return tables.stream().mapToLong(TableResult::primaryRows).sum();
    }

    /** One line for each difference, or one that says that there is none. */
    @Override
    public String toString() {
        if (identical()) {
            return "identical: " + rows() + " rows in " + tables.size() + " tables";
        }
        return Stream.concat(
                        structure.stream(),
                        tables.stream().filter(table -> !table.identical()).map(TableResult::toString))
                .collect(Collectors.joining("\n"));
    }
}
