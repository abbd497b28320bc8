package io.binlogreplica.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points on a row's way at which a failure leaves a different state behind. One name serves the log (at TRACE) and the tests,
 * which strike at a point: {@code -Dbinlogreplica.halt=ROWS_APPLIED:3} ends the JVM at the third time it is reached, as
 * {@code kill -9} would; {@code -Dbinlogreplica.freeze=...} stops it there until it gets SIGCONT.
 */
public enum Milestone {
    /** Source: a table is about to be copied; nothing of it was handed on. */
    COPY_STARTED,
    /** Source: a chunk of rows was read and waits for its position in the stream. */
    CHUNK_READ,
    /** Source: a chunk's rows were made into records. */
    CHUNK_EMITTED,
    /** Source: a checksum of rows was made into a record. */
    CHECKSUM_EMITTED,
    /** Source: a row of a transaction was made into a record, the transaction's end is not yet seen. */
    ROW_EMITTED,
    /** Source: a transaction was made into records as a whole. */
    TRANSACTION_EMITTED,
    /** Sink: records were received, nothing was applied. */
    RECEIVED,
    /** Sink: DDL was run, which the replica commits by itself; its position is not written. */
    STATEMENT_RUN,
    /** Sink: rows were compared with a checksum of the primary's; that is not yet saved. */
    COMPARED,
    /** Sink: rows were applied in a transaction that does not yet hold their position. */
    ROWS_APPLIED,
    /** Sink: the position was written, the transaction not yet committed. */
    POSITION_WRITTEN,
    /** Sink: the transaction was committed; nobody was told. */
    COMMITTED;

    private static final Logger log = LoggerFactory.getLogger(Milestone.class);
    private static final @Nullable Strike HALT = Strike.parse(System.getProperty("binlogreplica.halt"));
    private static final @Nullable Strike FREEZE = Strike.parse(System.getProperty("binlogreplica.freeze"));

    /** To be called where the milestone is reached. */
    public void reached() {
        log.trace("{}", this);
        if (HALT != null && HALT.isNow(this)) {
            Runtime.getRuntime().halt(137);
        }
        if (FREEZE != null && FREEZE.isNow(this)) {
            freeze();
        }
    }

    private static void freeze() {
        try {
            String pid = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When to strike. */
    private record Strike(Milestone milestone, AtomicInteger times) {

        static @Nullable Strike parse(@Nullable String property) {
            if (property == null || property.isEmpty()) {
                return null;
            }
            String[] parts = property.split(":", 2);
            return new Strike(
                    Milestone.valueOf(parts[0]), new AtomicInteger(parts.length == 1 ? 1 : Integer.parseInt(parts[1])));
        }

        boolean isNow(Milestone reached) {
            return milestone == reached && times.decrementAndGet() == 0;
        }
    }
}
