package io.binlogreplica.record;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's character sets in Java. Where the two disagree about a byte, or Java has no such charset, the text travels as an
 * {@link ExactValue} with its bytes, so no table of characters here can change a value.
 */
public final class Charsets {

    private static final Map<String, String> JAVA_NAMES = Map.ofEntries(
            Map.entry("utf8mb4", "UTF-8"),
            Map.entry("utf8mb3", "UTF-8"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("ascii", "US-ASCII"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("latin2", "ISO-8859-2"),
            Map.entry("latin5", "ISO-8859-9"),
            Map.entry("latin7", "ISO-8859-13"),
            Map.entry("greek", "ISO-8859-7"),
            Map.entry("hebrew", "ISO-8859-8"),
            Map.entry("cp1250", "windows-1250"),
            Map.entry("cp1251", "windows-1251"),
            Map.entry("cp1256", "windows-1256"),
            Map.entry("cp1257", "windows-1257"),
            Map.entry("cp850", "IBM850"),
            Map.entry("cp852", "IBM852"),
            Map.entry("cp866", "IBM866"),
            Map.entry("koi8r", "KOI8-R"),
            Map.entry("koi8u", "KOI8-U"),
            Map.entry("tis620", "TIS-620"),
            Map.entry("macroman", "x-MacRoman"),
            Map.entry("macce", "x-MacCentralEurope"),
            Map.entry("sjis", "Shift_JIS"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("ujis", "EUC-JP"),
            Map.entry("eucjpms", "EUC-JP"),
            Map.entry("euckr", "EUC-KR"),
            Map.entry("gb2312", "GB2312"),
            Map.entry("gbk", "GBK"),
            Map.entry("gb18030", "GB18030"),
            Map.entry("big5", "Big5"),
            Map.entry("ucs2", "UTF-16BE"),
            Map.entry("utf16", "UTF-16BE"),
            Map.entry("utf16le", "UTF-16LE"),
            Map.entry("utf32", "UTF-32BE"));

    private Charsets() {}

    /** The Java charset for a MySQL charset's name; null where Java (or this Java) has none. */
    public static @Nullable Charset java(@Nullable String mysqlName) {
        String name = mysqlName == null ? null : JAVA_NAMES.get(mysqlName);
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : null;
    }

    /**
     * Text from a column's bytes: a String where it encodes to the same bytes again, else the bytes as {@link ExactValue}.
     *
     * @param charset as {@link #java} gave it
     */
    public static Object decode(byte[] bytes, int offset, int length, @Nullable Charset charset) {
        if (charset != null) {
            String text = new String(bytes, offset, length, charset);
            if (charset.equals(StandardCharsets.UTF_8)
                    ? text.indexOf('\uFFFD') < 0 || encodesTo(text, charset, bytes, offset, length)
                    : encodesTo(text, charset, bytes, offset, length)) {
                return text;
            }
        }
        return ExactValue.ofBytes(bytes, offset, length);
    }

    /**
     * The bytes of an {@link ExactValue} that {@link #decode} made.
     *
     * @return null when the value is of another kind
     */
    public static byte @Nullable [] exactBytes(ExactValue value) {
        return value.isBytes() ? value.bytes() : null;
    }

    private static boolean encodesTo(String text, Charset charset, byte[] bytes, int offset, int length) {
        byte[] encoded = text.getBytes(charset);
        return Arrays.equals(encoded, 0, encoded.length, bytes, offset, offset + length);
    }
}
