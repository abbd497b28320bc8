package io.binlogreplica.source.binlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads an event's bytes from front to back. Running over the end is an {@link IndexOutOfBoundsException}. */
public final class ByteCursor {

    private final byte[] bytes;
    private final int end;
    private int position;

    public ByteCursor(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int position() {
        return position;
    }

    int end() {
        return end;
    }

    public boolean hasRemaining() {
        return position < end;
    }

    int remaining() {
        return end - position;
    }

    /** Moves on by {@code count} bytes and returns where they began. */
    public int skip(int count) {
        if (count < 0 || count > end - position) {
            throw new IndexOutOfBoundsException("wanted " + count + " bytes, " + (end - position) + " are left");
        }
        int start = position;
        position += count;
        return start;
    }

    int peek() {
        return bytes[position] & 0xff;
    }

    public int u8() {
        return bytes[skip(1)] & 0xff;
    }

    int i8() {
        return bytes[skip(1)];
    }

    int u16() {
        int at = skip(2);
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    int i16() {
        return (short) u16();
    }

    int u24() {
        int at = skip(3);
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
    }

    int i24() {
        return u24() << 8 >> 8;
    }

    int i32() {
        int at = skip(4);
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
    }

    long u32() {
        return i32() & 0xffff_ffffL;
    }

    long u48() {
        return u32() | (long) u16() << 32;
    }

    long i64() {
        return u32() | (long) i32() << 32;
    }

    /** An unsigned number of {@code width} bytes (up to 8), least significant first. */
    long unsigned(int width) {
        int at = skip(width);
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    /** An unsigned number of {@code width} bytes (up to 8), most significant first. */
    long bigEndian(int width) {
        int at = skip(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    /** A length-encoded integer: one byte, or a marker and 2, 3 or 8 bytes. */
    long packed() {
        int first = u8();
        return switch (first) {
            case 252 -> u16();
            case 253 -> u24();
            case 254 -> i64();
            default -> first;
        };
    }

    int packedInt() {
        return Math.toIntExact(packed());
    }

    byte[] take(int count) {
        int at = skip(count);
        return Arrays.copyOfRange(bytes, at, at + count);
    }

    /** Identifiers and SQL are UTF-8 in the binlog, whatever the table's charset. */
    String utf8(int length) {
        return new String(bytes, skip(length), length, StandardCharsets.UTF_8);
    }
}
