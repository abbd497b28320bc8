package io.binlogreplica.checksum;

import io.binlogreplica.record.Charsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A key's value as an SQL literal, and for people. */
public final class KeyLiteral {

    private static final int TEXT_MAX = 200;

    private KeyLiteral() {}

    /** Text as text where its bytes are some; everything else as the literal is. */
    static String readable(String literal, @Nullable String charset) {
        int quote = literal.indexOf("x'");
        String readable = literal;
        if (literal.startsWith("_") && quote > 0) {
            byte[] bytes = HexFormat.of().parseHex(literal, quote + 2, literal.length() - 1);
            Object text = Charsets.decode(bytes, 0, bytes.length, Charsets.java(charset));
            boolean printable = text instanceof String string && string.chars().noneMatch(Character::isISOControl);
            readable = printable ? "'" + text + "'" : "0x" + hex(literal, quote);
        } else if (quote == 0) {
            readable = "0x" + hex(literal, quote);
        }
        return readable.length() > TEXT_MAX ? readable.substring(0, TEXT_MAX) + "..." : readable;
    }

    private static String hex(String literal, int quote) {
        return literal.substring(quote + 2, literal.length() - 1).toLowerCase(Locale.ROOT);
    }
}
