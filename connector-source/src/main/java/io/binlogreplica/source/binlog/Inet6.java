package io.binlogreplica.source.binlog;

/** MariaDB's text form of an INET6 value, so that a streamed value reads like one from a SELECT. */
final class Inet6 {

    private static final int GROUPS = 8;

    private Inet6() {}

    /**
     * Hexadecimal groups without leading zeros, the first longest run of at least two zero groups as {@code ::}, and the last two
     * groups as IPv4 in mapped and compatible addresses.
     */
    static String text(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int gapStart = -1;
        int gapLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - start > gapLength) {
                gapStart = start;
                gapLength = end - start;
            }
        }
        boolean mapped = gapStart == 0 && ((gapLength == 5 && groups[5] == 0xffff) || gapLength == 6);
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else if (mapped && i == GROUPS - 2) {
                return text.append(text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(bytes[12] & 0xff)
                        .append('.')
                        .append(bytes[13] & 0xff)
                        .append('.')
                        .append(bytes[14] & 0xff)
                        .append('.')
                        .append(bytes[15] & 0xff)
                        .toString();
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
