package io.binlogreplica.sink;

import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The replica's own tables, for records that do not tell their columns' types. Looked at again after a while. */
final class ReplicaTables {

    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Map<TableId, Known> known = new HashMap<>();

    private record Known(TableSchema schema, long since) {}

    /** Null when there is no such table. */
    @Nullable
    TableSchema find(TableId table, Connection connection) throws SQLException {
        Known found = known.get(table);
        if (found != null && System.nanoTime() - found.since < KEPT.toNanos()) {
            return found.schema;
        }
        TableSchema schema = new InformationSchema(connection).table(table);
        if (schema == null) {
            known.remove(table);
            return null;
        }
        // the same object as long as it is the same table, since rows' schemas are told apart by identity
        TableSchema kept = found != null && found.schema.equals(schema) ? found.schema : schema;
        known.put(table, new Known(kept, System.nanoTime()));
        return kept;
    }
}
