package io.binlogreplica.source.binlog;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * MySQL's GTID with a tag (from 8.3 on). Its event is a message of numbered fields, in numbers of variable length:
 * https://dev.mysql.com/doc/dev/mysql-server/latest/PageLibsMysqlSerialization.html
 *
 * @param commitMicros when it was committed on the server that was read, in microseconds since 1970
 */
record TaggedGtid(UUID uuid, String tag, long number, long commitMicros) {

    private static final int UUID_FIELD = 1;
    private static final int NUMBER = 2;
    private static final int TAG = 3;
    private static final int COMMIT = 6;
    private static final int UUID_BYTES = 16;

    static TaggedGtid read(ByteCursor in) {
        // the format's version, the length, the last field that must not be passed over
        unsigned(in);
        unsigned(in);
        unsigned(in);
        long number = 0;
        long commit = 0;
        String tag = "";
        var uuid = ByteBuffer.allocate(UUID_BYTES);
        while (in.hasRemaining()) {
            int field = (int) unsigned(in);
            switch (field) {
                case UUID_FIELD -> {
                    for (int i = 0; i < UUID_BYTES; i++) {
                        uuid.put((byte) unsigned(in));
                    }
                }
                case NUMBER -> number = signed(in);
                case TAG -> tag = in.utf8((int) unsigned(in));
                case COMMIT -> commit = unsigned(in);
                // others are one number each
                default -> unsigned(in);
            }
        }
        uuid.flip();
        return new TaggedGtid(new UUID(uuid.getLong(), uuid.getLong()), tag, number, commit);
    }

    BinlogEvent.TransactionStart transactionStart() {
        return new BinlogEvent.TransactionStart(
                uuid + ":" + tag + ":" + number, true, commitMicros, BinlogEvent.Nature.DONE);
    }

    /** As many one bits as the first byte ends with, so many bytes follow; the value is behind these bits, least significant byte first. */
    private static long unsigned(ByteCursor in) {
        int first = in.u8();
        int more = Integer.numberOfTrailingZeros(~first);
        if (more >= 8) {
            return in.i64();
        }
        long rest = in.unsigned(more);
        return (first >> (more + 1)) | rest << (7 - more);
    }

    /** The sign in the lowest bit. */
    private static long signed(ByteCursor in) {
        long value = unsigned(in);
        return (value & 1) == 0 ? value >>> 1 : ~(value >>> 1);
    }
}
