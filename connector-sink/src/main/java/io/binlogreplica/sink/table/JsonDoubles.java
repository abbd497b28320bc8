package io.binlogreplica.sink.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What MySQL makes of a number with a point or an exponent in a JSON text: not always the double that is nearest. It collects the digits
 * as an integer while they fit, and as a double from there on, and multiplies or divides that once by a power of ten (RapidJSON's
 * {@code ParseNumber} without {@code kParseFullPrecisionFlag}).
 */
final class JsonDoubles {

    private static final int EXPONENT_MAX = 308;
    private static final double[] POWERS_OF_TEN = IntStream.rangeClosed(0, EXPONENT_MAX)
            .mapToDouble(exponent -> Double.parseDouble("1e" + exponent))
            .toArray();

    /** Digits behind the point are added to an integer up to here. */
    private static final long INTEGER_MAX = (1L << 53) - 1;

    /** Further digits behind the point are passed over. */
    private static final int DIGITS_MAX = 17;

    /** With so many digits each double can be told from the next, and an integer holds them. */
    private static final int SPELLED_MIN = 16;

    private static final int SPELLED_MAX = 20;

    /** Behind digits of {@link #SPELLED_MAX} these do not yet lead beyond what a double is. */
    private static final int ZEROS_MAX = 280;

    private final String text;
    private int at;

    private JsonDoubles(String text) {
        this.text = text;
    }

    /** The double; NaN where MySQL finds the number too large. */
    static double read(String number) {
        return new JsonDoubles(number).read();
    }

    private double read() {
        boolean negative = next('-');
        double absolute = absolute(negative ? Long.MIN_VALUE : -1);
        return Double.isInfinite(absolute) ? Double.NaN : negative ? -absolute : absolute;
    }

    /** @param limit what an integer holds, without a sign */
    private double absolute(long limit) {
        long integer = 0;
        // the first is not counted, unless it is behind the point
        int digits = -1;
        for (; hasDigit() && fits(integer, limit); digits++) {
            integer = integer * 10 + nextDigit();
        }
        boolean fits = !hasDigit();
        double number = number(integer);
        while (hasDigit()) {
            number = number * 10 + nextDigit();
        }
        int scale = 0;
        if (next('.')) {
            for (; fits && hasDigit() && Long.compareUnsigned(integer, INTEGER_MAX) <= 0; scale++) {
                integer = integer * 10 + nextDigit();
                digits += integer == 0 ? 0 : 1;
                number = number(integer);
            }
            for (; hasDigit() && digits < DIGITS_MAX; scale++) {
                number = number * 10 + nextDigit();
                digits += number > 0 ? 1 : 0;
            }
            while (hasDigit()) {
                at++;
            }
        }
        int exponent = next('e') || next('E') ? Integer.parseInt(text.substring(at)) : 0;
        return exponent > EXPONENT_MAX + scale ? Double.NaN : scaled(number, exponent - scale);
    }

    private boolean next(char c) {
        boolean is = at < text.length() && text.charAt(at) == c;
        at += is ? 1 : 0;
        return is;
    }

    private boolean hasDigit() {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private int nextDigit() {
        return text.charAt(at++) - '0';
    }

    /** Whether the next digit can be added. */
    private boolean fits(long integer, long limit) {
        return Long.compareUnsigned(integer, Long.divideUnsigned(limit - (text.charAt(at) - '0'), 10)) <= 0;
    }

    private static double number(long integer) {
        return integer >= 0 ? integer : (double) (integer >>> 1 | integer & 1) * 2;
    }

    private static double scaled(double number, int exponent) {
        if (exponent >= 0) {
            return number * POWERS_OF_TEN[exponent];
        }
        if (exponent >= -EXPONENT_MAX) {
            return number / POWERS_OF_TEN[-exponent];
        }
        return exponent < -2 * EXPONENT_MAX
                ? 0
                : number / POWERS_OF_TEN[EXPONENT_MAX] / POWERS_OF_TEN[-EXPONENT_MAX - exponent];
    }

    /** A number of which MySQL makes that double; null when none is found. */
    static @Nullable String spell(double value) {
        String sign = value < 0 ? "-" : "";
        var exact = new BigDecimal(value).abs();
        int exponent = exact.precision() - exact.scale() - 1;
        // zeros have the digits rounded once more each
        for (int zeros = 0; zeros <= ZEROS_MAX; zeros++) {
            for (int digits = SPELLED_MIN; digits <= SPELLED_MAX; digits++) {
                int scale = digits - 1 - exponent;
                String spelled =
                        spell(value, sign, exact.movePointRight(scale), "0".repeat(zeros) + "e" + -(scale + zeros));
                if (spelled != null) {
                    return spelled;
                }
            }
        }
        return null;
    }

    /** Goes from the nearest integer towards what is read as the double, until that is passed by. */
    private static @Nullable String spell(double value, String sign, BigDecimal number, String end) {
        BigInteger integer = number.setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
        BigInteger step = BigInteger.valueOf((long) Math.max(1, Math.ulp(integer.doubleValue())));
        int before = 0;
        while (true) {
            String spelled = sign + integer + end;
            int direction = Double.compare(Math.abs(value), Math.abs(read(spelled)));
            if (direction == 0) {
                return spelled;
            }
            if (direction == -before) {
                return null;
            }
            before = direction;
            integer = direction > 0 ? integer.add(step) : integer.subtract(step);
        }
    }
}
