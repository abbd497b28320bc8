package io.binlogreplica.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A column's type with all that decides its values: what {@code information_schema.COLUMNS} says in {@code COLUMN_TYPE},
 * {@code CHARACTER_SET_NAME} and {@code COLLATION_NAME}.
 *
 * @param type the type's name
 * @param length characters of CHAR and VARCHAR, bytes of BINARY and VARBINARY, digits of DECIMAL, bits of BIT, fractional digits
 *     of TIME, DATETIME and TIMESTAMP, dimensions of VECTOR; -1 where the type has none
 * @param scale digits behind DECIMAL's point; 0 for all others
 * @param unsigned whether a numeric type is
 * @param labels the values of ENUM and SET in their order; empty for all others
 * @param charset MySQL's name of the character set of text, ENUM and SET; null for all others
 * @param collation likewise; null also where it is not known
 */
public record ColumnType(
        SqlType type,
        int length,
        int scale,
        boolean unsigned,
        List<String> labels,
        @Nullable String charset,
        @Nullable String collation) {

    public ColumnType {
        labels = List.copyOf(labels);
    }

    /**
     * Reads a type as servers print it: {@code int(10) unsigned zerofill}, {@code decimal(10,2)}, {@code enum('a','b''c')},
     * {@code varchar(20) /*M!100301 COMPRESSED*}{@code /}.
     *
     * @throws IllegalArgumentException when the text is no column type
     */
    public static ColumnType parse(String columnType, @Nullable String charset, @Nullable String collation) {
        String text = columnType.trim();
        int open = text.indexOf('(');
        int nameEnd = 0;
        while (nameEnd < text.length() && Character.isLetterOrDigit(text.charAt(nameEnd))) {
            nameEnd++;
        }
        SqlType type = SqlType.named(text.substring(0, nameEnd));
        int close = open == nameEnd ? closing(text, open) : -1;
        String rest = text.substring(close < 0 ? nameEnd : close + 1).toLowerCase(Locale.ROOT);
        boolean unsigned = rest.contains("unsigned") || rest.contains("zerofill");
        String arguments = close < 0 ? "" : text.substring(open + 1, close);
        if (type.family() == SqlType.Family.LABELS) {
            return new ColumnType(type, -1, 0, false, labels(arguments), charset, collation);
        }
        int comma = arguments.indexOf(',');
        int first = arguments.isEmpty()
                ? implicitLength(type)
                : number(comma < 0 ? arguments : arguments.substring(0, comma), columnType);
        int second = comma < 0 ? 0 : number(arguments.substring(comma + 1), columnType);
        return switch (type.family()) {
            case INTEGER, FLOAT -> new ColumnType(type, -1, 0, unsigned, List.of(), null, null);
            case DECIMAL -> new ColumnType(type, first, second, unsigned, List.of(), null, null);
            case TEXT -> new ColumnType(type, first, 0, false, List.of(), charset, collation);
            default -> new ColumnType(type, type == SqlType.YEAR ? -1 : first, 0, false, List.of(), null, null);
        };
    }

    /** The canonical value of an ENUM's index: its label, or for the error value and what is beyond the labels the number. */
    public Object enumValue(int index) {
        return index >= 1 && index <= labels.size() ? labels.get(index - 1) : new ExactValue(Integer.toString(index));
    }

    /**
     * The canonical value of a SET's mask: its labels joined by commas, or the number where it has a bit beyond them, or that of a label
     * which is empty.
     */
    public Object setValue(long mask) {
        if (labels.size() < Long.SIZE && mask >>> labels.size() != 0) {
            return new ExactValue(Long.toUnsignedString(mask));
        }
        var text = new StringBuilder();
        for (int i = 0; i < labels.size(); i++) {
            if ((mask >>> i & 1) == 1) {
                if (labels.get(i).isEmpty()) {
                    return new ExactValue(Long.toUnsignedString(mask));
                }
                text.append(text.isEmpty() ? "" : ",").append(labels.get(i));
            }
        }
        return text.toString();
    }

    /** How many fractional digits a temporal type keeps. */
    public int fractionDigits() {
        return Math.max(length, 0);
    }

    /**
     * The type as {@code COLUMN_TYPE} would print it, without display widths; {@link #parse} reads it back.
     */
    public String columnType() {
        String name = type.name().toLowerCase(Locale.ROOT);
        String sign = unsigned ? " unsigned" : "";
        return switch (type.family()) {
            case DECIMAL -> name + "(" + length + "," + scale + ")" + sign;
            case LABELS -> name + labels.stream().map(ColumnType::quoted).collect(Collectors.joining(",", "(", ")"));
            case TEMPORAL -> length > 0 ? name + "(" + length + ")" : name;
            default -> (length >= 0 ? name + "(" + length + ")" : name) + sign;
        };
    }

    private static int implicitLength(SqlType type) {
        return switch (type) {
            case DECIMAL -> 10;
            case BIT, CHAR, BINARY -> 1;
            case TIME, DATETIME, TIMESTAMP -> 0;
            default -> -1;
        };
    }

    private static int number(String digits, String columnType) {
        try {
            return Integer.parseInt(digits.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a column type: " + columnType, e);
        }
    }

    /** Index of the parenthesis that closes the one at {@code open}, quotes respected. */
    private static int closing(String text, int open) {
        boolean quoted = false;
        for (int i = open + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ')' && !quoted) {
                return i;
            }
        }
        throw new IllegalArgumentException("not a column type: " + text);
    }

    /** The quoted, comma-separated values of ENUM and SET; a quote inside a value is doubled, a few characters are escaped. */
    private static List<String> labels(String arguments) {
        var labels = new ArrayList<String>();
        var label = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < arguments.length(); i++) {
            char c = arguments.charAt(i);
            if (c == '\\' && quoted) {
                i++;
                label.append(unescaped(arguments.charAt(i)));
            } else if (c != '\'') {
                if (quoted) {
                    label.append(c);
                }
            } else if (quoted && i + 1 < arguments.length() && arguments.charAt(i + 1) == '\'') {
                label.append(c);
                i++;
            } else {
                if (quoted) {
                    labels.add(label.toString());
                    label.setLength(0);
                }
                quoted = !quoted;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("not labels: " + arguments);
        }
        return labels;
    }

    private static char unescaped(char c) {
        return switch (c) {
            case '0' -> '\0';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> c;
        };
    }

    /** As servers print labels. */
    private static String quoted(String label) {
        return "'"
                + label.replace("\\", "\\\\")
                        .replace("\0", "\\0")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("'", "''")
                + "'";
    }
}
