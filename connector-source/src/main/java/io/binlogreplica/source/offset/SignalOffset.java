package io.binlogreplica.source.offset;

import io.binlogreplica.record.TableId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Which signals were carried out, and what is still true because of them; saved under the partition {@code {server, signals}}.
 *
 * @param next the offset of the next signal to carry out, by partition of the signals' topic
 * @param paused whether copying is paused
 * @param stopped tables, as {@code database.table}, whose copy had begun and is not to go on
 */
public record SignalOffset(Map<Integer, Long> next, boolean paused, Set<String> stopped) implements SourceOffset {

    private static final String TOPIC = "signals";
    private static final String NEXT = "next";
    private static final String PAUSED = "paused";
    private static final String STOPPED = "stopped";

    /** Of a source that has read none. */
    public static final SignalOffset NONE = new SignalOffset(Map.of(), false, Set.of());

    public SignalOffset {
        next = Collections.unmodifiableMap(new TreeMap<>(next));
        stopped = Collections.unmodifiableSet(new TreeSet<>(stopped));
    }

    public static Map<String, String> partition(String prefix, String topic) {
        var partition = new LinkedHashMap<String, String>(4);
        partition.put(StreamOffset.SERVER, prefix);
        partition.put(TOPIC, topic);
        return Collections.unmodifiableMap(partition);
    }

    static boolean isPartition(Map<String, ?> partition) {
        return partition.size() == 2 && partition.get(TOPIC) instanceof String;
    }

    /** Behind one more signal. */
    public SignalOffset behind(int partition, long offset) {
        var more = new TreeMap<>(next);
        more.put(partition, offset + 1);
        return new SignalOffset(more, paused, stopped);
    }

    public SignalOffset withPaused(boolean isPaused) {
        return new SignalOffset(next, isPaused, stopped);
    }

    public SignalOffset withStopped(TableId table) {
        var more = new TreeSet<>(stopped);
        more.add(table.toString());
        return new SignalOffset(next, paused, more);
    }

    public SignalOffset withoutStopped(TableId table) {
        var fewer = new TreeSet<>(stopped);
        fewer.remove(table.toString());
        return new SignalOffset(next, paused, fewer);
    }

    @Override
    public Map<String, Object> toMap() {
        var map = new HashMap<String, Object>(8);
        next.forEach((partition, offset) -> map.put(NEXT + "." + partition, offset));
        if (paused) {
            map.put(PAUSED, true);
        }
        stopped.forEach(table -> map.put(STOPPED + "." + table, true));
        return map;
    }

    /**
     * Reads what {@link #toMap} wrote.
     *
     * @return null for null: nothing was saved
     * @throws ConnectException when the map is something else
     */
    public static @Nullable SignalOffset of(@Nullable Map<String, ?> map) {
        if (map == null) {
            return null;
        }
        try {
            var next = new TreeMap<Integer, Long>();
            var stopped = new TreeSet<String>();
            for (Map.Entry<String, ?> entry : map.entrySet()) {
                String key = entry.getKey();
                if (key.startsWith(NEXT + ".")) {
                    next.put(
                            Integer.valueOf(key.substring(NEXT.length() + 1)), ((Number) entry.getValue()).longValue());
                } else if (key.startsWith(STOPPED + ".")) {
                    stopped.add(key.substring(STOPPED.length() + 1));
                }
            }
            return new SignalOffset(next, Boolean.TRUE.equals(map.get(PAUSED)), stopped);
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new ConnectException("not the offset of signals: " + map, e);
        }
    }
}
