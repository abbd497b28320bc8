package io.binlogreplica.record;

import org.apache.kafka.connect.errors.DataException;

/**
 * MySQL's temporal values between their parts or their text and their canonical form (see {@link Form}). MySQL's calendar is
 * the proleptic Gregorian one from year 0 to 9999, plus values that are no dates: zero, partly zero, and with
 * ALLOW_INVALID_DATES the 31st of any month. Those become {@link ExactValue}s. No time zone of the JVM has a part in this.
 */
public final class Temporals {

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final int[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};
    private static final int[] DAYS_IN_MONTH = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Temporals() {}

    /** A DATE from its parts: days since 1970-01-01, or the exact text. */
    public static Object date(int year, int month, int day) {
        return isDate(year, month, day) ? (Object) daysSince1970(year, month, day) : exactDate(year, month, day);
    }

    /** A DATETIME from its parts: milliseconds or microseconds by its number of fractional digits, or the exact text. */
    public static Object datetime(
            int year, int month, int day, int hour, int minute, int second, int micros, int fractionDigits) {
        if (!isDate(year, month, day)) {
            var text = new StringBuilder(26);
            appendDate(text, year, month, day);
            text.append(' ');
            appendTime(text, hour, minute, second, micros, fractionDigits);
            return new ExactValue(text.toString());
        }
        long seconds = daysSince1970(year, month, day) * 86_400L + seconds(hour, minute, second);
        return fractionDigits <= 3 ? seconds * 1000 + micros / 1000 : seconds * MICROS_PER_SECOND + micros;
    }

    /** A TIMESTAMP: ISO-8601 in UTC without trailing zeros in its fraction; 0 is MySQL's zero timestamp, an exact value. */
    public static Object timestamp(long secondsSince1970, int micros, int fractionDigits) {
        if (secondsSince1970 == 0 && micros == 0) {
            var text = new StringBuilder("0000-00-00 ");
            appendTime(text, 0, 0, 0, 0, fractionDigits);
            return new ExactValue(text.toString());
        }
        var text = new StringBuilder(27);
        appendDate(text, Math.floorDiv(secondsSince1970, 86_400L));
        text.append('T');
        int secondOfDay = (int) Math.floorMod(secondsSince1970, 86_400L);
        int digits = 6;
        for (int rest = micros; digits > 0 && rest % 10 == 0; rest /= 10) {
            digits--;
        }
        appendTime(text, secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60, micros, digits);
        return text.append('Z').toString();
    }

    /**
     * The canonical value of what a server prints for a DATE, TIME, DATETIME, TIMESTAMP (session time zone UTC) or YEAR.
     *
     * @throws DataException when the text is none
     */
    public static Object parse(String text, ColumnType type) {
        try {
            return switch (type.type()) {
                case YEAR -> (Object) Integer.parseInt(text);
                case DATE -> date(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
                case TIME -> time(text);
                case DATETIME ->
                    datetime(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19),
                            fraction(text, 19),
                            type.fractionDigits());
                case TIMESTAMP -> timestamp(text, type.fractionDigits());
                default -> throw new IllegalArgumentException("not a temporal type");
            };
        } catch (RuntimeException e) {
            throw new DataException("not a " + type.columnType() + ": " + text, e);
        }
    }

    /** The text that a server reads as this canonical value of a temporal column; the reverse of {@link #parse}. */
    public static String text(Object canonical, ColumnType type) {
        int digits = type.fractionDigits();
        return switch (type.type()) {
            case YEAR -> padded((Integer) canonical);
            case DATE -> {
                var text = new StringBuilder(10);
                appendDate(text, (Integer) canonical);
                yield text.toString();
            }
            case TIME -> timeText((Long) canonical, digits);
            case DATETIME -> datetimeText((Long) canonical * (digits <= 3 ? 1000 : 1), digits);
            case TIMESTAMP -> {
                String iso = (String) canonical;
                yield iso.substring(0, 10) + ' ' + iso.substring(11, iso.length() - 1);
            }
            default -> throw new IllegalArgumentException("not a temporal type: " + type.type());
        };
    }

    private static Object timestamp(String text, int fractionDigits) {
        int year = number(text, 0, 4);
        if (year == 0) {
            return timestamp(0, 0, fractionDigits);
        }
        long days = daysSince1970(year, number(text, 5, 7), number(text, 8, 10));
        long seconds = days * 86_400 + seconds(number(text, 11, 13), number(text, 14, 16), number(text, 17, 19));
        return timestamp(seconds, fraction(text, 19), fractionDigits);
    }

    private static long time(String text) {
        boolean negative = text.startsWith("-");
        int start = negative ? 1 : 0;
        int colon = text.indexOf(':');
        long seconds = seconds(
                number(text, start, colon), number(text, colon + 1, colon + 3), number(text, colon + 4, colon + 6));
        long micros = seconds * MICROS_PER_SECOND + fraction(text, colon + 6);
        return negative ? -micros : micros;
    }

    private static String timeText(long micros, int fractionDigits) {
        long absolute = Math.abs(micros);
        int seconds = (int) (absolute / MICROS_PER_SECOND);
        var text = new StringBuilder(17);
        if (micros < 0) {
            text.append('-');
        }
        appendTime(
                text,
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                (int) (absolute % MICROS_PER_SECOND),
                fractionDigits);
        return text.toString();
    }

    private static String datetimeText(long micros, int fractionDigits) {
        var text = new StringBuilder(26);
        appendDate(text, Math.floorDiv(micros, MICROS_PER_DAY));
        text.append(' ');
        long ofDay = Math.floorMod(micros, MICROS_PER_DAY);
        int seconds = (int) (ofDay / MICROS_PER_SECOND);
        appendTime(
                text,
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                (int) (ofDay % MICROS_PER_SECOND),
                fractionDigits);
        return text.toString();
    }

    private static boolean isDate(int year, int month, int day) {
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= DAYS_IN_MONTH[month - 1]
                && (day < 29 || month != 2 || isLeapYear(year));
    }

    private static boolean isLeapYear(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /** Counts in years that begin in March, so that the leap day is the last; eras are 400 years or 146097 days. */
    private static int daysSince1970(int year, int month, int day) {
        int marchYear = month <= 2 ? year - 1 : year;
        int era = Math.floorDiv(marchYear, 400);
        int yearOfEra = marchYear - era * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    private static void appendDate(StringBuilder text, long daysSince1970) {
        long days = daysSince1970 + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        int dayOfEra = (int) (days - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        appendDate(text, year, month, day);
    }

    private static void appendDate(StringBuilder text, int year, int month, int day) {
        appendPadded(text, year, 4);
        text.append('-');
        appendPadded(text, month, 2);
        text.append('-');
        appendPadded(text, day, 2);
    }

    private static void appendTime(
            StringBuilder text, int hour, int minute, int second, int micros, int fractionDigits) {
        appendPadded(text, hour, 2);
        text.append(':');
        appendPadded(text, minute, 2);
        text.append(':');
        appendPadded(text, second, 2);
        if (fractionDigits > 0) {
            text.append('.');
            appendPadded(text, micros / POWERS_OF_TEN[6 - fractionDigits], fractionDigits);
        }
    }

    private static void appendPadded(StringBuilder text, int number, int width) {
        for (int limit = width - 1; limit > 0 && number < POWERS_OF_TEN[limit]; limit--) {
            text.append('0');
        }
        text.append(number);
    }

    private static String padded(int year) {
        var text = new StringBuilder(4);
        appendPadded(text, year, 4);
        return text.toString();
    }

    private static ExactValue exactDate(int year, int month, int day) {
        var text = new StringBuilder(10);
        appendDate(text, year, month, day);
        return new ExactValue(text.toString());
    }

    private static long seconds(int hours, int minutes, int seconds) {
        return (hours * 60L + minutes) * 60 + seconds;
    }

    private static int number(String text, int begin, int end) {
        return Integer.parseInt(text, begin, end, 10);
    }

    /** Microseconds from the fraction whose point is at {@code point}; 0 where the text ends there. */
    private static int fraction(String text, int point) {
        return point >= text.length()
                ? 0
                : number(text, point + 1, text.length()) * POWERS_OF_TEN[6 - (text.length() - point - 1)];
    }
}
