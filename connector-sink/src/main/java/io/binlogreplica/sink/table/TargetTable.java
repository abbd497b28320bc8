package io.binlogreplica.sink.table;

import io.binlogreplica.record.TableSchema;
import java.util.List;

/**
 * A table of the replica.
 *
 * @param schema its columns and key
 * @param uniqueKeys all its unique indexes, the primary key among them
 * @param triggers the names of its triggers
 */
public record TargetTable(TableSchema schema, List<UniqueKey> uniqueKeys, List<String> triggers) {
    public TargetTable {
        uniqueKeys = List.copyOf(uniqueKeys);
        triggers = List.copyOf(triggers);
    }
}
