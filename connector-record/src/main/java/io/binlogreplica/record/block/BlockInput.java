package io.binlogreplica.record.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Reads what {@link BlockOutput} wrote. */
final class BlockInput {

    private final byte[] bytes;
    private int position;

    BlockInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    int position() {
        return position;
    }

    int nextByte() {
        need(1);
        return bytes[position++];
    }

    long nextUnsigned() {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = nextByte();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new DataException("a number that never ends at byte " + position);
    }

    long nextSigned() {
        long number = nextUnsigned();
        return number >>> 1 ^ -(number & 1);
    }

    int nextInt() {
        return (int) nextUnsigned();
    }

    long nextFixed(int length) {
        need(length);
        long number = 0;
        for (int i = 0; i < length; i++) {
            number |= (bytes[position++] & 0xffL) << 8 * i;
        }
        return number;
    }

    byte[] nextBytes() {
        int length = nextLength();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    String nextText() {
        int length = nextLength();
        position += length;
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    @Nullable
    String nextOptionalText() {
        return nextByte() == 0 ? null : nextText();
    }

    private int nextLength() {
        int length = nextInt();
        need(length);
        return length;
    }

    private void need(int length) {
        if (length < 0 || bytes.length - position < length) {
            throw new DataException("it ends too early, at byte " + bytes.length);
        }
    }
}
