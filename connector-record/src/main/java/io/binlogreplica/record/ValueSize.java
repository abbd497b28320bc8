package io.binlogreplica.record;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How large canonical values are; 0 for those that no type makes large. */
public final class ValueSize {

    /** Of a character, however it is written. */
    private static final int CHARACTER_BYTES = 4;

    private ValueSize() {}

    /** As it travels: characters of a text, an {@link ExactValue}'s too, or bytes. */
    public static int length(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof byte[] bytes) {
            return bytes.length;
        }
        return value instanceof ExactValue exact ? exact.text().length() : 0;
    }

    /** As a statement's parameter, in bytes. */
    public static long parameter(@Nullable Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : parameterAtMost(value);
    }

    /** No less than {@link #parameter}, and cheap. */
    public static long parameterAtMost(@Nullable Object value) {
        if (value instanceof String text) {
            return (long) text.length() * CHARACTER_BYTES;
        }
        return value instanceof ExactValue exact && exact.isBytes()
                ? exact.text().length() / 2
                : length(value);
    }
}
