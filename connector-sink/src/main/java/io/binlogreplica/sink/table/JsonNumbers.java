package io.binlogreplica.sink.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.SQLDataException;

/**
 * MySQL reads a number in a JSON text as a 64-bit integer or as a double, and as a double that need not be the nearest. A document of the
 * primary's may have a DECIMAL, which its text does not tell; with more digits than a double has, it would become another number on the
 * replica.
 */
final class JsonNumbers {

    /** A number of no more digits is the same as a double, but for trailing zeros. */
    private static final int DIGITS_CERTAIN = 15;

    private static final int DIGITS_MAX = 17;

    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger UNSIGNED_LONG_MAX =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private JsonNumbers() {}

    /**
     * A JSON text of which MySQL makes the numbers that the document has.
     *
     * @return the same where its numbers are spelled like that
     * @throws SQLDataException when one would be altered; the message has it
     */
    static String exactly(String document) throws SQLDataException {
        StringBuilder text = null;
        int copied = 0;
        boolean quoted = false;
        int length = document.length();
        for (int i = 0; i < length; i++) {
            char c = document.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '-' || isDigit(c)) {
                boolean scaled = false;
                int end = i + 1;
                for (; end < length && isOfNumber(document.charAt(end)); end++) {
                    scaled |= isExponent(document.charAt(end));
                }
                if (scaled || end - i > DIGITS_CERTAIN) {
                    String number = document.substring(i, end);
                    String exact = exactNumber(number);
                    if (!exact.equals(number)) {
                        text = text == null ? new StringBuilder(length) : text;
                        text.append(document, copied, i).append(exact);
                        copied = end;
                    }
                }
                i = end - 1;
            }
        }
        return text == null ? document : text.append(document, copied, length).toString();
    }

    private static String exactNumber(String text) throws SQLDataException {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException e) {
            // no JSON: the replica will say so
            return text;
        }
        boolean integer = text.chars().allMatch(c -> c == '-' || isDigit(c));
        if (integer && isLong(number.toBigInteger())) {
            return text;
        }
        double value = number.doubleValue();
        int digits = number.stripTrailingZeros().precision();
        boolean same = digits <= DIGITS_CERTAIN
                ? value == 0 ? number.signum() == 0 : !Double.isInfinite(value)
                : !integer && isShortestOf(number, digits, value);
        if (!same) {
            throw new SQLDataException(
                    "the number " + text + " in a JSON document would become a double on the replica, and lose digits",
                    "22003");
        }
        if (JsonDoubles.read(text) == value) {
            return text;
        }
        String spelled = JsonDoubles.spell(value);
        if (spelled == null) {
            throw new SQLDataException(
                    "the number " + text + " in a JSON document would become " + JsonDoubles.read(text)
                            + " on the replica, which reads it as no other, however it is spelled",
                    "22003");
        }
        return spelled;
    }

    private static boolean isLong(BigInteger number) {
        return number.compareTo(LONG_MIN) >= 0 && number.compareTo(UNSIGNED_LONG_MAX) <= 0;
    }

    /** Whether no shorter number, and none with as many digits that is closer, stands for that double. */
    private static boolean isShortestOf(BigDecimal number, int digits, double value) {
        if (Double.isInfinite(value) || digits > DIGITS_MAX) {
            return false;
        }
        var exact = new BigDecimal(value);
        BigDecimal nearest = exact.round(new MathContext(digits));
        // below a power of two doubles are nearer than above: there the second nearest number may be it
        BigDecimal shortest =
                nearest.doubleValue() == value ? nearest : exact.round(new MathContext(digits, RoundingMode.UP));
        return shortest.compareTo(number) == 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isExponent(char c) {
        return c == 'e' || c == 'E';
    }

    private static boolean isOfNumber(char c) {
        return isDigit(c) || c == '.' || isExponent(c) || c == '+' || c == '-';
    }
}
