package io.binlogreplica.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of a column out of records. This project's source writes each type in one {@link Form}; Debezium's connectors in one of
 * several, by their settings, and the field's schema says in which. What a value meant is kept or refused, never guessed.
 */
@SuppressWarnings("JavaUtilDate") // what Connect's own logical types hold
public final class ColumnReader {

    private static final long MICROS_PER_MILLI = 1_000;
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);
    private static final long AMBIGUOUS_MICROS = 100_000_000_000_000L;
    private static final Pattern HEXADECIMAL = Pattern.compile("(?:[0-9a-f]{4})*[0-9a-f]{2}|[0-9a-f]{24,}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    private final Column column;
    private final Form form;
    /** Written by this project's source, or what that cannot be told from. */
    private final boolean own;

    private final @Nullable Schema schema;

    private ColumnReader(Column column, boolean own, @Nullable Schema schema) {
        this.column = column;
        this.form = Form.of(column.type());
        this.own = own;
        this.schema = schema;
    }

    /** For records of this project's source. */
    static ColumnReader own(Column column) {
        return new ColumnReader(column, true, null);
    }

    /**
     * For any records.
     *
     * @param field the field's schema; null in records of other sources that come without
     */
    public static ColumnReader of(Column column, @Nullable Schema field) {
        boolean own = field != null
                && field.parameters() != null
                && field.parameters().containsKey(Envelope.TYPE_PARAMETER);
        return new ColumnReader(column, own, field);
    }

    /**
     * The canonical value.
     *
     * @throws DataException when it cannot be told, or the column would not hold all of it
     */
    public @Nullable Object canonical(@Nullable Object wire) {
        if (wire == null) {
            return null;
        }
        try {
            return form.canonical(own ? wire : inForm(wire), column.type());
        } catch (DataException | ArithmeticException | IllegalArgumentException | DateTimeParseException e) {
            throw new DataException(
                    "column " + column.name() + ", " + column.type().columnType() + ": " + e.getMessage(), e);
        }
    }

    /** The canonical value of what this project's source sent as text beside the row. */
    Object ofText(String text) {
        return form.ofText(text);
    }

    /** What another source wrote, as this project's source writes it. */
    private Object inForm(Object wire) {
        String meaning = schema == null || schema.name() == null ? "" : schema.name();
        return switch (form) {
            case INT16, INT32, INT64 -> {
                requirePlain(meaning);
                yield wire instanceof Boolean flag ? (Object) (flag ? 1 : 0) : wire;
            }
            case DECIMAL -> decimal(wire);
            case DATE -> wire instanceof Date date ? (Object) Math.toIntExact(date.getTime() / MILLIS_PER_DAY) : wire;
            case TIME -> fitting(micros(wire, meaning, 1));
            case DATETIME_MILLIS -> fitting(micros(wire, meaning, MICROS_PER_MILLI)) / MICROS_PER_MILLI;
            case DATETIME_MICROS -> {
                requireMicros(wire);
                yield fitting(micros(wire, meaning, 1));
            }
            case TIMESTAMP -> timestamp(wire);
            case BITS, BYTES -> {
                if (schema != null && wire instanceof String) {
                    throw new DataException(
                            "bytes as text may be Base64 or hexadecimal: binary.handling.mode must be" + " bytes");
                }
                requireBase64(wire);
                yield wire;
            }
            default -> wire;
        };
    }

    /** Without a schema nothing else tells: of Base64, this many characters are never digits of hexadecimal numbers alone. */
    private void requireBase64(Object wire) {
        if (schema == null
                && wire instanceof String text
                && HEXADECIMAL.matcher(text).matches()) {
            throw new DataException("this is hexadecimal, and Base64 is read: binary.handling.mode must be bytes");
        }
    }

    /** As milliseconds a number is of this millennium that as microseconds is of the years around 1970. */
    private void requireMicros(Object wire) {
        if (schema == null
                && wire instanceof Number number
                && number.longValue() != 0
                && Math.abs(number.longValue()) < AMBIGUOUS_MICROS) {
            throw new DataException(
                    "without a schema nobody can tell milliseconds of today from microseconds of 1970: set"
                            + " schemas.enable=true, on both sides");
        }
    }

    private static void requirePlain(String meaning) {
        if (!meaning.isEmpty()) {
            throw new DataException("it does not take " + meaning + ": give the column the primary's type");
        }
    }

    private Object decimal(Object wire) {
        if (wire instanceof String text) {
            if (schema != null || text.indexOf('.') >= 0 || text.startsWith("-")) {
                return new BigDecimal(text);
            }
            if (column.type().type() == SqlType.DECIMAL && DIGITS.matcher(text).matches()) {
                throw new DataException("without a schema nobody can tell whether a text of digits is a number or the"
                        + " Base64 of one: set schemas.enable=true, on both sides");
            }
        }
        // bigint.unsigned.handling.mode=long: the same 64 bits, as if they were signed
        return wire instanceof Long bits
                        && bits < 0
                        && column.type().unsigned()
                        && column.type().type() == SqlType.BIGINT
                ? new BigDecimal(BigInteger.valueOf(bits).add(TWO_TO_64))
                : wire;
    }

    /**
     * A time in microseconds.
     *
     * @param unit of a number that does not tell it: how many microseconds it is
     */
    private static long micros(Object wire, String meaning, long unit) {
        if (wire instanceof Date date) {
            return Math.multiplyExact(date.getTime(), MICROS_PER_MILLI);
        }
        if (!(wire instanceof Number number)) {
            throw new DataException((meaning.isEmpty() ? "a " + wire.getClass().getSimpleName() : meaning)
                    + " is not read: time.precision.mode must be adaptive_time_microseconds, adaptive or connect");
        }
        long value = number.longValue();
        return switch (meaning) {
            case "" -> Math.multiplyExact(value, unit);
            case "io.debezium.time.Time", "io.debezium.time.Timestamp" -> Math.multiplyExact(value, MICROS_PER_MILLI);
            case "io.debezium.time.MicroTime", "io.debezium.time.MicroTimestamp" -> value;
            case "io.debezium.time.NanoTime", "io.debezium.time.NanoTimestamp" -> {
                if (value % 1_000 != 0) {
                    throw new DataException("nanoseconds are lost");
                }
                yield value / 1_000;
            }
            default -> throw new DataException("it does not take " + meaning);
        };
    }

    private long fitting(long micros) {
        requireFraction(micros);
        return micros;
    }

    /** A server cuts off digits that a column does not have, and says nothing. */
    private void requireFraction(long micros) {
        long unit = 1;
        for (int digits = column.type().fractionDigits(); digits < 6; digits++) {
            unit *= 10;
        }
        if (micros % unit != 0) {
            throw new DataException("it has fewer fractional digits than the value");
        }
    }

    private Object timestamp(Object wire) {
        if (!(wire instanceof String text)) {
            throw new DataException("a " + wire.getClass().getSimpleName() + " tells no time zone");
        }
        OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
        if (time.getNano() % 1_000 != 0) {
            throw new DataException("nanoseconds are lost");
        }
        int micros = time.getNano() / 1_000;
        requireFraction(micros);
        return Temporals.timestamp(time.toEpochSecond(), micros, column.type().fractionDigits());
    }
}
