package io.binlogreplica.sink.drift;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.table.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a table of the replica makes of rows by itself, and the primary's does not: nobody would be told of it. */
public final class Changing {

    private Changing() {}

    /**
     * In words for the operator.
     *
     * @param primary what {@code SHOW CREATE TABLE} prints on the primary
     * @param replica likewise on the replica
     * @param schema of the primary's table
     */
    public static List<String> differences(
            TableId table, String primary, String replica, TableSchema schema, TargetTable target) {
        var differences = new ArrayList<String>();
        for (Column column : target.schema().columns()) {
            int index = schema.indexOf(column.name());
            if (column.isGenerated()
                    && index >= 0
                    && !schema.columns().get(index).isGenerated()) {
                differences.add("column " + column.name() + " is computed where the primary's is written");
            }
        }
        List<String> keyHere = target.schema().keyNames();
        if (!schema.hasKey() && !keyHere.isEmpty() && keyHere.stream().allMatch(name -> schema.indexOf(name) >= 0)) {
            differences.add("its key is " + keyHere
                    + " where the primary's table has none: several rows of the primary may have" + " the same");
        }
        Set<List<Object>> known =
                cascading(table, primary).stream().map(Changing::columns).collect(Collectors.toSet());
        cascading(table, replica).stream()
                .filter(key -> !known.contains(columns(key)))
                .forEach(key -> differences.add("changes of " + key.parent() + " cascade to it by foreign key "
                        + key.name() + ", and do not on the primary"));
        return differences;
    }

    private static List<ForeignKey> cascading(TableId table, String definition) {
        return ForeignKeys.parse(Map.of(table, definition)).ofChild(table).stream()
                .filter(ForeignKey::cascades)
                .toList();
    }

    private static List<Object> columns(ForeignKey key) {
        return List.of(key.childColumns(), key.parent(), key.parentColumns());
    }
}
