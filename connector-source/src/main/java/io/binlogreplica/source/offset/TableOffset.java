package io.binlogreplica.source.offset;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.TableId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * How far the copy of a table is, saved under the partition {@code {server, table}}.
 *
 * @param rows rows copied so far
 * @param key the last copied row's key as {@code KeyText} writes it; null before the first chunk, and for tables without a key,
 *     which are copied in one go
 * @param columns which columns that key is of, as {@code KeyText} tells them apart; null where there is no key, or an earlier version
 *     has saved it
 * @param filter a condition in SQL on the rows that are read once more though the copy is complete; null when none are
 */
public record TableOffset(
        State state,
        long rows,
        @Nullable String key,
        @Nullable String columns,
        @Nullable String filter) implements SourceOffset {

    static final String TABLE = "table";
    private static final String COPY = "copy";
    private static final String ROWS = "rows";
    private static final String KEY = "key";
    private static final String COLUMNS = "columns";
    private static final String FILTER = "filter";

    /** How far. */
    public enum State {
        /** To be copied; nothing of it was sent, nor any of its changes. */
        PENDING,
        /** To be copied once more; not begun, so that what a reader has of it is whole. */
        REQUESTED,
        /** Begun. */
        RUNNING,
        /** Done, or never wanted. */
        COMPLETE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static State of(@Nullable Object text) {
            for (State state : values()) {
                if (state.toString().equals(text)) {
                    return state;
                }
            }
            throw new ConnectException(COPY + " must be pending, requested, running or complete, not " + text);
        }
    }

    /** The copy is about to begin, or to begin once more. */
    public static TableOffset begun() {
        return new TableOffset(State.RUNNING, 0, null, null, null);
    }

    /** Nothing is true of the table that was saved before. */
    public static TableOffset pending() {
        return new TableOffset(State.PENDING, 0, null, null, null);
    }

    /** Not to be copied. */
    public static TableOffset unwanted() {
        return new TableOffset(State.COMPLETE, 0, null, null, null);
    }

    /** In this order of keys always: Connect finds offsets by the partition's JSON text. */
    public static Map<String, String> partition(String prefix, TableId table) {
        var partition = new LinkedHashMap<String, String>(4);
        partition.put(StreamOffset.SERVER, prefix);
        partition.put(TABLE, unambiguous(table.database()) + "." + unambiguous(table.table()));
        return Collections.unmodifiableMap(partition);
    }

    /** Whether a partition is that of a table, of whatever server. */
    static boolean isPartition(Map<String, ?> partition) {
        return partition.size() == 2 && partition.get(TABLE) instanceof String;
    }

    /** Names as people write them, but for those that would make two tables look the same. */
    private static String unambiguous(String name) {
        return name.indexOf('.') < 0 && name.indexOf('`') < 0 ? name : Identifier.quote(name);
    }

    @Override
    public Map<String, Object> toMap() {
        var map = new HashMap<String, Object>(8);
        map.put(COPY, state.toString());
        map.put(ROWS, rows);
        if (key != null) {
            map.put(KEY, key);
        }
        if (columns != null) {
            map.put(COLUMNS, columns);
        }
        if (filter != null) {
            map.put(FILTER, filter);
        }
        return map;
    }

    /**
     * Reads what {@link #toMap} wrote.
     *
     * @return null for null: nothing was saved
     * @throws ConnectException when the map is something else
     */
    public static @Nullable TableOffset of(@Nullable Map<String, ?> map) {
        if (map == null) {
            return null;
        }
        try {
            return new TableOffset(
                    State.of(map.get(COPY)),
                    map.get(ROWS) instanceof Number number ? number.longValue() : 0,
                    (String) map.get(KEY),
                    (String) map.get(COLUMNS),
                    (String) map.get(FILTER));
        } catch (ClassCastException | ConnectException e) {
            throw new ConnectException("not the offset of a table's copy: " + map + ": " + e.getMessage(), e);
        }
    }
}
