package io.binlogreplica.source.stream;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.offset.VerifyOffset;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where changes go out, in order, each with what is true once it is sent. */
final class Outlet {

    private final String prefix;
    private final Map<String, String> streamPartition;
    private final ArrayDeque<SourceChange> ready = new ArrayDeque<>();
    /** Which definition of a table a reader of the topic has seen in this run. */
    private final Map<TableId, Integer> defined = new HashMap<>();
    /** What is true of the stream once all that was given out is sent. */
    private SourceOffset passed;

    Outlet(String prefix, StreamOffset start) {
        this.prefix = prefix;
        this.streamPartition = StreamOffset.partition(prefix);
        this.passed = start;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** The next change; null when there is none. */
    @Nullable
    SourceChange poll() {
        return ready.poll();
    }

    /** What is true of the stream now. */
    SourceOffset passed() {
        return passed;
    }

    /** Gives out a change of the stream. */
    void give(Change change, SourceOffset after) {
        ready.add(new SourceChange(change, streamPartition, passed, after));
        passed = after;
    }

    /** Gives out what changes a table's progress, and not the stream's. */
    void give(Change change, TableId table, SourceOffset before, SourceOffset after) {
        ready.add(new SourceChange(change, TableOffset.partition(prefix, table), before, after));
    }

    /** Has a table's progress saved, of which readers need not know. */
    void save(TableId table, TableOffset progress) {
        ready.add(new SourceChange(null, TableOffset.partition(prefix, table), progress, progress));
    }

    /** Whether what comes next must be saved together with what was given out last. */
    boolean goesOnTogether() {
        SourceChange next = ready.peek();
        return next != null && !(next.change() instanceof RowChange);
    }

    /** Gives out what there is to compare with, and how far that is. */
    void give(Change change, VerifyOffset after) {
        ready.add(new SourceChange(change, VerifyOffset.partition(prefix), after, after));
    }

    /** Lets readers of the topic know a table before its first row, in each run and each version. */
    void define(TableSchema schema, Origin origin) {
        Integer known = defined.get(schema.id());
        if (known == null || known != schema.fingerprint()) {
            isDefined(schema);
            give(ofOne(TableChange.Kind.DEFINITION, origin, null, schema, false), passed);
        }
    }

    /** What is given out next says how that table is. */
    void isDefined(TableSchema schema) {
        defined.put(schema.id(), schema.fingerprint());
    }

    /** The table is not what it was. */
    void forget(TableId table) {
        defined.remove(table);
    }

    /** What is to be known of one table. */
    static TableChange ofOne(
            TableChange.Kind kind, Origin origin, @Nullable String ddl, TableSchema schema, boolean last) {
        return new TableChange(
                kind,
                origin,
                null,
                ddl,
                List.of(new TableChange.Table(TableChange.Type.CREATE, schema.id(), schema)),
                last);
    }
}
