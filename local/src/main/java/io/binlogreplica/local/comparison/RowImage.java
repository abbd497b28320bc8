package io.binlogreplica.local.comparison;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row as bytes, one behind the other, each with its length before it: equal if and only if the rows are. One
 * image is used for row after row.
 */
final class RowImage {

    private static final int NULL_LENGTH = -1;
    private static final int TEXT_MAX = 60;

    private final int keyColumns;
    private final int allColumns;
    private byte[] bytes = new byte[1024];
    private int keyEnd;
    private int end;

    /**
     * An image of rows with that many columns.
     *
     * @param keyColumns how many of them, at the front, are the key
     */
    RowImage(int keyColumns, int allColumns) {
        this.keyColumns = keyColumns;
        this.allColumns = allColumns;
    }

    void read(ResultSet row) throws SQLException {
        end = 0;
        for (int column = 1; column <= allColumns; column++) {
            append(row.getBytes(column));
            if (column == keyColumns) {
                keyEnd = end;
            }
        }
    }

    private void append(byte @Nullable [] value) {
        int length = value == null ? 0 : value.length;
        if (bytes.length < end + Integer.BYTES + length) {
            bytes = Arrays.copyOf(bytes, Math.max(end + Integer.BYTES + length, bytes.length * 2));
        }
        int prefix = value == null ? NULL_LENGTH : length;
        bytes[end] = (byte) (prefix >>> 24);
        bytes[end + 1] = (byte) (prefix >>> 16);
        bytes[end + 2] = (byte) (prefix >>> 8);
        bytes[end + 3] = (byte) prefix;
        end += Integer.BYTES;
        if (value != null) {
            System.arraycopy(value, 0, bytes, end, length);
            end += length;
        }
    }

    /** The bytes of the image, valid up to {@link #end} and until the next row. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the key ends. */
    int keyEnd() {
        return keyEnd;
    }

    int end() {
        return end;
    }

    /** The values in an image; null for NULL. */
    static List<@Nullable ByteBuffer> values(byte[] image) {
        var values = new ArrayList<@Nullable ByteBuffer>();
        ByteBuffer rest = ByteBuffer.wrap(image);
        while (rest.hasRemaining()) {
            int length = rest.getInt();
            if (length == NULL_LENGTH) {
                values.add(null);
            } else {
                values.add(rest.slice(rest.position(), length));
                rest.position(rest.position() + length);
            }
        }
        return values;
    }

    /** A value for people: long ones cut, in hexadecimal what is no text. */
    static String text(@Nullable ByteBuffer value) {
        if (value == null) {
            return "NULL";
        }
        String text;
        try {
            CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(value.duplicate());
            boolean printable = characters.chars().noneMatch(Character::isISOControl);
            text = printable ? "'" + characters + "'" : hex(value);
        } catch (CharacterCodingException e) {
            text = hex(value);
        }
        return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "... (" + value.limit() + " bytes)" : text;
    }

    private static String hex(ByteBuffer value) {
        var start = new byte[Math.min(value.limit(), TEXT_MAX)];
        value.duplicate().get(start);
        return "0x" + HexFormat.of().formatHex(start);
    }
}
