package io.binlogreplica.source.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far the copies are: each table's begin and end, and all of them every few seconds. */
final class SnapshotProgress {

    private static final Logger log = LoggerFactory.getLogger(Snapshot.class);

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final long startNanos = System.nanoTime();
    private long rowsEmitted;
    private long saidNanos = startNanos;

    void started(TableCopy copy) {
        log.info("[TRANSFER] {} started, about {} rows", copy.table(), copy.estimatedRows());
    }

    void resumed(TableCopy copy) {
        log.info("[TRANSFER] {} resumes behind key {}, {} rows are done", copy.table(), copy.key(), copy.rows());
    }

    void advanced(Collection<TableCopy> copies, int rows) {
        rowsEmitted += rows;
        if (System.nanoTime() - saidNanos >= INTERVAL.toNanos()) {
            saidNanos = System.nanoTime();
            log.info("[TRANSFER] {}", summary(copies));
        }
    }

    void completed(TableCopy copy, Collection<TableCopy> copies) {
        log.info(
                "[TRANSFER] {} complete, {} rows, {} of them in this run",
                copy.table(),
                copy.rows(),
                copy.rows() - copy.rowsBefore());
        if (copies.stream().allMatch(any -> any.phase() == TableCopy.Phase.COMPLETE)) {
            log.info("[TRANSFER] all tables complete: {}", summary(copies));
        }
    }

    CopySummary counts(Collection<TableCopy> copies) {
        long pending = 0;
        long running = 0;
        long rows = 0;
        long left = 0;
        for (TableCopy copy : copies) {
            rows += copy.rows();
            if (copy.phase() != TableCopy.Phase.COMPLETE) {
                left += Math.max(0, copy.estimatedRows() - copy.rows());
                if (copy.phase() == TableCopy.Phase.PENDING) {
                    pending++;
                } else {
                    running++;
                }
            }
        }
        return new CopySummary(pending, running, copies.size() - pending - running, rows, left);
    }

    /** Tables, rows, rate since the start, and the time left by the server's guess of the tables' sizes. */
    String summary(Collection<TableCopy> copies) {
        long complete = copies.stream()
                .filter(copy -> copy.phase() == TableCopy.Phase.COMPLETE)
                .count();
        long rows = copies.stream().mapToLong(TableCopy::rows).sum();
        double seconds = Math.max(1e-3, (System.nanoTime() - startNanos) / 1e9);
        double rate = rowsEmitted / seconds;
        long left = copies.stream()
                .filter(copy -> copy.phase() != TableCopy.Phase.COMPLETE)
                .mapToLong(copy -> Math.max(0, copy.estimatedRows() - copy.rows()))
                .sum();
        String eta = left == 0 || rate < 1
                ? ""
                : ", about "
                        + Duration.ofSeconds((long) (left / rate))
                                .toString()
                                .substring(2)
                                .toLowerCase(Locale.ROOT)
                        + " left";
        return String.format(
                Locale.ROOT, "%d of %d tables, %d rows, %.0f rows/s%s", complete, copies.size(), rows, rate, eta);
    }
}
