package io.binlogreplica.local.workload;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Values of all types as SQL literals: ordinary ones at random, and every few times one at the end of the type's range. */
final class RandomValues {

    private static final HexFormat HEX = HexFormat.of();
    private static final String[] CHARACTERS = {
        "a", "B", "z", " ", "7", "'", "\"", "\\", "%", "\n", "\t", "\0", "ä", "ß", "ñ", "€", "中", "ह", "\uD83D\uDE00"
    };
    private static final String[] DATES = {
        "0000-00-00", "1000-01-01", "9999-12-31", "2024-02-29", "2024-00-15", "2023-02-31", "1582-10-10", "0001-01-01"
    };

    private RandomValues() {}

    /** One of those, or with two chances in three {@code ordinary}. */
    private static String mostly(SplittableRandom random, String ordinary, String... extremes) {
        return random.nextInt(3) > 0 ? ordinary : oneOf(random, extremes);
    }

    static String oneOf(SplittableRandom random, String... values) {
        return values[random.nextInt(values.length)];
    }

    static String integer(SplittableRandom random, long min, long max) {
        String ordinary = Long.toString(max == Long.MAX_VALUE ? random.nextLong() : random.nextLong(min, max + 1));
        return mostly(random, ordinary, Long.toString(min), Long.toString(max), "0");
    }

    static String unsignedBigint(SplittableRandom random) {
        return mostly(
                random,
                Long.toUnsignedString(random.nextLong()),
                "18446744073709551615",
                "9223372036854775807",
                "9223372036854775808",
                "0");
    }

    static String decimal(SplittableRandom random, int digits, int scale) {
        String whole = "9".repeat(digits - scale);
        String fraction = "9".repeat(scale);
        String ordinary = (random.nextBoolean() ? "-" : "") + digits(random, 1 + random.nextInt(digits - scale)) + "."
                + digits(random, scale);
        return mostly(
                random,
                ordinary,
                whole + "." + fraction,
                "-" + whole + "." + fraction,
                "0." + "0".repeat(scale - 1) + "1",
                "0");
    }

    private static String digits(SplittableRandom random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(random.nextInt(10)))
                .collect(Collectors.joining());
    }

    static String floating(SplittableRandom random) {
        float any = Float.intBitsToFloat(random.nextInt());
        return mostly(
                random,
                Double.toString(Float.isFinite(any) ? any : 0.1f),
                Double.toString(Float.MAX_VALUE),
                Double.toString(-Float.MAX_VALUE),
                Double.toString(Float.MIN_NORMAL),
                "16777217",
                "-0e0",
                "0");
    }

    static String doubled(SplittableRandom random) {
        double any = Double.longBitsToDouble(random.nextLong());
        return mostly(
                random,
                Double.toString(Double.isFinite(any) ? any : 0.1),
                Double.toString(Double.MAX_VALUE),
                Double.toString(-Double.MAX_VALUE),
                Double.toString(Double.MIN_NORMAL),
                "0.30000000000000004e0",
                "-0e0",
                "0");
    }

    static String bits(SplittableRandom random, int width) {
        long mask = -1L >>> (64 - width);
        return mostly(
                random,
                "b'" + Long.toBinaryString(random.nextLong() & mask) + "'",
                "b'" + Long.toBinaryString(mask) + "'",
                "b'0'");
    }

    /** Text of characters of all lengths in UTF-8, quotes, line ends and NUL among them. */
    static String text(SplittableRandom random, int lengthMax) {
        String text = IntStream.range(0, random.nextInt(lengthMax + 1))
                .mapToObj(i -> oneOf(random, CHARACTERS))
                .collect(Collectors.joining());
        return "_utf8mb4 X'" + HEX.formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    static String latin1(SplittableRandom random, int lengthMax) {
        return "_latin1 " + binary(random, lengthMax);
    }

    static String binary(SplittableRandom random, int lengthMax) {
        var bytes = new byte[random.nextInt(lengthMax + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        if (random.nextInt(8) == 0) {
            // zeros at the end are what fixed-length columns pad with
            Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        }
        return "X'" + HEX.formatHex(bytes) + "'";
    }

    static String date(SplittableRandom random) {
        return "'" + mostly(random, day(random, 1000, 9999), DATES) + "'";
    }

    private static String day(SplittableRandom random, int firstYear, int lastYear) {
        long first = LocalDate.of(firstYear, 1, 1).toEpochDay();
        long last = LocalDate.of(lastYear, 12, 31).toEpochDay();
        return LocalDate.ofEpochDay(random.nextLong(first, last + 1)).toString();
    }

    private static String clock(SplittableRandom random, int fractionDigits) {
        String whole = String.format(
                Locale.ROOT, "%02d:%02d:%02d", random.nextInt(24), random.nextInt(60), random.nextInt(60));
        return fractionDigits == 0 ? whole : whole + "." + digits(random, fractionDigits);
    }

    static String time(SplittableRandom random) {
        return "'"
                + mostly(
                        random,
                        (random.nextBoolean() ? "-" : "")
                                + random.nextInt(800)
                                + clock(random, 6).substring(2),
                        "-838:59:59",
                        "838:59:58.999999",
                        "-00:00:00.000001",
                        "00:00:00")
                + "'";
    }

    static String datetime(SplittableRandom random, int fractionDigits) {
        return "'"
                + mostly(
                        random,
                        day(random, 1000, 9999) + " " + clock(random, fractionDigits),
                        "0000-00-00 00:00:00",
                        "9999-12-31 23:59:59" + (fractionDigits == 0 ? "" : "." + "9".repeat(fractionDigits)),
                        "1000-01-01 00:00:00",
                        "2024-00-00 12:00:00")
                + "'";
    }

    /** For a session whose time zone is UTC: no hour is missing there. */
    static String timestamp(SplittableRandom random) {
        return "'"
                + mostly(
                        random,
                        day(random, 1971, 2037) + " " + clock(random, 6),
                        "0000-00-00 00:00:00",
                        "1970-01-01 00:00:01",
                        "2038-01-19 03:14:07.999999")
                + "'";
    }

    static String year(SplittableRandom random) {
        return mostly(random, Integer.toString(random.nextInt(1902, 2155)), "1901", "2155", "0");
    }

    static String json(SplittableRandom random) {
        return "'"
                + mostly(
                        random,
                        "{\"id\": " + random.nextInt() + ", \"name\": \"" + digits(random, 6)
                                + "\", \"tags\": [\"ä\", null, true, " + random.nextInt(100) + ".5]}",
                        "{}",
                        "[]",
                        "null",
                        "\"text \\\\\"quoted\\\\\" €\"",
                        "18446744073709551615",
                        "{\"a\": {\"b\": {\"c\": [[], {}, \"\"]}}}")
                + "'";
    }

    /** Groups of eleven digits between hyphens. */
    static void digitGroups(StringBuilder out, SplittableRandom random, int groups) {
        for (int group = 0; group < groups; group++) {
            if (group > 0) {
                out.append('-');
            }
            long number = random.nextLong() >>> 1;
            for (int i = 0; i < 11; i++) {
                out.append((char) ('0' + number % 10));
                number /= 10;
            }
        }
    }
}
