package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the primary says of tables that are to be copied. It is asked for those that come next too: questions about each by itself
 * take longer than to copy a small one. For all threads that read chunks.
 */
final class TableDescriptions {

    /** Some hundred definitions are a few megabytes. */
    private static final int TABLES_MAX = 200;

    private final CopyQueue queue;
    private final Map<TableCopy, Description> ahead = new HashMap<>();

    /**
     * A table that is to be copied.
     *
     * @param version of its copy before the primary was asked: if it has grown, the table may be another
     */
    record Description(int version, TableSchema schema, InformationSchema.Size size) {}

    TableDescriptions(CopyQueue queue) {
        this.queue = queue;
    }

    /** What the primary says of a table; null when it is not there. */
    synchronized @Nullable Description of(TableCopy copy, Connection connection) throws SQLException {
        Description known = ahead.remove(copy);
        if (known != null && known.version == copy.version()) {
            return known;
        }
        var asked = new ArrayList<TableCopy>(List.of(copy));
        asked.addAll(queue.next(TABLES_MAX - 1));
        try {
            ahead.clear();
            ahead.putAll(ask(asked, connection));
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            // of one of them nothing can be said; of this one, perhaps
            ahead.putAll(ask(List.of(copy), connection));
        }
        return ahead.remove(copy);
    }

    private static Map<TableCopy, Description> ask(List<TableCopy> copies, Connection connection) throws SQLException {
        Map<TableCopy, Integer> versions = new HashMap<>();
        copies.forEach(copy -> versions.put(copy, copy.version()));
        List<TableId> ids = copies.stream().map(TableCopy::table).toList();
        var schema = new InformationSchema(connection);
        Map<TableId, TableSchema> tables = schema.tables(ids);
        Map<TableId, InformationSchema.Size> sizes = schema.sizes(ids);
        Map<TableCopy, Description> descriptions = new HashMap<>();
        versions.forEach((copy, version) -> {
            TableSchema table = tables.get(copy.table());
            if (table != null) {
                var size = sizes.getOrDefault(copy.table(), new InformationSchema.Size(0, 0, false));
                descriptions.put(copy, new Description(version, table, size));
            }
        });
        return descriptions;
    }
}
