package io.binlogreplica.source.signal;

import io.binlogreplica.record.TableId;
import io.binlogreplica.source.config.SignalConfig;
import io.binlogreplica.source.offset.SignalOffset;
import io.binlogreplica.source.offset.SourceOffset;
import io.binlogreplica.source.offset.TableOffset;
import io.binlogreplica.source.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries signals out, each once: what became of it is saved with the place behind it. Of the stream's thread. */
public final class Signals implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private final String prefix;
    private final Map<String, String> partition;
    private final Snapshot snapshot;
    private final @Nullable SignalReader reader;
    private SignalOffset offset;

    /**
     * Starts to read signals, if the user wants that.
     *
     * @param prefix the key of signals for this connector
     * @param saved null when nothing was saved; then signals that are on the topic already are passed over
     * @param arrived called when there is something to {@link #handle}
     */
    public Signals(
            String prefix, SignalConfig config, @Nullable SignalOffset saved, Snapshot snapshot, Runnable arrived) {
        this.prefix = prefix;
        this.partition = SignalOffset.partition(prefix, config.topic());
        this.snapshot = snapshot;
        this.offset = saved == null ? SignalOffset.NONE : saved;
        this.reader = config.enabled() ? new SignalReader(config, saved == null ? null : saved.next(), arrived) : null;
    }

    /**
     * What is true after a signal.
     *
     * @param tables what is to be saved before the signal itself is
     * @param signal that it was carried out
     */
    public record Handled(List<Saved> tables, Saved signal) {}

    /** An offset to save under a partition. */
    public record Saved(Map<String, String> partition, SourceOffset offset) {}

    /** Carries the next signal out; null when there is none. Only between two transactions. */
    public @Nullable Handled handle() {
        SignalReader.Received next = reader == null ? null : reader.next();
        if (next == null) {
            return null;
        }
        List<Saved> tables = List.of();
        if (next instanceof SignalReader.Begun begun) {
            offset = new SignalOffset(begun.next(), offset.paused(), offset.stopped());
        } else if (next instanceof SignalReader.Arrived arrived) {
            tables = handle(arrived);
            offset = offset.behind(arrived.partition(), arrived.offset());
        } else {
            throw new AssertionError(next);
        }
        return new Handled(tables, new Saved(partition, offset));
    }

    private List<Saved> handle(SignalReader.Arrived arrived) {
        if (!prefix.equals(arrived.key()) || arrived.value() == null) {
            log.debug("A signal is for somebody else: {}", arrived);
            return List.of();
        }
        String place = "at offset " + arrived.offset() + " of partition " + arrived.partition();
        try {
            Signal signal = SignalParser.parse(arrived.value());
            log.info("[SIGNAL] {} {}", signal, place);
            return carryOut(signal);
        } catch (IllegalArgumentException e) {
            log.warn("[SIGNAL] the signal {} is not carried out: {}", place, e.getMessage());
            return List.of();
        }
    }

    private List<Saved> carryOut(Signal signal) {
        var saved = new ArrayList<Saved>();
        if (signal instanceof Signal.ExecuteSnapshot execute) {
            Map<String, String> filters = new TreeMap<>(execute.filters());
            for (TableId table : matching(execute.tables())) {
                String filter = filters.entrySet().stream()
                        .filter(entry -> matches(pattern(entry.getKey()), entry.getKey(), table))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
                saved.add(save(table, filter == null ? snapshot.copyAgain(table) : snapshot.reread(table, filter)));
                if (!snapshot.isStopped(table)) {
                    offset = offset.withoutStopped(table);
                }
            }
        } else if (signal instanceof Signal.StopSnapshot stop) {
            Set<TableId> tables = stop.tables().isEmpty() ? snapshot.tables() : matching(stop.tables());
            for (TableId table : tables) {
                if (snapshot.isToDo(table)) {
                    saved.add(save(table, snapshot.stop(table)));
                    offset = snapshot.isStopped(table) ? offset.withStopped(table) : offset;
                }
            }
        } else if (signal instanceof Signal.DigestRows digest) {
            for (TableId table : matching(digest.tables())) {
                snapshot.digestRows(table, digest.range());
            }
        } else {
            boolean pause = signal instanceof Signal.PauseSnapshot;
            snapshot.pause(pause);
            offset = offset.withPaused(pause);
        }
        return saved;
    }

    private Saved save(TableId table, TableOffset progress) {
        return new Saved(TableOffset.partition(prefix, table), progress);
    }

    /** The captured tables that are meant; whatever means none is said. */
    private Set<TableId> matching(List<String> expressions) {
        var tables = new TreeSet<TableId>();
        for (String expression : expressions) {
            Pattern pattern = pattern(expression);
            int before = tables.size();
            snapshot.tables().stream()
                    .filter(table -> matches(pattern, expression, table))
                    .forEach(tables::add);
            if (tables.size() == before) {
                log.warn(
                        "[SIGNAL] {} matches no table that is captured, or none that was not named before", expression);
            }
        }
        return tables;
    }

    private static Pattern pattern(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            // a name may well be no expression
            return Pattern.compile(Pattern.quote(expression));
        }
    }

    private static boolean matches(Pattern pattern, String name, TableId table) {
        return name.equals(table.toString())
                || pattern.matcher(table.toString()).matches();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
