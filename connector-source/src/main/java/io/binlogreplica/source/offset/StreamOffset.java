package io.binlogreplica.source.offset;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.GtidSet;
import io.binlogreplica.source.binlog.Xid;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Where to go on with the binlog, saved under the partition {@code {server}}.
 *
 * @param position between two transactions
 * @param rows how many captured rows of the transaction behind it were sent already
 * @param sequence of the last transaction before it
 * @param prepared XA transactions before it that are prepared and no more, with where they begin
 * @param within the transaction that these are of; null where there are none, it has no GTID, or an earlier version has counted them
 * @param capture tells the choice of tables by which the rows were counted from others; null where none were, or an earlier version has
 *     counted them
 */
public record StreamOffset(
        BinlogPosition position,
        long rows,
        Sequence sequence,
        Map<Xid, BinlogPosition> prepared,
        @Nullable String within,
        @Nullable String capture)
        implements SourceOffset {

    public StreamOffset {
        prepared = Collections.unmodifiableMap(new LinkedHashMap<>(prepared));
    }

    static final String SERVER = "server";
    private static final String FILE = "file";
    private static final String POSITION = "pos";
    private static final String GTIDS = "gtids";
    private static final String ROWS = "row";
    private static final String EPOCH = "epoch";
    private static final String TRANSACTIONS = "transactions";
    /** No server has it: the place is found by its GTIDs. */
    private static final String NO_FILE = "none.0";

    private static final String WITHIN = "within";
    private static final String CAPTURE = "capture";
    private static final String PREPARED = "xa_prepared";
    private static final String NO_GTIDS = "-";

    /** Without prepared transactions, between two transactions. */
    public StreamOffset(BinlogPosition position, Sequence sequence) {
        this(position, sequence, Map.of());
    }

    /** Between two transactions. */
    public StreamOffset(BinlogPosition position, Sequence sequence, Map<Xid, BinlogPosition> prepared) {
        this(position, 0, sequence, prepared, null, null);
    }

    /** The same place, with so many rows of the next transaction sent, of the tables that are captured. */
    public StreamOffset withRows(long rowsSent, String captured, @Nullable String transaction) {
        return new StreamOffset(position, rowsSent, sequence, prepared, transaction, captured);
    }

    /** The same place, behind another transaction, which was sent in part and is not there any more. */
    public StreamOffset withSequence(Sequence passedOver) {
        return new StreamOffset(position, passedOver, prepared);
    }

    /** The same place, in the binlog of another server. */
    public StreamOffset withPosition(BinlogPosition there) {
        return new StreamOffset(there, rows, sequence, prepared, within, capture);
    }

    public static Map<String, String> partition(String prefix) {
        return Map.of(SERVER, prefix);
    }

    @Override
    public Map<String, Object> toMap() {
        var map = new HashMap<String, Object>(8);
        map.put(FILE, position.file());
        map.put(POSITION, position.position());
        map.put(ROWS, rows);
        map.put(EPOCH, sequence.epoch());
        map.put(TRANSACTIONS, sequence.transaction());
        if (position.gtids() != null) {
            map.put(GTIDS, position.gtids().text());
        }
        if (within != null) {
            map.put(WITHIN, within);
        }
        if (capture != null) {
            map.put(CAPTURE, capture);
        }
        if (!prepared.isEmpty()) {
            map.put(
                    PREPARED,
                    prepared.entrySet().stream()
                            .map(entry -> text(entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining("; ")));
        }
        return map;
    }

    /** Whether a partition is that of the stream, of whatever server. */
    static boolean isPartition(Map<String, ?> partition) {
        return partition.size() == 1 && partition.get(SERVER) instanceof String;
    }

    /** The file comes last, since its name may have spaces. */
    private static String text(Xid xid, BinlogPosition begin) {
        String gtids = begin.gtids() == null ? "" : begin.gtids().text();
        return xid + " " + begin.position() + " " + (gtids.isEmpty() ? NO_GTIDS : gtids) + " " + begin.file();
    }

    private static Map<Xid, BinlogPosition> prepared(@Nullable Object text, Flavor flavor) {
        if (text == null) {
            return Map.of();
        }
        var prepared = new LinkedHashMap<Xid, BinlogPosition>();
        for (String entry : ((String) text).split("; ", -1)) {
            String[] parts = entry.split(" ", 4);
            if (parts.length < 4) {
                throw new IllegalArgumentException(PREPARED + " has an entry without a position: " + entry);
            }
            prepared.put(
                    Xid.find(parts[0]),
                    new BinlogPosition(
                            parts[3],
                            Long.parseLong(parts[1]),
                            parts[2].equals(NO_GTIDS) ? null : GtidSet.parse(flavor, parts[2])));
        }
        return prepared;
    }

    /**
     * Reads what {@link #toMap} wrote, or what a user wrote in its place: GTIDs need no file, nor the place between two transactions
     * a count of rows.
     *
     * @return null for null: nothing was saved
     * @throws ConnectException when the map is something else
     */
    public static @Nullable StreamOffset of(@Nullable Map<String, ?> map, Flavor flavor) {
        if (map == null) {
            return null;
        }
        try {
            Object gtids = map.get(GTIDS);
            return new StreamOffset(
                    gtids != null && map.get(FILE) == null
                            ? new BinlogPosition(NO_FILE, 0, GtidSet.parse(flavor, (String) gtids))
                            : new BinlogPosition(
                                    file(map),
                                    number(map, POSITION),
                                    gtids == null ? null : GtidSet.parse(flavor, (String) gtids)),
                    map.get(ROWS) == null ? 0 : number(map, ROWS),
                    new Sequence(number(map, EPOCH), map.get(TRANSACTIONS) == null ? 0 : number(map, TRANSACTIONS)),
                    prepared(map.get(PREPARED), flavor),
                    (String) map.get(WITHIN),
                    (String) map.get(CAPTURE));
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new ConnectException(
                    "not the offset of a place in the binlog: " + map + ": "
                            + (e instanceof ClassCastException
                                    ? "file and gtids are strings, the others numbers"
                                    : e.getMessage()),
                    e);
        }
    }

    private static String file(Map<String, ?> map) {
        String file = (String) required(map, FILE);
        if (!file.matches(".+\\.\\d+")) {
            throw new IllegalArgumentException(FILE + " is no name of a binlog file: " + file);
        }
        return file;
    }

    private static long number(Map<String, ?> map, String key) {
        long number = ((Number) required(map, key)).longValue();
        if (number < 0) {
            throw new IllegalArgumentException(key + " is negative");
        }
        return number;
    }

    private static Object required(Map<String, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing"
                    + (key.equals(EPOCH)
                            ? "; with the present one, or one more for the sink to take all that comes as new"
                            : ""));
        }
        return value;
    }
}
