package io.binlogreplica.sink.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.sql.SQLDataException;

/**
 * MySQL reads a number in a JSON text as a 64-bit integer or as a double. A document of the primary's may have a DECIMAL, which its text
 * does not tell; with more digits than a double has, it would become another number on the replica.
 */
final class JsonNumbers {

    /** A number of no more digits is the same as a double, but for trailing zeros. */
    private static final int DIGITS_CERTAIN = 15;

    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger UNSIGNED_LONG_MAX =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private JsonNumbers() {}

    /**
     * Looks at all numbers of a JSON text.
     *
     * @throws SQLDataException when one would be altered; the message has it
     */
    static void requireExact(String document) throws SQLDataException {
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
                int end = i + 1;
                while (end < length && isOfNumber(document.charAt(end))) {
                    end++;
                }
                if (end - i > DIGITS_CERTAIN) {
                    requireExactNumber(document.substring(i, end));
                }
                i = end - 1;
            }
        }
    }

    private static void requireExactNumber(String text) throws SQLDataException {
        BigDecimal exact;
        try {
            exact = new BigDecimal(text);
        } catch (NumberFormatException e) {
            // no JSON: the replica will say so
            return;
        }
        if (exact.stripTrailingZeros().precision() <= DIGITS_CERTAIN) {
            return;
        }
        boolean integer = text.chars().allMatch(c -> c == '-' || isDigit(c));
        boolean same = integer && isLong(exact.toBigInteger()) || !integer && isShortestOf(exact, exact.doubleValue());
        if (!same) {
            throw new SQLDataException(
                    "the number " + text + " in a JSON document would become a double on the replica, and lose digits",
                    "22003");
        }
    }

    private static boolean isLong(BigInteger number) {
        return number.compareTo(LONG_MIN) >= 0 && number.compareTo(UNSIGNED_LONG_MAX) <= 0;
    }

    /** Whether no shorter number, and none with as many digits that is closer, stands for that double. */
    private static boolean isShortestOf(BigDecimal number, double value) {
        if (Double.isInfinite(value)) {
            return false;
        }
        int digits = number.stripTrailingZeros().precision();
        return digits <= 17
                && new BigDecimal(value).round(new MathContext(digits)).compareTo(number) == 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isOfNumber(char c) {
        return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
    }
}
