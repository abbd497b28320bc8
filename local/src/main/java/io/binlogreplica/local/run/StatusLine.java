package io.binlogreplica.local.run;

import io.binlogreplica.local.console.Text;
import java.time.Duration;
import java.util.Locale;

/** Says in one line how things are. */
final class StatusLine {

    private StatusLine() {}

    /**
     * Of a replica that answered.
     *
     * @param records how many records were applied since the last line
     * @param period since when
     */
    static String of(ReplicaStatus status, long records, Duration period) {
        if (status.position().isEmpty()) {
            return "nothing applied yet";
        }
        String tables = Text.count(status.live()) + " tables whole, " + Text.count(status.copying()) + " being copied"
                + (status.differing() == 0 ? "" : ", " + Text.count(status.differing()) + " DIFFER (./replica status)");
        long perSecond = Math.round(records * 1e3 / Math.max(1, period.toMillis()));
        return String.format(
                Locale.ROOT,
                "%s; %s records applied in %s (%s/s); the last change %.1f s after it was made, %s ago, %s",
                tables,
                Text.count(records),
                Text.duration(period.toMillis() / 1e3),
                Text.count(perSecond),
                status.lagMillis() / 1e3,
                Text.duration(status.idleMillis() / 1e3),
                status.position());
    }
}
