package io.binlogreplica.record.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes in the making. */
final class BlockOutput {

    private static final int SIZE_MIN = 1 << 16;
    private static final int VARINT_MAX = 10;

    private byte[] buffer = new byte[SIZE_MIN];
    private int size;

    int size() {
        return size;
    }

    /** Takes back what was written behind that size. */
    void truncate(int earlierSize) {
        size = earlierSize;
    }

    byte[] head(int length) {
        return Arrays.copyOf(buffer, length);
    }

    void clear() {
        size = 0;
        if (buffer.length > 16 * SIZE_MIN) {
            buffer = new byte[SIZE_MIN];
        }
    }

    void addByte(int value) {
        ensure(1);
        buffer[size++] = (byte) value;
    }

    /** A number that is hardly ever negative. */
    void addUnsigned(long number) {
        ensure(VARINT_MAX);
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    void addSigned(long number) {
        addUnsigned(number << 1 ^ number >> 63);
    }

    void addFixed(long number, int bytes) {
        ensure(bytes);
        for (int i = 0; i < bytes; i++) {
            buffer[size++] = (byte) (number >>> 8 * i);
        }
    }

    void addBytes(byte[] bytes) {
        addUnsigned(bytes.length);
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    void addText(String text) {
        addBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void addOptionalText(@Nullable String text) {
        addByte(text == null ? 0 : 1);
        if (text != null) {
            addText(text);
        }
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), (int)
                    Math.min(2L * size, Integer.MAX_VALUE - 8)));
        }
    }
}
