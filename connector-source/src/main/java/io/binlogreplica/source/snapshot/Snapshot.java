package io.binlogreplica.source.snapshot;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.Wakeup;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.Xid;
import io.binlogreplica.source.config.FlowConfig;
import io.binlogreplica.source.config.SnapshotConfig;
import io.binlogreplica.source.config.VerifyConfig;
import io.binlogreplica.source.offset.SignalOffset;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.offset.VerifyOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies tables into the stream. Some threads read chunks; the stream's own thread calls everything that is public here, takes the
 * rows that are due where it is, and asks before it goes on.
 */
public final class Snapshot implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Snapshot.class);

    private final Gate gate;
    private final XaCommits xaCommits = new XaCommits();
    private final ForeignKeys foreignKeys;
    private final Wakeup stream;
    private final SnapshotProgress progress = new SnapshotProgress();
    private final CopyQueue queue;
    private final ConcurrentLinkedQueue<TableCopy> restarts = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Failed> ended = new ConcurrentLinkedQueue<>();
    private final ChunkReaders readers;
    /** Null unless the user wants the replica verified. */
    private final @Nullable Verifier verifier;

    private volatile @Nullable Throwable failure;

    // Of the stream's thread.
    /** Looked at by the thread that verifies too. */
    private final NavigableMap<TableId, TableCopy> copies = new ConcurrentSkipListMap<>();
    /**
     * Captured tables that are not there any more, of which the stream does not say so yet: the end of a table, or its other name, is
     * still to come.
     */
    private final Map<TableId, TableCopy> passing = new HashMap<>();

    private final Function<TableId, @Nullable TableOffset> saved;
    private final SnapshotConfig.Mode mode;

    /** Tables whose copy has failed, and why. */
    private final Map<TableId, String> unreadable = new TreeMap<>();

    /**
     * Starts to copy those tables whose copy is not complete.
     *
     * @param tables all captured tables that are there, with what was saved of their copies; null for one that was not begun
     * @param saved the same for one that is not there any more
     * @param signals what signals have paused and stopped
     * @param foreignKeys of these tables
     * @param start where the stream begins
     * @param verified how far tables were verified; null when that begins
     */
    public Snapshot(
            Map<TableId, @Nullable TableOffset> tables,
            Function<TableId, @Nullable TableOffset> saved,
            SignalOffset signals,
            ForeignKeys foreignKeys,
            StreamOffset start,
            Database database,
            SnapshotConfig config,
            VerifyConfig verify,
            @Nullable VerifyOffset verified,
            FlowConfig flow,
            Wakeup stream) {
        this.stream = stream;
        this.foreignKeys = foreignKeys;
        this.saved = saved;
        this.mode = config.mode();
        this.gate = new Gate(start.position(), start.rows() > 0, stream);
        this.queue = new CopyQueue(signals.paused());
        tables.forEach((table, offset) -> copies.put(table, resumed(table, offset)));
        signals.stopped().forEach(this::stayStopped);
        List<TableCopy> toDo = copies.values().stream()
                .filter(copy -> copy.isToDo() && !copy.stopped())
                .sorted((a, b) -> a.table().compareTo(b.table()))
                .toList();
        toDo.forEach(queue::add);
        toDo.stream().filter(copy -> copy.key() != null).forEach(progress::resumed);
        if (!toDo.isEmpty()) {
            log.info(
                    "[TRANSFER] {} of {} tables to copy, {} of them begun already",
                    toDo.size(),
                    copies.size(),
                    toDo.stream().filter(copy -> copy.key() != null).count());
        }
        var descriptions = new TableDescriptions(queue);
        this.readers = new ChunkReaders(
                config.threads(), () -> new ChunkReader(this, gate, database, config, flow, foreignKeys, descriptions));
        this.verifier = verify.isOn() ? new Verifier(this, gate, database, verify, verified, flow) : null;
    }

    private TableCopy resumed(TableId table, @Nullable TableOffset offset) {
        return mode == SnapshotConfig.Mode.NO_DATA && offset == null
                ? new TableCopy(table, TableCopy.Phase.COMPLETE, 0, null)
                : TableCopy.resumed(table, offset);
    }

    /** The captured table as the stream has it. */
    private TableCopy inStream(TableId table) {
        TableCopy copy = copies.get(table);
        return copy != null ? copy : passing.computeIfAbsent(table, id -> resumed(id, saved.apply(id)));
    }

    /** The captured table as the stream had it, which is of that name no more. */
    private TableCopy remove(TableId table) {
        TableCopy copy = inStream(table);
        copies.remove(table);
        passing.remove(table);
        return copy;
    }

    /**
     * What belongs in the stream next at {@code position}, between two transactions.
     *
     * @return null when there are none, or none yet
     * @throws ConnectException when copying has failed for good
     */
    public @Nullable Found next(BinlogPosition position) {
        Throwable failed = failure;
        if (failed != null) {
            throw new ConnectException("the copy of the tables failed: " + failed.getMessage(), failed);
        }
        for (Failed each = ended.poll(); each != null; each = ended.poll()) {
            if (copies.get(each.copy.table()) == each.copy && each.version == each.copy.version()) {
                fail(each.copy, each.reason);
            }
        }
        for (TableCopy copy = restarts.poll(); copy != null; copy = restarts.poll()) {
            if (copies.get(copy.table()) == copy) {
                restart(copy);
            }
        }
        for (Due due = gate.due(position); due != null; due = gate.due(position)) {
            if (due.isVoid()) {
                gate.remove(due);
                continue;
            }
            if (xaCommits.mayLack(due.unsettled())) {
                log.debug("[TRANSFER] what was read at {} may lack an XA transaction", due.position());
                gate.remove(due);
                if (due instanceof Chunk chunk) {
                    readAgain(chunk.copy());
                } else if (due instanceof CheckedRange range) {
                    range.readAgain();
                }
                continue;
            }
            if (due instanceof CheckedRange range) {
                if (!range.isRead()) {
                    return null;
                }
                gate.remove(range);
                return range;
            }
            Chunk chunk = (Chunk) due;
            Chunk.Batch batch = chunk.batches().poll();
            if (batch == null) {
                return null;
            }
            List<Beginning> begun = begin(chunk);
            if (batch.endOfChunk()) {
                gate.remove(chunk);
            }
            return new Piece(chunk, batch, begun);
        }
        return null;
    }

    /** What was read ahead is void, and nothing of it in the stream. */
    private void readAgain(TableCopy copy) {
        queue.remove(copy);
        copy.interrupt();
        queue.add(copy);
    }

    /**
     * Begins the chunk's table, and those joined to it that are not begun: a change in one of them may cascade into the others' rows,
     * which the binlog does not show, so none may have rows on the replica while changes of another are left out.
     */
    private List<Beginning> begin(Chunk chunk) {
        var begun = new ArrayList<Beginning>();
        for (Definition definition : chunk.begin()) {
            TableCopy copy = copies.get(definition.schema().id());
            if (copy != null && (copy == chunk.copy() ? mustBegin(chunk) : copy.phase() == TableCopy.Phase.PENDING)) {
                begun.add(new Beginning(definition, copy.phase() != TableCopy.Phase.PENDING));
                copy.begin();
                progress.started(copy);
            }
        }
        return begun;
    }

    /**
     * Unless it began with another table, and changes since then are told from copied rows by their key. Without a key, what was sent
     * since then is void.
     */
    private static boolean mustBegin(Chunk chunk) {
        return !chunk.copy().announced() || !chunk.schema().hasKey();
    }

    /** How far all copies are; to be asked by the stream's thread. */
    public CopySummary copySummary() {
        return progress.counts(copies.values());
    }

    /** Whether more rows can be expected soon. */
    public boolean isReading() {
        return queue.isBusy();
    }

    /** The table's progress before the rows of that piece. */
    public TableOffset offset(Piece piece) {
        return piece.copy().offset();
    }

    /** The rows of that piece are in the stream, as far as its thread is concerned; returns the table's new progress. */
    public TableOffset emitted(Piece piece) {
        TableCopy copy = piece.copy();
        copy.advance(piece.rows().size(), piece.lastKey(), KeyText.columns(piece.schema()));
        progress.advanced(copies.values(), piece.rows().size());
        return copy.offset();
    }

    /** The table's copy is complete; returns its final progress. */
    public TableOffset completed(Piece piece) {
        TableCopy copy = piece.copy();
        if (piece.reread()) {
            log.info("[TRANSFER] rows of {} are read again to the end: {}", copy.table(), copy.filter());
            copy.complete();
        } else {
            copy.complete();
            progress.completed(copy, copies.values());
        }
        return copy.offset();
    }

    /** An XA transaction is prepared. */
    public void prepared(Xid xid) {
        xaCommits.prepared(xid);
    }

    /** The commit of an XA transaction is in the binlog behind that position. */
    public void committed(Xid xid, BinlogPosition position) {
        xaCommits.committed(xid, position);
    }

    /** Whether the stream may begin the transaction at that position. If so it must {@link #leave} it. */
    public boolean enter(BinlogPosition position) {
        return gate.enter(position);
    }

    /** The transaction ended there. */
    public void leave(BinlogPosition position) {
        gate.leave(position);
    }

    /** The transaction was broken off before any of its rows was sent, and will be begun again. */
    public void leave() {
        gate.leave();
    }

    /** The stream goes on in another server's binlog, from there on; so do copies, each behind its last row in the stream. */
    public void moved(BinlogPosition there) {
        List<TableCopy> toDo =
                copies.values().stream().filter(TableCopy::isToDo).toList();
        for (TableCopy copy : toDo) {
            if (copy.key() == null && copy.announced()) {
                copy.restart();
            } else {
                copy.interrupt();
            }
        }
        if (verifier != null) {
            verifier.moved();
        }
        gate.moved(there);
        xaCommits.clear();
        readers.moved();
        // last: what was read on the server before has a place in its binlog, which means nothing here
        toDo.stream().filter(copy -> !copy.stopped()).forEach(queue::add);
    }

    /** Whether the captured table's changes belong in the stream; not so while its copy, which will have them, is not begun. */
    public boolean sends(TableId table) {
        return inStream(table).phase() != TableCopy.Phase.PENDING;
    }

    /** Whether the captured table is there, and was when the stream came to where it is. */
    public boolean isPresent(TableId table) {
        return copies.containsKey(table);
    }

    /** Whether the captured table is there already, as far as the stream has come and has said something of it. */
    public boolean hasTable(TableId table) {
        return copies.containsKey(table) || passing.containsKey(table);
    }

    /**
     * The table was created just now: nothing of it need be copied.
     *
     * @param present whether it is there still
     */
    public TableOffset created(TableId table, boolean present) {
        TableCopy known = copies.get(table);
        if (known != null) {
            giveUp(known);
        }
        var copy = new TableCopy(table, TableCopy.Phase.COMPLETE, 0, null);
        put(copy, present);
        return copy.offset();
    }

    private void put(TableCopy copy, boolean present) {
        TableId table = copy.table();
        copies.remove(table);
        passing.remove(table);
        if (present) {
            copies.put(table, copy);
        } else {
            passing.put(table, copy);
        }
    }

    /**
     * Whether the captured table's copy is not begun, but a reader of the topic has the table, and shall have what becomes of it as a whole.
     */
    public boolean isLeftOut(TableId table) {
        return inStream(table).isLeftOut();
    }

    /**
     * The captured table has another name now. What was not copied yet is copied under that.
     *
     * @param present whether it is there still, under that name
     * @return its progress, which is to be saved: another table may have had that name
     */
    public TableOffset renamed(TableId from, TableId to, boolean present) {
        TableCopy before = remove(from);
        giveUp(before);
        if (before.phase() == TableCopy.Phase.COMPLETE) {
            return created(to, present);
        }
        TableCopy replaced = copies.get(to);
        if (replaced != null) {
            giveUp(replaced);
        }
        var copy = new TableCopy(to, before.phase(), 0, null);
        if (before.isLeftOut()) {
            copy.leaveOut();
        }
        put(copy, present);
        if (present) {
            queue.add(copy);
        }
        return copy.offset();
    }

    /** The table was altered: what was copied so far does not fit any more. */
    public void altered(TableId table) {
        TableCopy copy = copies.get(table);
        if (copy != null && copy.isToDo()) {
            restart(copy);
        }
    }

    /** The table is gone. */
    public void dropped(TableId table) {
        passing.remove(table);
        TableCopy copy = copies.remove(table);
        if (copy != null) {
            giveUp(copy);
        }
    }

    /**
     * The table's changes are left out from here on, and those of the tables that foreign keys join it to: it is as if nothing of them
     * had been sent. {@link #copyLeftOut} copies them.
     *
     * @return the tables that are left out and were not before
     */
    public List<TableId> leaveOut(TableId table) {
        var leftOut = new ArrayList<TableId>();
        for (TableId member : foreignKeys.group(table)) {
            TableCopy copy = member.equals(table)
                    ? copies.computeIfAbsent(table, id -> new TableCopy(id, TableCopy.Phase.COMPLETE, 0, null))
                    : copies.get(member);
            if (copy != null && copy.phase() != TableCopy.Phase.PENDING) {
                queue.remove(copy);
                copy.leaveOut();
                leftOut.add(member);
            }
        }
        return leftOut;
    }

    /** Copies a table that was left out, if it is still there and was not asked for in the meantime. */
    public void copyLeftOut(TableId table) {
        TableCopy copy = copies.get(table);
        if (copy != null && copy.phase() == TableCopy.Phase.PENDING && !copy.stopped()) {
            readAgain(copy);
        }
    }

    /** Captured tables of a database, as far as the stream has come. */
    public List<TableId> tables(String database) {
        return Stream.concat(copies.keySet().stream(), passing.keySet().stream())
                .filter(table -> table.database().equals(database))
                .distinct()
                .toList();
    }

    // What signals ask for; each returns the tables' progress, which is to be saved.

    /** All tables that are captured and there. */
    public Set<TableId> tables() {
        return Collections.unmodifiableSet(copies.keySet());
    }

    /** All rows of the table are copied once more; what readers have of it becomes void when that begins. */
    public TableOffset copyAgain(TableId table) {
        TableCopy copy = copy(table);
        copy.again();
        unreadable.remove(table);
        queue.add(copy);
        log.info("[TRANSFER] {} is to be copied again", table);
        return copy.offset();
    }

    /** Those rows that a condition is true of are read once more, unless a copy that is not complete will have them. */
    public TableOffset reread(TableId table, String filter) {
        TableCopy copy = copy(table);
        if (copy.phase() == TableCopy.Phase.COMPLETE) {
            copy.reread(filter);
            queue.add(copy);
            log.info("[TRANSFER] rows of {} are to be read again: {}", table, copy.filter());
        } else {
            log.info("[TRANSFER] {} is being copied as a whole, which includes what was asked for: {}", table, filter);
        }
        return copy.offset();
    }

    /** Somebody found a range of the table to differ, and wants to know in which rows. */
    public void digestRows(TableId table, KeyRange range) {
        copy(table);
        if (verifier == null) {
            throw new IllegalArgumentException(VerifyConfig.INTERVAL + " is 0");
        }
        verifier.ask(table, range);
    }

    /** Whether the table has rows that are still to be read. */
    public boolean isToDo(TableId table) {
        return copy(table).isToDo();
    }

    /** Ends the table's copy where it is. {@link #isStopped} tells whether it has to stay so. */
    public TableOffset stop(TableId table) {
        TableCopy copy = copy(table);
        queue.remove(copy);
        copy.stop();
        log.info("[TRANSFER] the copy of {} is stopped: {}", table, copy.offset());
        return copy.offset();
    }

    /** Whether the table's copy had begun, or must be made some time, but does not go on until it is asked for again. */
    public boolean isStopped(TableId table) {
        return copy(table).stopped();
    }

    /** No more chunks are read, of any table, until copying is resumed. */
    public void pause(boolean paused) {
        queue.pause(paused);
        log.info("[TRANSFER] {}: {}", paused ? "paused" : "resumed", summary());
    }

    private TableCopy copy(TableId table) {
        TableCopy copy = copies.get(table);
        if (copy == null) {
            throw new IllegalArgumentException("table " + table + " is not captured");
        }
        return copy;
    }

    private void stayStopped(String table) {
        copies.values().stream()
                .filter(copy -> copy.table().toString().equals(table) && copy.isToDo())
                .forEach(TableCopy::stayStopped);
    }

    /** One line on how far all copies are. */
    public String summary() {
        return progress.summary(copies.values())
                + (queue.isPaused() ? ", paused by a signal" : "")
                + (unreadable.isEmpty() ? "" : ", cannot be copied: " + unreadable);
    }

    @Override
    public void close() {
        if (verifier != null) {
            verifier.close();
        }
        readers.close();
    }

    private void restart(TableCopy copy) {
        copy.restart();
        if (unreadable.remove(copy.table()) != null) {
            // it was altered since, which may well have been what was wrong
            copy.goOn();
        }
        if (!copy.stopped()) {
            queue.add(copy);
        }
    }

    private record Failed(TableCopy copy, int version, String reason) {}

    /** Until it is asked for again, or the next start. */
    private void fail(TableCopy copy, String reason) {
        copy.stayStopped();
        copy.interrupt();
        unreadable.put(copy.table(), reason);
        log.error(
                "[TRANSFER] table {} cannot be copied; {}; other tables go on. Put it right, then have it copied by an"
                        + " execute-snapshot signal, or restart the task: {}",
                copy.table(),
                sends(copy.table()) ? "its changes are sent" : "its changes are left out",
                reason);
    }

    /** The table is no more what it was; whoever reads it finds that out. */
    private void giveUp(TableCopy copy) {
        unreadable.remove(copy.table());
        queue.remove(copy);
        copy.restart();
    }

    // Called by the thread that verifies.

    /** The table of that name, if it is whole and has nothing that is still to be read. */
    @Nullable
    TableCopy whole(TableId table) {
        TableCopy copy = copies.get(table);
        return copy == null || !copy.isWhole() ? null : copy;
    }

    /** The next such table behind that name, or from the first on, of those that are wanted; null when there is none. */
    @Nullable
    TableCopy nextWhole(@Nullable TableId behind, Predicate<TableId> wanted) {
        return Stream.concat(
                        behind == null ? Stream.empty() : copies.tailMap(behind, false).values().stream(),
                        copies.values().stream())
                .filter(copy -> copy.isWhole() && wanted.test(copy.table()))
                .findFirst()
                .orElse(null);
    }

    void wake() {
        stream.call();
    }

    // Called by the threads that read chunks.

    CopyQueue queue() {
        return queue;
    }

    void deliver(Chunk chunk, Chunk.Batch batch) throws InterruptedException {
        while (!chunk.isVoid() && !chunk.batches().offer(batch, 1, TimeUnit.SECONDS)) {
            // the stream is not there yet
        }
        stream.call();
    }

    void requestRestart(TableCopy copy) {
        restarts.add(copy);
        stream.call();
    }

    /** The table cannot be read; all others can. */
    void requestEnd(TableCopy copy, int version, String reason) {
        ended.add(new Failed(copy, version, reason));
        stream.call();
    }

    void fail(Throwable e) {
        failure = e;
        stream.call();
    }
}
