package io.binlogreplica.record;

import java.util.HexFormat;

/**
 * A legal column value that the column's Connect type cannot carry: a zero date, text whose bytes are no characters of its
 * charset, the error value of an ENUM. It travels beside the row as text (see {@link Envelope}); the row itself holds null, or
 * the type's zero where the column is NOT NULL, for readers that do not know better.
 *
 * @param text for a temporal type the value as the server prints it; for the bytes of text, and of a geometry that is empty,
 *     {@code 0x} and hexadecimal digits; for an ENUM's index or a SET's mask that labels do not tell the decimal number
 */
public record ExactValue(String text) {

    private static final String BYTES = "0x";

    /** Of a column's bytes. */
    static ExactValue ofBytes(byte[] bytes, int offset, int length) {
        return new ExactValue(BYTES + HexFormat.of().formatHex(bytes, offset, offset + length));
    }

    boolean isBytes() {
        return text.startsWith(BYTES);
    }

    /** What {@link #ofBytes} was given. */
    byte[] bytes() {
        return HexFormat.of().parseHex(text, BYTES.length(), text.length());
    }
}
