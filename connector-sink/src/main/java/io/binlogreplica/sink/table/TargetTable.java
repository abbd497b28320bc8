package io.binlogreplica.sink.table;

import io.binlogreplica.record.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table of the replica.
 *
 * @param schema its columns and key
 * @param uniqueKeys all its unique indexes, the primary key among them
 * @param period the columns from which to which each of its rows is true, if there are unique indexes {@code WITHOUT OVERLAPS}: these
 *     take no two rows whose periods meet
 * @param transactional whether its engine can take changes back
 * @param triggers the names of its triggers
 * @param rounded how many digits behind the point columns of type FLOAT(M,D) and DOUBLE(M,D) keep, by the columns' names
 */
public record TargetTable(
        TableSchema schema,
        List<UniqueKey> uniqueKeys,
        Set<Integer> period,
        boolean transactional,
        List<String> triggers,
        Map<String, Integer> rounded) {
    public TargetTable {
        uniqueKeys = List.copyOf(uniqueKeys);
        period = Set.copyOf(period);
        triggers = List.copyOf(triggers);
        rounded = Map.copyOf(rounded);
    }
}
