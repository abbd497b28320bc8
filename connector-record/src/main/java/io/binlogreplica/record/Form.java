package io.binlogreplica.record;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column look in a record. The names and meanings are Debezium's; where its default loses values, the
 * lossless standard form is taken: Decimal for BIGINT UNSIGNED, microseconds beyond a day for TIME, 0 for YEAR 0000.
 *
 * <p>Inside the connectors a value is a Java object of the kind given with each constant (its <em>canonical</em> form), or null,
 * or an {@link ExactValue}.
 */
public enum Form {
    /** BIT(1); Boolean. */
    BOOLEAN,
    /** TINYINT, also unsigned, and SMALLINT; Short. */
    INT16,
    /** SMALLINT UNSIGNED, MEDIUMINT, INT; Integer. */
    INT32,
    /** INT UNSIGNED, BIGINT; Long. */
    INT64,
    /** DECIMAL, and BIGINT UNSIGNED with scale 0; BigDecimal of the column's scale. */
    DECIMAL,
    /** FLOAT; Float. */
    FLOAT32,
    /** DOUBLE; Double. */
    FLOAT64,
    /** BIT(2..64); byte[], least significant byte first. */
    BITS,
    /** YEAR; Integer, 0 for 0000. */
    YEAR,
    /** DATE; Integer, days since 1970-01-01 in the proleptic Gregorian calendar. */
    DATE,
    /** TIME; Long, microseconds, negative and beyond a day as MySQL allows. */
    TIME,
    /** DATETIME(0..3); Long, milliseconds since 1970-01-01 00:00:00 as if in UTC. */
    DATETIME_MILLIS,
    /** DATETIME(4..6); Long, microseconds since 1970-01-01 00:00:00 as if in UTC. */
    DATETIME_MICROS,
    /** TIMESTAMP; String, ISO-8601 in UTC with the column's fractional digits: {@code 2024-02-29T23:59:59.5Z}. */
    TIMESTAMP,
    /** CHAR, VARCHAR, TEXT; String. */
    TEXT,
    /** ENUM; String, the label. */
    ENUM,
    /** SET; String, the labels joined by commas. */
    SET,
    /** JSON; String, the document's text. */
    JSON,
    /** UUID; String. */
    UUID,
    /** INET4, INET6; String. */
    ADDRESS,
    /** BINARY, VARBINARY, BLOB; byte[]. */
    BYTES,
    /** VECTOR; byte[], 32-bit floats, little-endian; an array of floats in the record. */
    VECTOR,
    /**
     * Spatial types; byte[], SRID as 4 bytes little-endian, then WKB; a struct of both in the record. See {@link #ofGeometry}.
     */
    GEOMETRY;

    /** No two floats are the same in so many. */
    private static final int FLOAT_DIGITS = 9;

    private static final int MINUS_ZERO = Float.floatToRawIntBits(-0f);

    /** The form of a column of that type. */
    public static Form of(ColumnType type) {
        return switch (type.type()) {
            case TINYINT -> INT16;
            case SMALLINT -> type.unsigned() ? INT32 : INT16;
            case MEDIUMINT -> INT32;
            case INT -> type.unsigned() ? INT64 : INT32;
            case BIGINT -> type.unsigned() ? DECIMAL : INT64;
            case DECIMAL -> DECIMAL;
            case FLOAT -> FLOAT32;
            case DOUBLE -> FLOAT64;
            case BIT -> type.length() == 1 ? BOOLEAN : BITS;
            case YEAR -> YEAR;
            case DATE -> DATE;
            case TIME -> TIME;
            case DATETIME -> type.fractionDigits() <= 3 ? DATETIME_MILLIS : DATETIME_MICROS;
            case TIMESTAMP -> TIMESTAMP;
            case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> TEXT;
            case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> BYTES;
            case ENUM -> ENUM;
            case SET -> SET;
            case JSON -> JSON;
            case UUID -> UUID;
            case INET4, INET6 -> ADDRESS;
            case VECTOR -> VECTOR;
            case GEOMETRY, POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, GEOMETRYCOLLECTION ->
                GEOMETRY;
        };
    }

    /** A builder of the Connect schema, not yet optional and without column parameters. */
    SchemaBuilder schema(ColumnType type) {
        return switch (this) {
            case BOOLEAN -> SchemaBuilder.bool();
            case INT16 -> SchemaBuilder.int16();
            case INT32 -> SchemaBuilder.int32();
            case INT64 -> SchemaBuilder.int64();
            case DECIMAL ->
                type.type() == SqlType.BIGINT
                        ? Decimal.builder(0).parameter("connect.decimal.precision", "20")
                        : Decimal.builder(type.scale())
                                .parameter("connect.decimal.precision", Integer.toString(type.length()));
            case FLOAT32 -> SchemaBuilder.float32();
            case FLOAT64 -> SchemaBuilder.float64();
            case BITS ->
                SchemaBuilder.bytes()
                        .name("io.debezium.data.Bits")
                        .version(1)
                        .parameter("length", Integer.toString(type.length()));
            case YEAR -> SchemaBuilder.int32().name("io.debezium.time.Year").version(1);
            case DATE -> SchemaBuilder.int32().name("io.debezium.time.Date").version(1);
            case TIME ->
                SchemaBuilder.int64().name("io.debezium.time.MicroTime").version(1);
            case DATETIME_MILLIS ->
                SchemaBuilder.int64().name("io.debezium.time.Timestamp").version(1);
            case DATETIME_MICROS ->
                SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").version(1);
            case TIMESTAMP ->
                SchemaBuilder.string().name("io.debezium.time.ZonedTimestamp").version(1);
            case TEXT, ADDRESS -> SchemaBuilder.string();
            case ENUM ->
                SchemaBuilder.string()
                        .name("io.debezium.data.Enum")
                        .version(1)
                        .parameter("allowed", String.join(",", type.labels()));
            case SET ->
                SchemaBuilder.string()
                        .name("io.debezium.data.EnumSet")
                        .version(1)
                        .parameter("allowed", String.join(",", type.labels()));
            case JSON -> SchemaBuilder.string().name("io.debezium.data.Json").version(1);
            case UUID -> SchemaBuilder.string().name("io.debezium.data.Uuid").version(1);
            case BYTES -> SchemaBuilder.bytes();
            case VECTOR ->
                SchemaBuilder.array(Schema.FLOAT32_SCHEMA)
                        .name("io.debezium.data.FloatVector")
                        .version(1);
            case GEOMETRY ->
                SchemaBuilder.struct()
                        .name("io.debezium.data.geometry.Geometry")
                        .version(1)
                        .field("wkb", Schema.BYTES_SCHEMA)
                        .field("srid", Schema.OPTIONAL_INT32_SCHEMA);
        };
    }

    /** The canonical value as the record's schema wants it. */
    Object toConnect(Object canonical, Schema schema) {
        return switch (this) {
            case VECTOR -> floats((byte[]) canonical);
            case GEOMETRY -> {
                byte[] bytes = (byte[]) canonical;
                int srid = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
                // a copy: JsonConverter takes a buffer's whole array, whatever part of it the buffer shows
                byte[] wkb = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
                yield new Struct(schema).put("wkb", wkb).put("srid", srid);
            }
            default -> canonical;
        };
    }

    /** The canonical value of a spatial column's bytes. MariaDB takes an empty text for a geometry that has not even a SRID. */
    public static Object ofGeometry(byte[] value) {
        return value.length < Integer.BYTES ? ExactValue.ofBytes(value, 0, value.length) : value;
    }

    /** A minus zero, which readers of JSON make zero: it travels as text, too, as does a vector with one. Null for all others. */
    public @Nullable String textOfMinusZero(Object canonical) {
        return switch (this) {
            case FLOAT32 -> canonical.equals(-0f) ? "-0.0" : null;
            case FLOAT64 -> canonical.equals(-0d) ? "-0.0" : null;
            case VECTOR -> {
                byte[] vector = (byte[]) canonical;
                yield hasMinusZero(vector)
                        ? ExactValue.ofBytes(vector, 0, vector.length).text()
                        : null;
            }
            default -> null;
        };
    }

    /** The canonical value of what travelled as text. */
    Object ofText(String text) {
        return switch (this) {
            case FLOAT32 -> Float.valueOf(text);
            case FLOAT64 -> Double.valueOf(text);
            case VECTOR -> new ExactValue(text).bytes();
            default -> new ExactValue(text);
        };
    }

    /** What stands in the row where the value itself is an {@link ExactValue} and the column does not take null. */
    Object placeholder(ColumnType type, Schema schema) {
        return switch (this) {
            case BOOLEAN -> false;
            case INT16 -> (short) 0;
            case INT32, YEAR, DATE -> 0;
            case INT64, TIME, DATETIME_MILLIS, DATETIME_MICROS -> 0L;
            case DECIMAL -> BigDecimal.ZERO.setScale(type.scale());
            case FLOAT32 -> 0f;
            case FLOAT64 -> 0d;
            case TIMESTAMP -> "1970-01-01T00:00:00Z";
            case TEXT, ENUM, SET, UUID, ADDRESS -> "";
            case JSON -> "null";
            case BITS, BYTES -> ByteBuffer.allocate(0);
            case VECTOR -> List.of();
            case GEOMETRY -> new Struct(schema).put("wkb", ByteBuffer.allocate(0));
        };
    }

    /**
     * The canonical value of what a converter read: a value of the schema's own kind, or what is left of it after a format without
     * schemas (numbers of other width, Base64 for bytes and decimals, maps for structs).
     *
     * @throws DataException when the value cannot be one of this form
     */
    public @Nullable Object canonical(@Nullable Object wire, ColumnType type) {
        if (wire == null) {
            return null;
        }
        try {
            return switch (this) {
                case BOOLEAN -> (Boolean) wire;
                case INT16 -> wire instanceof Short ? wire : (Object) shortExact(integer((Number) wire));
                case INT32, YEAR, DATE ->
                    wire instanceof Integer ? wire : (Object) Math.toIntExact(integer((Number) wire));
                case INT64, TIME, DATETIME_MILLIS, DATETIME_MICROS ->
                    wire instanceof Long ? wire : (Object) integer((Number) wire);
                case DECIMAL -> decimal(wire, type.type() == SqlType.BIGINT ? 0 : type.scale());
                case FLOAT32 -> wire instanceof Float ? wire : (Object) floatExact(((Number) wire).doubleValue());
                case FLOAT64 -> wire instanceof Double ? wire : (Object) ((Number) wire).doubleValue();
                case TIMESTAMP, TEXT, ENUM, SET, JSON, UUID, ADDRESS -> (String) wire;
                case BITS, BYTES -> bytes(wire);
                case VECTOR -> vector((List<?>) wire);
                case GEOMETRY -> geometry(wire);
            };
        } catch (ClassCastException | IllegalArgumentException | ArithmeticException e) {
            throw new DataException(
                    "a " + wire.getClass().getSimpleName() + " is no value of type " + type.columnType(), e);
        }
    }

    private static long integer(Number number) {
        return number instanceof BigDecimal || number instanceof BigInteger || number instanceof Double
                ? new BigDecimal(number.toString()).longValueExact()
                : number.longValue();
    }

    private static short shortExact(long number) {
        if (number != (short) number) {
            throw new ArithmeticException("out of range");
        }
        return (short) number;
    }

    /** A float that was widened, or whose digits, which are nine at most, were read as a double's; no other double. */
    private static float floatExact(double number) {
        float nearest = (float) number;
        if (nearest != number
                && !Double.isNaN(number)
                && (Float.isInfinite(nearest)
                        || (Double.parseDouble(Float.toString(nearest)) != number && !isWritten(nearest, number)))) {
            throw new ArithmeticException("no float");
        }
        return nearest;
    }

    /** Whether a float may have been written with the digits of that number: Java 19 and later write fewer than those before. */
    private static boolean isWritten(float value, double number) {
        var exact = new BigDecimal(value);
        for (int digits = 1; digits <= FLOAT_DIGITS; digits++) {
            if (exact.round(new MathContext(digits)).doubleValue() == number) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal decimal(Object wire, int scale) {
        if (wire instanceof BigDecimal decimal) {
            return decimal.scale() == scale ? decimal : decimal.setScale(scale);
        }
        if (wire instanceof BigInteger integer) {
            return new BigDecimal(integer).setScale(scale);
        }
        if (wire instanceof String base64) {
            return new BigDecimal(new BigInteger(Base64.getDecoder().decode(base64)), scale);
        }
        if (wire instanceof Double number) {
            throw new IllegalArgumentException("a double cannot carry DECIMAL exactly: " + number);
        }
        return BigDecimal.valueOf(((Number) wire).longValue()).setScale(scale);
    }

    private static byte[] bytes(Object wire) {
        if (wire instanceof byte[] bytes) {
            return bytes;
        }
        if (wire instanceof String base64) {
            return Base64.getDecoder().decode(base64);
        }
        ByteBuffer buffer = ((ByteBuffer) wire).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static List<Float> floats(byte[] vector) {
        var buffer = ByteBuffer.wrap(vector).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var floats = new ArrayList<Float>(buffer.remaining());
        while (buffer.hasRemaining()) {
            floats.add(buffer.get());
        }
        return floats;
    }

    private static boolean hasMinusZero(byte[] vector) {
        var floats = ByteBuffer.wrap(vector).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        while (floats.hasRemaining()) {
            if (floats.get() == MINUS_ZERO) {
                return true;
            }
        }
        return false;
    }

    /** None has no numbers at all: a format without nulls for lists, as Protobuf, has an empty one instead. */
    private static byte @Nullable [] vector(List<?> floats) {
        if (floats.isEmpty()) {
            return null;
        }
        var buffer = ByteBuffer.allocate(floats.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Object number : floats) {
            buffer.putFloat(((Number) number).floatValue());
        }
        return buffer.array();
    }

    private static byte[] geometry(Object wire) {
        Object wkb = wire instanceof Struct struct ? struct.get("wkb") : ((Map<?, ?>) wire).get("wkb");
        Object srid = wire instanceof Struct struct ? struct.get("srid") : ((Map<?, ?>) wire).get("srid");
        byte[] shape = bytes(Objects.requireNonNull(wkb, "wkb"));
        return ByteBuffer.allocate(Integer.BYTES + shape.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(srid == null ? 0 : ((Number) srid).intValue())
                .put(shape)
                .array();
    }
}
