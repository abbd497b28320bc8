package io.binlogreplica.source.binlog;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.List;

/**
 * The text of MySQL's binary JSON, as the server itself prints it, so that a row looks the same whether it was read from the binlog
 * or from its table. Layout: {@code sql-common/json_binary.h} of the server.
 *
 * <p>Text does not say of which type a scalar was where JSON has no such type: a date is a string, a DECIMAL a number.
 */
final class JsonText {

    private static final int SMALL_OBJECT = 0;
    private static final int LARGE_OBJECT = 1;
    private static final int SMALL_ARRAY = 2;
    private static final int LARGE_ARRAY = 3;
    private static final int LITERAL = 4;
    private static final int INT16 = 5;
    private static final int UINT16 = 6;
    private static final int INT32 = 7;
    private static final int UINT32 = 8;
    private static final int INT64 = 9;
    private static final int UINT64 = 10;
    private static final int DOUBLE = 11;
    private static final int STRING = 12;
    private static final int OPAQUE = 15;

    // Types of the server's columns, for scalars that are none of JSON's.
    private static final int COLUMN_TIMESTAMP = 7;
    private static final int COLUMN_DATE = 10;
    private static final int COLUMN_TIME = 11;
    private static final int COLUMN_DATETIME = 12;
    private static final int COLUMN_DECIMAL = 246;
    private static final int COLUMN_VAR_STRING = 253;

    /** How many characters of Base64 servers put into a line. */
    private static final int BASE64_LINE = 76;

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(BASE64_LINE, new byte[] {'\n'});

    /** Doubles of fewer digits are told apart by these already. */
    private static final int DIGITS_CERTAIN = 15;

    private static final int DIGITS_MAX = 17;

    private static final String HEX = "0123456789abcdef";

    private final byte[] bytes;
    private final StringBuilder text;

    private JsonText(byte[] bytes, StringBuilder text) {
        this.bytes = bytes;
        this.text = text;
    }

    /** The text of a column's value; no bytes at all, which INSERT IGNORE can leave, are {@code null}. */
    static String of(byte[] value) {
        if (value.length == 0) {
            return "null";
        }
        var text = new StringBuilder(value.length * 2);
        new JsonText(value, text).value(value[0] & 0xff, 1);
        return text.toString();
    }

    private ByteCursor at(int offset) {
        return new ByteCursor(bytes, offset, bytes.length);
    }

    private void value(int type, int offset) {
        switch (type) {
            case SMALL_OBJECT -> object(offset, 2);
            case LARGE_OBJECT -> object(offset, 4);
            case SMALL_ARRAY -> array(offset, 2);
            case LARGE_ARRAY -> array(offset, 4);
            case LITERAL -> literal(at(offset).u8());
            case INT16 -> text.append(at(offset).i16());
            case UINT16 -> text.append(at(offset).u16());
            case INT32 -> text.append(at(offset).i32());
            case UINT32 -> text.append(at(offset).u32());
            case INT64 -> text.append(at(offset).i64());
            case UINT64 -> text.append(Long.toUnsignedString(at(offset).i64()));
            case DOUBLE -> number(Double.longBitsToDouble(at(offset).i64()));
            case STRING -> {
                ByteCursor in = at(offset);
                int length = length(in);
                string(in.utf8(length), text);
            }
            case OPAQUE -> opaque(at(offset));
            default -> throw new BinlogException("a JSON value has type " + type + ", which is not known");
        }
    }

    /**
     * Count of members, size in bytes, an entry for each key (offset, length), an entry for each value (type, and the value itself if
     * it is short, else its offset); offsets count from the object's begin.
     *
     * @param width of counts and offsets, in bytes
     */
    private void object(int start, int width) {
        ByteCursor in = at(start);
        int members = (int) in.unsigned(width);
        int keys = start + 2 * width;
        int values = keys + members * (width + 2);
        text.append('{');
        for (int i = 0; i < members; i++) {
            text.append(i == 0 ? "" : ", ");
            ByteCursor key = at(keys + i * (width + 2));
            int offset = (int) key.unsigned(width);
            int length = key.u16();
            string(at(start + offset).utf8(length), text);
            text.append(": ");
            entry(start, values + i * (width + 1), width);
        }
        text.append('}');
    }

    private void array(int start, int width) {
        int elements = (int) at(start).unsigned(width);
        text.append('[');
        for (int i = 0; i < elements; i++) {
            text.append(i == 0 ? "" : ", ");
            entry(start, start + 2 * width + i * (width + 1), width);
        }
        text.append(']');
    }

    private void entry(int start, int entry, int width) {
        ByteCursor in = at(entry);
        int type = in.u8();
        boolean inline =
                type == LITERAL || type == INT16 || type == UINT16 || (width == 4 && (type == INT32 || type == UINT32));
        value(type, inline ? entry + 1 : start + (int) in.unsigned(width));
    }

    private void literal(int value) {
        text.append(
                switch (value) {
                    case 0 -> "null";
                    case 1 -> "true";
                    case 2 -> "false";
                    default -> throw new BinlogException("a JSON literal is " + value + ", which is not known");
                });
    }

    /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
    private static int length(ByteCursor in) {
        long length = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int part = in.u8();
            length |= (long) (part & 0x7f) << shift;
            if (part < 0x80) {
                return Math.toIntExact(length);
            }
        }
        throw new BinlogException("a JSON value's length is not laid out as this connector knows it");
    }

    static void string(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    /** The shortest number that is this double; always with a point or an exponent, which tells it from an integer. */
    private void number(double value) {
        if (value == 0) {
            text.append(1 / value < 0 ? "-0.0" : "0.0");
            return;
        }
        BigDecimal shortest = shortest(value).stripTrailingZeros();
        String digits = shortest.unscaledValue().abs().toString();
        int point = digits.length() - shortest.scale();
        text.append(value < 0 ? "-" : "");
        if (point <= -DIGITS_CERTAIN || (point > DIGITS_CERTAIN && point >= digits.length())) {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            text.append('e').append(point - 1);
        } else if (point <= 0) {
            text.append("0.").append("0".repeat(-point)).append(digits);
        } else if (point >= digits.length()) {
            text.append(digits).append("0".repeat(point - digits.length())).append(".0");
        } else {
            text.append(digits, 0, point).append('.').append(digits, point, digits.length());
        }
    }

    private static BigDecimal shortest(double value) {
        var exact = new BigDecimal(value);
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : DIGITS_CERTAIN; digits < DIGITS_MAX; digits++) {
            // below a power of two doubles are nearer than above: there the second nearest number may be it
            for (RoundingMode mode : List.of(RoundingMode.HALF_UP, RoundingMode.UP)) {
                BigDecimal rounded = exact.round(new MathContext(digits, mode));
                if (rounded.doubleValue() == value) {
                    return rounded;
                }
            }
        }
        return exact.round(new MathContext(DIGITS_MAX));
    }

    private void opaque(ByteCursor in) {
        int columnType = in.u8();
        int length = length(in);
        switch (columnType) {
            case COLUMN_DECIMAL -> {
                int precision = in.u8();
                int scale = in.u8();
                text.append(ValueDecoders.decimal(in, precision, scale).toPlainString());
            }
            case COLUMN_DATE, COLUMN_DATETIME, COLUMN_TIMESTAMP -> datetime(in.i64(), columnType != COLUMN_DATE);
            case COLUMN_TIME -> time(in.i64());
            case COLUMN_VAR_STRING -> string(in.utf8(length), text);
            default -> string("base64:type" + columnType + ":" + BASE64.encodeToString(in.take(length)), text);
        }
    }

    /** As DATETIME columns have it, but 24 bits of microseconds in every case. */
    private void datetime(long packed, boolean withTime) {
        long date = packed >> 41;
        long yearAndMonth = date >> 5;
        text.append('"');
        padded(yearAndMonth / 13, 4);
        text.append('-');
        padded(yearAndMonth % 13, 2);
        text.append('-');
        padded(date & 31, 2);
        if (withTime) {
            long time = packed >> 24 & 0x1_ffff;
            text.append(' ');
            clock(time >> 12, time >> 6 & 63, time & 63, packed & 0xff_ffff);
        }
        text.append('"');
    }

    private void time(long packed) {
        long absolute = Math.abs(packed);
        long time = absolute >> 24;
        text.append(packed < 0 ? "\"-" : "\"");
        clock(time >> 12 & 0x3ff, time >> 6 & 63, time & 63, absolute & 0xff_ffff);
        text.append('"');
    }

    private void clock(long hours, long minutes, long seconds, long micros) {
        padded(hours, 2);
        text.append(':');
        padded(minutes, 2);
        text.append(':');
        padded(seconds, 2);
        text.append('.');
        padded(micros, 6);
    }

    private void padded(long number, int width) {
        String digits = Long.toString(number);
        text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }
}
