package io.binlogreplica.source.binlog;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an XA transaction.
 *
 * @param global its global part, in hexadecimal digits
 * @param branch its branch, in hexadecimal digits; empty when there is none
 */
public record Xid(String global, String branch, long format) {

    private static final Pattern TEXT =
            Pattern.compile("X'([0-9a-f]*)',\\s*X'([0-9a-f]*)',\\s*(\\d+)", Pattern.CASE_INSENSITIVE);

    /**
     * As {@code XA RECOVER} has it.
     *
     * @param data both parts, one behind the other
     */
    public static Xid of(byte[] data, int globalLength, int branchLength, long format) {
        HexFormat hex = HexFormat.of();
        return new Xid(
                hex.formatHex(data, 0, globalLength),
                hex.formatHex(data, globalLength, globalLength + branchLength),
                format);
    }

    /** Format, the lengths of both parts, the parts. */
    static Xid read(ByteCursor in, int lengthBytes) {
        long format = in.u32();
        int globalLength = (int) in.unsigned(lengthBytes);
        int branchLength = (int) in.unsigned(lengthBytes);
        return new Xid(hex(in, globalLength), hex(in, branchLength), format);
    }

    private static String hex(ByteCursor in, int length) {
        return HexFormat.of().formatHex(in.take(length));
    }

    /**
     * Finds the first name in a text, such as a statement of the binlog.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Xid find(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no XA transaction is named in: " + text);
        }
        return new Xid(
                matcher.group(1).toLowerCase(Locale.ROOT),
                matcher.group(2).toLowerCase(Locale.ROOT),
                Long.parseLong(matcher.group(3)));
    }

    /** As servers write it into the binlog: without spaces. */
    @Override
    public String toString() {
        return "X'" + global + "',X'" + branch + "'," + format;
    }
}
