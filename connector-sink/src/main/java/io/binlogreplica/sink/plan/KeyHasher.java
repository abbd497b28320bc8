package io.binlogreplica.sink.plan;

import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.sink.plan.TextHashes.Collation;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the values of some columns into a number that is the same wherever the server takes the values for equal. Different
 * values may have the same number, too: then rows keep an order that they need not keep.
 */
final class KeyHasher {

    /** There is a NULL among the values: they equal nothing. */
    static final long NONE = 0;
    /** It is not known what the values equal: it may be anything. */
    static final long ANY = 1;

    private final long seed;
    private final Part[] parts;
    private final boolean exact;

    /**
     * One column.
     *
     * @param collation null where there are no texts, or it is not known how they are compared
     */
    private record Part(
            int index, SqlType.Family family, @Nullable Collation collation, int prefix) {

        static Part of(int index, int prefix, List<Column> columns) {
            if (index < 0) {
                return new Part(index, SqlType.Family.JSON, null, prefix);
            }
            ColumnType type = columns.get(index).type();
            SqlType.Family family = type.type().family();
            return new Part(index, family, family == SqlType.Family.TEXT ? Collation.of(type) : null, prefix);
        }

        String compared(String text) {
            return prefix > 0 && text.length() > prefix ? text.substring(0, prefix) : text;
        }
    }

    /**
     * A hasher for some columns of a row.
     *
     * @param name the same for columns whose values are compared with each other
     * @param indexes where they are in the row; -1 for what is not in it
     * @param prefixes how much of each is compared; 0 for all
     */
    KeyHasher(Object name, List<Integer> indexes, List<Integer> prefixes, List<Column> columns) {
        this.seed = mix(name.hashCode());
        this.parts = new Part[indexes.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Part.of(indexes.get(i), prefixes.get(i), columns);
        }
        this.exact = isExact(parts);
    }

    /** What stands for all values of these columns at once. */
    long whole() {
        return mix(seed + 1) | 2;
    }

    /** Whether {@link #hash} may ever be {@link #ANY}. */
    boolean isExact() {
        return exact;
    }

    private static boolean isExact(Part[] parts) {
        return Arrays.stream(parts)
                .allMatch(part -> part.index >= 0
                        && switch (part.family) {
                            case TEXT, JSON, GEOMETRY, VECTOR -> false;
                            default -> true;
                        });
    }

    boolean hasTexts() {
        return Arrays.stream(parts).anyMatch(part -> part.collation != null);
    }

    void texts(@Nullable Object[] row, TextHashes.Collector collector) {
        for (Part part : parts) {
            if (part.collation != null && row[part.index] instanceof String text) {
                collector.add(part.collation, part.compared(text));
            }
        }
    }

    long hash(@Nullable Object[] row, TextHashes texts) {
        long hash = seed;
        boolean any = false;
        for (Part part : parts) {
            if (part.index < 0) {
                any = true;
                continue;
            }
            Object value = row[part.index];
            if (value == null) {
                return NONE;
            }
            long valueHash = hash(value, part, texts);
            any |= valueHash == ANY;
            hash = mix(hash ^ valueHash);
        }
        return any ? ANY : hash | 2;
    }

    private static long hash(Object value, Part part, TextHashes texts) {
        return switch (part.family) {
            case TEXT -> {
                long hash = part.collation != null && value instanceof String text
                        ? texts.hash(part.collation, part.compared(text))
                        : TextHashes.UNKNOWN;
                yield hash == TextHashes.UNKNOWN ? ANY : mix(hash);
            }
            case INTEGER ->
                value instanceof Number number && !(value instanceof BigDecimal)
                        ? mix(number.longValue())
                        : mix(value.hashCode());
            // 0.0 equals -0.0
            case FLOAT -> mix(Double.doubleToLongBits(((Number) value).doubleValue() + 0.0));
            case BINARY, BIT ->
                value instanceof byte[] bytes
                        ? mix(Arrays.hashCode(
                                part.prefix > 0 && bytes.length > part.prefix
                                        ? Arrays.copyOf(bytes, part.prefix)
                                        : bytes))
                        : mix(value.hashCode());
            case JSON, GEOMETRY, VECTOR -> ANY;
            default -> mix(value.hashCode());
        };
    }

    /** SplitMix64's finalizer: neighbours end up far apart. */
    static long mix(long number) {
        long z = (number ^ number >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
