package io.binlogreplica.source.binlog;

import io.binlogreplica.record.Flavor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Decodes events of one kind of server; whatever it does not know it refuses. */
final class EventDecoder {

    private static final int STOP = 3;
    private static final int QUERY = 2;
    private static final int ROTATE = 4;
    private static final int INTVAR = 5;
    private static final int RAND = 13;
    private static final int USER_VAR = 14;
    private static final int FORMAT_DESCRIPTION = 15;
    private static final int XID = 16;
    private static final int TABLE_MAP = 19;
    private static final int HEARTBEAT = 27;
    private static final int IGNORABLE = 28;
    private static final int ROWS_QUERY = 29;
    private static final int MYSQL_GTID = 33;
    private static final int MYSQL_ANONYMOUS_GTID = 34;
    private static final int MYSQL_PREVIOUS_GTIDS = 35;
    private static final int XA_PREPARE = 38;
    static final int TRANSACTION_PAYLOAD = 40;
    private static final int HEARTBEAT_V2 = 41;
    private static final int MYSQL_GTID_TAGGED = 42;
    private static final int MARIADB_ANNOTATE_ROWS = 160;
    private static final int MARIADB_BINLOG_CHECKPOINT = 161;
    private static final int MARIADB_GTID = 162;
    private static final int MARIADB_GTID_LIST = 163;
    private static final int MARIADB_START_ENCRYPTION = 164;
    private static final int MARIADB_QUERY_COMPRESSED = 165;

    private static final int IGNORABLE_FLAG = 0x80;
    private static final int THREAD_SPECIFIC_FLAG = 0x04;
    // MariaDB's flags of a GTID, and its further flags
    private static final int STANDALONE = 0x01;
    private static final int GROUP_COMMIT = 0x02;
    private static final int XA_PREPARED = 0x40;
    private static final int XA_COMPLETED = 0x80;
    private static final int START_ALTER = 0x02;
    private static final int ROLLBACK_ALTER = 0x08;

    /** More tables than this between two restarts of a server, and the oldest are decoded again. */
    private static final int TABLE_MAPS_MAX = 20_000;

    private final Flavor flavor;
    private final Map<Long, KnownTableMap> tableMaps = new HashMap<>();

    EventDecoder(Flavor flavor) {
        this.flavor = flavor;
    }

    /**
     * Decodes an event.
     *
     * @throws BinlogException when the event is not known, or known to be one whose changes would be lost
     */
    BinlogEvent decode(RawEvent raw) {
        ByteCursor in = raw.body();
        int type = raw.type();
        if (RowsEvent.isRows(type)) {
            return new BinlogEvent.Rows(RowsEvent.decode(type, in));
        }
        return switch (type) {
            case TABLE_MAP -> new BinlogEvent.Table(tableMap(in));
            case MARIADB_GTID -> mariaDbGtid(in, raw.serverId());
            case MYSQL_GTID -> mySqlGtid(in);
            case MYSQL_ANONYMOUS_GTID ->
                new BinlogEvent.TransactionStart(null, true, commitMicros(in), BinlogEvent.Nature.DONE);
            case MYSQL_GTID_TAGGED -> TaggedGtid.read(in).transactionStart();
            case XID -> new BinlogEvent.Commit();
            case XA_PREPARE -> xaPrepare(in);
            case QUERY -> query(raw, false);
            case MARIADB_QUERY_COMPRESSED -> query(raw, true);
            case ROTATE -> rotate(in);
            case STOP,
                    INTVAR,
                    RAND,
                    USER_VAR,
                    FORMAT_DESCRIPTION,
                    HEARTBEAT,
                    HEARTBEAT_V2,
                    TRANSACTION_PAYLOAD,
                    IGNORABLE,
                    ROWS_QUERY,
                    MYSQL_PREVIOUS_GTIDS,
                    MARIADB_ANNOTATE_ROWS,
                    MARIADB_BINLOG_CHECKPOINT,
                    MARIADB_GTID_LIST,
                    MARIADB_START_ENCRYPTION -> new BinlogEvent.Ignored();
            default -> unknown(raw);
        };
    }

    /** Servers repeat a table's event for every statement; the same bytes are decoded once, to the same object. */
    private TableMap tableMap(ByteCursor in) {
        int start = in.position();
        long number = in.u48();
        KnownTableMap known = tableMaps.get(number);
        if (known != null && Arrays.equals(known.body, 0, known.body.length, in.bytes(), start, in.end())) {
            return known.map;
        }
        TableMap map = TableMapDecoder.decode(new ByteCursor(in.bytes(), start, in.end()), flavor);
        if (tableMaps.size() >= TABLE_MAPS_MAX) {
            tableMaps.clear();
        }
        tableMaps.put(number, new KnownTableMap(Arrays.copyOfRange(in.bytes(), start, in.end()), map));
        return map;
    }

    private record KnownTableMap(byte[] body, TableMap map) {}

    private static BinlogEvent unknown(RawEvent raw) {
        if ((raw.flags() & IGNORABLE_FLAG) != 0) {
            return new BinlogEvent.Ignored();
        }
        throw new BinlogException("binlog event type " + raw.type()
                + " is not known to this connector, so the changes in it would be lost; a newer version may know it");
    }

    static BinlogEvent.Rotate rotate(ByteCursor in) {
        long position = in.i64();
        return new BinlogEvent.Rotate(in.utf8(in.remaining()), position);
    }

    private BinlogEvent query(RawEvent raw, boolean compressed) {
        ByteCursor in = raw.body();
        in.skip(8);
        int databaseLength = in.u8();
        in.skip(2);
        StatusVariables variables = StatusVariables.read(in.take(in.u16()), flavor == Flavor.MARIADB);
        String database = in.utf8(databaseLength);
        in.skip(1);
        ByteCursor sql = compressed ? Compression.event(in) : in;
        byte[] bytes = sql.take(sql.remaining());
        String text = ClientCharsets.decode(bytes, variables.clientCollation());
        return new BinlogEvent.Query(
                database,
                text == null ? new String(bytes, StandardCharsets.UTF_8) : text,
                text != null,
                (raw.flags() & THREAD_SPECIFIC_FLAG) != 0,
                variables);
    }

    /** Layout: {@code Gtid_log_event} in MariaDB's sql/log_event.h. */
    private static BinlogEvent mariaDbGtid(ByteCursor in, long serverId) {
        long sequence = in.i64();
        long domain = in.u32();
        int flags = in.u8();
        if ((flags & GROUP_COMMIT) != 0) {
            in.skip(8);
        }
        if ((flags & (XA_PREPARED | XA_COMPLETED)) != 0) {
            Xid.read(in, 1);
        }
        int more = in.hasRemaining() ? in.u8() : 0;
        return new BinlogEvent.TransactionStart(
                new MariaDbGtidSet.Gtid(domain, serverId, sequence).toString(),
                (flags & STANDALONE) != 0,
                0,
                (flags & XA_PREPARED) != 0
                        ? BinlogEvent.Nature.PREPARED
                        : (more & (START_ALTER | ROLLBACK_ALTER)) != 0
                                ? BinlogEvent.Nature.ANNOUNCED
                                : BinlogEvent.Nature.DONE);
    }

    private static BinlogEvent xaPrepare(ByteCursor in) {
        boolean onePhase = in.u8() != 0;
        return new BinlogEvent.XaPrepare(Xid.read(in, 4), onePhase);
    }

    private static BinlogEvent mySqlGtid(ByteCursor in) {
        int start = in.position();
        in.skip(1);
        ByteBuffer uuid = ByteBuffer.wrap(in.take(16));
        long number = in.i64();
        var rest = new ByteCursor(in.bytes(), start, in.end());
        return new BinlogEvent.TransactionStart(
                new UUID(uuid.getLong(), uuid.getLong()) + ":" + number,
                true,
                commitMicros(rest),
                BinlogEvent.Nature.DONE);
    }

    /**
     * The commit time behind the logical clock: 7 bytes, the highest bit says that the original server's own follows.
     *
     * @param in at the start of a GTID event's body
     */
    private static long commitMicros(ByteCursor in) {
        in.skip(1 + 16 + 8);
        if (!in.hasRemaining() || in.u8() != 2) {
            return 0;
        }
        in.skip(16);
        return in.remaining() < 7 ? 0 : in.unsigned(7) & ~(1L << 55);
    }
}
