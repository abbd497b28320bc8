package io.binlogreplica.source.binlog;

import io.binlogreplica.record.Charsets;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Form;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.Temporals;
import io.binlogreplica.source.binlog.TableMap.MappedColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HexFormat;

/** Decoders for all column types, chosen once for a table. */
final class ValueDecoders {

    /** Bytes that 0 to 9 decimal digits take. */
    private static final int[] DIGIT_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    private static final long[] POWERS_OF_TEN = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };

    private ValueDecoders() {}

    /** The decoder for a column that the binlog has as {@code mapped} and the table as {@code type}. */
    static ValueDecoder of(MappedColumn mapped, ColumnType type) {
        int meta = mapped.meta();
        boolean unsigned = type.unsigned();
        return switch (mapped.type()) {
            case MappedColumn.TINY -> unsigned ? in -> (short) in.u8() : in -> (short) in.i8();
            case MappedColumn.SHORT -> unsigned ? ByteCursor::u16 : in -> (short) in.i16();
            case MappedColumn.INT24 -> unsigned ? ByteCursor::u24 : ByteCursor::i24;
            case MappedColumn.LONG -> unsigned ? ByteCursor::u32 : ByteCursor::i32;
            case MappedColumn.LONGLONG -> unsigned ? ValueDecoders::unsignedLong : ByteCursor::i64;
            case MappedColumn.FLOAT -> in -> Float.intBitsToFloat(in.i32());
            case MappedColumn.DOUBLE -> in -> Double.longBitsToDouble(in.i64());
            case MappedColumn.DECIMAL -> in -> decimal(in, meta & 0xff, meta >> 8);
            case MappedColumn.BIT -> bit((meta >> 8) * 8 + (meta & 0xff));
            case MappedColumn.YEAR ->
                in -> {
                    int year = in.u8();
                    return year == 0 ? 0 : year + 1900;
                };
            case MappedColumn.DATE ->
                in -> {
                    int date = in.u24();
                    return Temporals.date(date >> 9, date >> 5 & 15, date & 31);
                };
            case MappedColumn.TIME -> in -> time(in, meta);
            case MappedColumn.DATETIME -> in -> datetime(in, meta);
            case MappedColumn.TIMESTAMP -> in -> Temporals.timestamp(in.bigEndian(4), fraction(in, meta), meta);
            case MappedColumn.ENUM -> in -> type.enumValue((int) in.unsigned(meta));
            case MappedColumn.SET -> in -> type.setValue(in.unsigned(meta));
            case MappedColumn.STRING -> string(type, meta);
            case MappedColumn.VARCHAR, MappedColumn.VAR_STRING -> text(type, meta < 256 ? 1 : 2);
            case MappedColumn.VARCHAR_COMPRESSED -> compressed(type, meta < 256 ? 1 : 2);
            case MappedColumn.JSON -> in -> JsonText.of(in.take(Math.toIntExact(in.unsigned(meta))));
            case MappedColumn.BLOB, MappedColumn.VECTOR, MappedColumn.GEOMETRY -> text(type, meta);
            case MappedColumn.BLOB_COMPRESSED -> compressed(type, meta);
            default -> throw new BinlogException("column type " + mapped.type() + " is not known to this connector");
        };
    }

    private static BigDecimal unsignedLong(ByteCursor in) {
        long value = in.i64();
        return value >= 0 ? BigDecimal.valueOf(value) : new BigDecimal(Long.toUnsignedString(value));
    }

    /**
     * Decimal digits in groups of nine, four bytes a group, big-endian; the sign bit inverted, and for negative numbers all other
     * bits too.
     */
    static BigDecimal decimal(ByteCursor in, int precision, int scale) {
        int integerDigits = precision - scale;
        int length = decimalBytes(precision, scale);
        byte[] bytes = in.take(length);
        boolean negative = (bytes[0] & 0x80) == 0;
        bytes[0] ^= (byte) 0x80;
        if (negative) {
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
        }
        var digits = new ByteCursor(bytes, 0, length);
        if (precision <= 18) {
            long unscaled = group(digits, integerDigits % 9);
            for (int rest = integerDigits / 9; rest > 0; rest--) {
                unscaled = unscaled * POWERS_OF_TEN[9] + digits.bigEndian(4);
            }
            for (int rest = scale / 9; rest > 0; rest--) {
                unscaled = unscaled * POWERS_OF_TEN[9] + digits.bigEndian(4);
            }
            unscaled = unscaled * POWERS_OF_TEN[scale % 9] + group(digits, scale % 9);
            return BigDecimal.valueOf(negative ? -unscaled : unscaled, scale);
        }
        BigInteger billion = BigInteger.valueOf(POWERS_OF_TEN[9]);
        BigInteger unscaled = BigInteger.valueOf(group(digits, integerDigits % 9));
        for (int rest = integerDigits / 9 + scale / 9; rest > 0; rest--) {
            unscaled = unscaled.multiply(billion).add(BigInteger.valueOf(digits.bigEndian(4)));
        }
        unscaled = unscaled.multiply(BigInteger.valueOf(POWERS_OF_TEN[scale % 9]))
                .add(BigInteger.valueOf(group(digits, scale % 9)));
        return new BigDecimal(negative ? unscaled.negate() : unscaled, scale);
    }

    static int decimalBytes(int precision, int scale) {
        return digitBytes(precision - scale) + digitBytes(scale);
    }

    private static int digitBytes(int digits) {
        return digits / 9 * 4 + DIGIT_BYTES[digits % 9];
    }

    private static long group(ByteCursor in, int digits) {
        return in.bigEndian(DIGIT_BYTES[digits]);
    }

    /** Big-endian in the binlog; little-endian, as records have it, or a boolean for one bit. */
    private static ValueDecoder bit(int bits) {
        int length = (bits + 7) / 8;
        if (bits == 1) {
            return in -> in.u8() != 0;
        }
        return in -> {
            byte[] bytes = in.take(length);
            for (int i = 0; i < length / 2; i++) {
                byte swapped = bytes[i];
                bytes[i] = bytes[length - 1 - i];
                bytes[length - 1 - i] = swapped;
            }
            return bytes;
        };
    }

    /** Hour (10 bits), minute, second (6 each), fraction, as one signed number with an offset. */
    private static long time(ByteCursor in, int fractionDigits) {
        int fractionBytes = (fractionDigits + 1) / 2;
        long packed = in.bigEndian(3 + fractionBytes) - (0x80_0000L << 8 * fractionBytes);
        long absolute = Math.abs(packed);
        long fraction = absolute & ((1L << 8 * fractionBytes) - 1);
        int time = (int) (absolute >> 8 * fractionBytes);
        long seconds = ((time >> 12 & 0x3ff) * 60L + (time >> 6 & 0x3f)) * 60 + (time & 0x3f);
        long micros = seconds * 1_000_000 + fraction * POWERS_OF_TEN[6 - 2 * fractionBytes];
        return packed < 0 ? -micros : micros;
    }

    /** Sign, year * 13 + month (17 bits), day (5), hour (5), minute (6), second (6), then the fraction. */
    private static Object datetime(ByteCursor in, int fractionDigits) {
        long packed = in.bigEndian(5) - 0x80_0000_0000L;
        int date = (int) (packed >> 17);
        int yearAndMonth = date >> 5;
        int time = (int) (packed & 0x1_ffff);
        return Temporals.datetime(
                yearAndMonth / 13,
                yearAndMonth % 13,
                date & 31,
                time >> 12,
                time >> 6 & 0x3f,
                time & 0x3f,
                fraction(in, fractionDigits),
                fractionDigits);
    }

    /** Microseconds; two digits a byte. */
    private static int fraction(ByteCursor in, int fractionDigits) {
        int bytes = (fractionDigits + 1) / 2;
        return (int) (in.bigEndian(bytes) * POWERS_OF_TEN[6 - 2 * bytes]);
    }

    /** CHAR and BINARY: a length of one byte, or two where the column is longer than 255 bytes; the server cuts the padding off. */
    private static ValueDecoder string(ColumnType type, int maxBytes) {
        int lengthBytes = maxBytes < 256 ? 1 : 2;
        return switch (type.type()) {
            case BINARY -> in -> Arrays.copyOf(in.take((int) in.unsigned(lengthBytes)), maxBytes);
            case UUID -> in -> uuid(Arrays.copyOf(in.take((int) in.unsigned(lengthBytes)), 16));
            case INET4 -> in -> inet4(Arrays.copyOf(in.take((int) in.unsigned(lengthBytes)), 4));
            case INET6 -> in -> Inet6.text(Arrays.copyOf(in.take((int) in.unsigned(lengthBytes)), 16));
            default -> text(type, lengthBytes);
        };
    }

    private static ValueDecoder text(ColumnType type, int lengthBytes) {
        if (type.type().family() == SqlType.Family.GEOMETRY) {
            return in -> Form.ofGeometry(in.take(Math.toIntExact(in.unsigned(lengthBytes))));
        }
        if (type.type().family() != SqlType.Family.TEXT) {
            return in -> in.take(Math.toIntExact(in.unsigned(lengthBytes)));
        }
        Charset charset = Charsets.java(type.charset());
        return in -> {
            int length = Math.toIntExact(in.unsigned(lengthBytes));
            int at = in.skip(length);
            return Charsets.decode(in.bytes(), at, length, charset);
        };
    }

    private static ValueDecoder compressed(ColumnType type, int lengthBytes) {
        boolean isText = type.type().family() == SqlType.Family.TEXT;
        Charset charset = Charsets.java(type.charset());
        return in -> {
            byte[] plain = Compression.column(in.take(Math.toIntExact(in.unsigned(lengthBytes))));
            return isText ? Charsets.decode(plain, 0, plain.length, charset) : plain;
        };
    }

    private static String uuid(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
                + hex.substring(16, 20) + "-" + hex.substring(20);
    }

    private static String inet4(byte[] bytes) {
        return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
    }
}
