package io.binlogreplica.source.stream;

import io.binlogreplica.database.Backoff;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.snapshot.Snapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables whose changes in the binlog cannot be carried exactly: their changes are left out, and they are copied anew. A table that is
 * left out again and again is copied after ever longer waits.
 */
final class LeftOutTables {

    private static final Logger log = LoggerFactory.getLogger(LeftOutTables.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final Snapshot snapshot;
    private final Outlet outlet;
    private final Map<TableId, Backoff> waits = new HashMap<>();
    private final Map<TableId, Long> copyAtNanos = new HashMap<>();

    LeftOutTables(Snapshot snapshot, Outlet outlet) {
        this.snapshot = snapshot;
        this.outlet = outlet;
    }

    /**
     * Leaves a table's changes out from here on, and has it copied.
     *
     * @param origin of the change that cannot be carried: in a transaction that is not at its end, or of rows that were read
     */
    void leaveOut(TableId table, String reason, Origin origin) {
        List<TableId> leftOut = snapshot.leaveOut(table);
        for (TableId each : leftOut) {
            Duration wait = waits.computeIfAbsent(each, id -> new Backoff(FIRST_WAIT, LONGEST_WAIT))
                    .next();
            log.warn(
                    "[TRANSFER] changes of {} are left out from {} on, and it is copied anew in {} ms: {}",
                    each,
                    origin.place(),
                    wait.toMillis(),
                    reason);
            copyAtNanos.put(each, System.nanoTime() + wait.toNanos());
            var change = new TableChange(
                    TableChange.Kind.LEFT_OUT,
                    origin,
                    null,
                    reason,
                    List.of(new TableChange.Table(TableChange.Type.ALTER, each, null)),
                    !origin.streamed());
            outlet.forget(each);
            outlet.give(change, each, TableOffset.pending(), TableOffset.pending());
        }
    }

    /** Copies those whose time has come. */
    void copyDue() {
        if (copyAtNanos.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        copyAtNanos.entrySet().removeIf(entry -> {
            boolean due = now - entry.getValue() >= 0;
            if (due) {
                snapshot.copyLeftOut(entry.getKey());
            }
            return due;
        });
    }
}
