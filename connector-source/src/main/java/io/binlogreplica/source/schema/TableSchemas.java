package io.binlogreplica.source.schema;

import io.binlogreplica.database.Collations;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.RowDecoder;
import io.binlogreplica.source.binlog.TableMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps, for each version of each table that the binlog shows, how to decode its rows. */
public final class TableSchemas {

    private static final Logger log = LoggerFactory.getLogger(TableSchemas.class);

    private static final int DECODERS_MAX = 20_000;

    /** The columns of every sequence: seven BIGINT, but for one TINYINT of its cycle option. */
    private static final List<Integer> SEQUENCE_TYPES = List.of(
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.LONGLONG,
            TableMap.MappedColumn.TINY,
            TableMap.MappedColumn.LONGLONG);

    private final MappedTables mappedTables;
    private final PresentTables presentTables;
    private final Definitions definitions;
    private final boolean computedAreLogged;
    /** By identity: the event decoder gives the same object as long as the event's bytes are the same. */
    private final IdentityHashMap<TableMap, RowDecoder> decoders = new IdentityHashMap<>();
    /** Of tables that have the columns of a sequence: whether they are one. */
    private final Map<TableId, Boolean> sequences = new HashMap<>();

    /**
     * Knows no table yet.
     *
     * @param computedAreLogged whether images of rows must have the columns that the server computes
     */
    public TableSchemas(Collations collations, PresentTables presentTables, boolean computedAreLogged) {
        this.mappedTables = new MappedTables(collations);
        this.presentTables = presentTables;
        this.definitions = new Definitions(presentTables);
        this.computedAreLogged = computedAreLogged;
    }

    /** Definitions of tables whose columns the binlog does not name. */
    public Definitions definitions() {
        return definitions;
    }

    /**
     * What has to be looked through before rows behind that event can be decoded.
     *
     * @param place where the rows' transaction begins
     * @return null when nothing has
     */
    public Definitions.@Nullable Unseen unseen(TableMap map, BinlogPosition place) {
        return map.named() || map.problem() != null || decoders.containsKey(map)
                ? null
                : definitions.unseen(map.id(), place);
    }

    /** A statement changes tables: what is known of those whose columns the binlog does not name, may be so no more. */
    public void changed(Statement statement, BinlogPosition at) {
        definitions.add(statement, at);
        sequences.clear();
        decoders.keySet().removeIf(map -> !map.named() && statement.concerns(map.id()));
    }

    /** What comes may be another server's binlog. */
    public void clear() {
        definitions.clear();
        decoders.clear();
    }

    /**
     * The decoder for the rows behind that event.
     *
     * @param place where the rows' transaction begins
     * @throws BinlogException when the event does not say enough of the table
     */
    public RowDecoder decoder(TableMap map, BinlogPosition place) {
        RowDecoder known = decoders.get(map);
        if (known == null) {
            if (map.problem() != null) {
                throw new BinlogException(map.id(), "table " + map.id() + " cannot be read: " + map.problem());
            }
            if (decoders.size() >= DECODERS_MAX) {
                decoders.clear();
            }
            known = new RowDecoder(map, schema(map, place), computedAreLogged);
            decoders.put(map, known);
        }
        return known;
    }

    /** Whether it is a sequence, which is not carried: its rows are not those of a table. */
    public boolean isSequence(TableMap map) {
        if (map.columns().size() != SEQUENCE_TYPES.size()
                || !map.columns().stream()
                        .map(TableMap.MappedColumn::type)
                        .toList()
                        .equals(SEQUENCE_TYPES)) {
            return false;
        }
        return sequences.computeIfAbsent(map.id(), id -> {
            boolean sequence = PresentTables.SEQUENCE.equals(presentTables.type(id))
                    || "next_not_cached_value".equals(map.columns().get(0).name());
            if (sequence) {
                log.warn(
                        "[TRANSFER] {} is a sequence, which is not carried: before writing to the replica, set it there"
                                + " with SETVAL",
                        id);
            }
            return sequence;
        });
    }

    private TableSchema schema(TableMap map, BinlogPosition place) {
        if (PresentTables.VERSIONED.equals(presentTables.type(map.id()))) {
            throw new BinlogException(
                    map.id(),
                    "table " + map.id()
                            + " is system-versioned, so what the binlog has of it are not only changes of rows;"
                            + " leave it out of table.include.list if it should not be copied again and again");
        }
        if (map.named()) {
            return mappedTables.named(map, presentTables.find(map.id()));
        }
        TableSchema definition = definitions.at(map.id(), place);
        if (definition == null) {
            throw new BinlogException(
                    map.id(),
                    "the binlog does not name the columns of table " + map.id() + " (binlog_row_metadata is not FULL),"
                            + " and the table has been changed since then, so that they are not known");
        }
        return mappedTables.unnamed(map, definition);
    }
}
