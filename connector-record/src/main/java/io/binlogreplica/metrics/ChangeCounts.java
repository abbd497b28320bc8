package io.binlogreplica.metrics;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts changes by table and operation. Of one thread, but for those that look at the counts. */
public final class ChangeCounts {

    private final Meters meters;
    private final Metric metric;
    private final Map<TableId, Map<Op, AtomicLong>> counts = new HashMap<>();
    private @Nullable TableId lastTable;
    private Map<Op, AtomicLong> last = Map.of();

    /**
     * Counts of nothing yet.
     *
     * @param metric one with the tags table and operation
     */
    public ChangeCounts(Meters meters, Metric metric) {
        this.meters = meters;
        this.metric = metric;
    }

    /** Counts a change of a row, and nothing else. */
    public void add(Change change) {
        if (change instanceof RowChange row) {
            TableId table = row.schema().id();
            if (!table.equals(lastTable)) {
                last = counts.computeIfAbsent(table, key -> new EnumMap<>(Op.class));
                lastTable = table;
            }
            AtomicLong count = last.get(row.op());
            if (count == null) {
                count = new AtomicLong();
                last.put(row.op(), count);
                meters.show(
                        metric, count::get, table.toString(), row.op().name().toLowerCase(Locale.ROOT));
            }
            count.lazySet(count.get() + 1);
        }
    }
}
