package io.binlogreplica.source.binlog;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** MariaDB's compression: of events, with {@code log_bin_compress}, and of columns, with {@code COMPRESSED}. */
final class Compression {

    private Compression() {}

    /** The rest of an event: a byte 0x80 | n, the plain length in n bytes big-endian, zlib data. */
    static ByteCursor event(ByteCursor in) {
        byte[] plain = new byte[plainLength(in)];
        inflate(in, false, plain);
        return new ByteCursor(plain, 0, plain.length);
    }

    /** Of such a rest; what follows is the zlib data. */
    static int plainLength(ByteCursor in) {
        int header = in.u8();
        if ((header & 0x80) == 0) {
            throw new BinlogException("a compressed event begins with " + header + ", which is not known");
        }
        return Math.toIntExact(in.bigEndian(header & 0x07));
    }

    /**
     * A column's value: a byte 0 and the plain value, or a byte whose low three bits say how long the big-endian plain length behind it
     * is, and deflate data, without zlib's header where bit 3 is set.
     */
    static byte[] column(byte[] value) {
        if (value.length == 0) {
            return value;
        }
        int header = value[0] & 0xff;
        if (header == 0) {
            return Arrays.copyOfRange(value, 1, value.length);
        }
        var in = new ByteCursor(value, 1, value.length);
        byte[] plain = new byte[Math.toIntExact(in.bigEndian(header & 7))];
        inflate(in, (header & 8) != 0, plain);
        return plain;
    }

    private static void inflate(ByteCursor in, boolean raw, byte[] plain) {
        var inflater = new Inflater(raw);
        try {
            inflater.setInput(in.bytes(), in.position(), in.remaining());
            int length = inflater.inflate(plain);
            if (length != plain.length) {
                throw new BinlogException(
                        "compressed data has " + length + " bytes where it announces " + plain.length);
            }
        } catch (DataFormatException e) {
            throw new BinlogException("compressed data cannot be read", e);
        } finally {
            inflater.end();
        }
    }
}
