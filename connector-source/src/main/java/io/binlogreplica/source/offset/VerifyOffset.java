package io.binlogreplica.source.offset;

import io.binlogreplica.record.TableId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * How far replicas were given something to compare themselves with, saved under the partition {@code {server, verified}}.
 *
 * @param table the last table that was gone through, or is
 * @param after the last key, as SQL literals; null when its end was reached
 */
public record VerifyOffset(TableId table, @Nullable List<String> after) implements SourceOffset {

    private static final String VERIFIED = "verified";
    private static final String DATABASE = "database";
    private static final String TABLE = "table";
    private static final String AFTER = "after";
    /** No literal has it. */
    private static final String BETWEEN = ", ";

    public VerifyOffset {
        after = after == null ? null : List.copyOf(after);
    }

    public static Map<String, String> partition(String prefix) {
        var partition = new LinkedHashMap<String, String>(4);
        partition.put(StreamOffset.SERVER, prefix);
        partition.put(VERIFIED, "tables");
        return Collections.unmodifiableMap(partition);
    }

    static boolean isPartition(Map<String, ?> partition) {
        return partition.size() == 2 && partition.get(VERIFIED) instanceof String;
    }

    @Override
    public Map<String, Object> toMap() {
        var map = new HashMap<String, Object>(4);
        map.put(DATABASE, table.database());
        map.put(TABLE, table.table());
        if (after != null) {
            map.put(AFTER, String.join(BETWEEN, after));
        }
        return map;
    }

    /**
     * Reads what {@link #toMap} wrote.
     *
     * @return null for null: nothing was saved
     * @throws ConnectException when the map is something else
     */
    public static @Nullable VerifyOffset of(@Nullable Map<String, ?> map) {
        if (map == null) {
            return null;
        }
        if (map.get(DATABASE) instanceof String database && map.get(TABLE) instanceof String table) {
            return new VerifyOffset(
                    new TableId(database, table),
                    map.get(AFTER) instanceof String after ? List.of(after.split(BETWEEN, -1)) : null);
        }
        throw new ConnectException("not how far tables were verified: " + map);
    }
}
