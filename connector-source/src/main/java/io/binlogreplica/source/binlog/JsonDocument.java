package io.binlogreplica.source.binlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A JSON document, taken apart so that parts can be changed as MySQL logs it with {@code binlog_row_value_options=PARTIAL_JSON}.
 * Scalars stay as they are written.
 */
final class JsonDocument {

    private static final int REPLACE = 0;
    private static final int INSERT = 1;
    private static final int REMOVE = 2;

    /** The server's order of members: short keys first. */
    private static final Comparator<String> KEYS = Comparator.comparing(
            (String key) -> key.getBytes(StandardCharsets.UTF_8),
            Comparator.<byte[]>comparingInt(bytes -> bytes.length).thenComparing(Arrays::compareUnsigned));

    private final String text;
    private int at;

    private JsonDocument(String text) {
        this.text = text;
    }

    /**
     * A document after some changes.
     *
     * @param text as {@link JsonText} writes it
     * @param changes operation, path and, unless it removes, value; one behind the other
     * @throws BinlogException when the document does not have what they change
     */
    static String changed(String text, ByteCursor changes) {
        Object root = new JsonDocument(text).value();
        while (changes.hasRemaining()) {
            int operation = changes.u8();
            List<Object> path = path(changes.utf8(changes.packedInt()));
            Object value =
                    operation == REMOVE ? "" : new JsonDocument(JsonText.of(changes.take(changes.packedInt()))).value();
            if (path.isEmpty() && operation == REPLACE) {
                root = value;
            } else {
                change(operation, parent(root, path), path.get(path.size() - 1), value);
            }
        }
        var changed = new StringBuilder(text.length() + 16);
        write(root, changed);
        return changed.toString();
    }

    // Objects are sorted maps, arrays are lists, scalars and keys are text.

    private static Object parent(Object root, List<Object> path) {
        Object parent = root;
        for (Object leg : path.subList(0, path.size() - 1)) {
            Object child = null;
            if (leg instanceof String key && parent instanceof Map<?, ?> object) {
                child = object.get(key);
            } else if (leg instanceof Integer index && parent instanceof List<?> array && index < array.size()) {
                child = array.get(index);
            }
            if (child == null) {
                throw missing(path);
            }
            parent = child;
        }
        return parent;
    }

    @SuppressWarnings("unchecked") // as value() makes them
    private static void change(int operation, Object parent, Object leg, Object value) {
        if (leg instanceof String key && parent instanceof Map<?, ?>) {
            var object = (Map<String, Object>) parent;
            if (operation != INSERT && !object.containsKey(key)) {
                throw missing(leg);
            }
            if (operation == REMOVE) {
                object.remove(key);
            } else {
                object.put(key, value);
            }
        } else if (leg instanceof Integer index && parent instanceof List<?>) {
            var array = (List<Object>) parent;
            if (operation != INSERT && index >= array.size()) {
                throw missing(leg);
            }
            switch (operation) {
                case REPLACE -> array.set(index, value);
                case INSERT -> array.add(Math.min(index, array.size()), value);
                case REMOVE -> array.remove(index.intValue());
                default -> throw new BinlogException("a JSON change is " + operation + ", which is not known");
            }
        } else {
            throw missing(leg);
        }
    }

    private static BinlogException missing(Object path) {
        return new BinlogException("a JSON document is changed at " + path + ", which it does not have");
    }

    /** {@code $.key."other key"[3]}, as keys and indexes. */
    private static List<Object> path(String text) {
        var path = new ArrayList<Object>();
        var in = new JsonDocument(text);
        in.expect('$');
        while (in.at < text.length()) {
            if (text.charAt(in.at) == '[') {
                int end = text.indexOf(']', in.at);
                path.add(Integer.valueOf(text.substring(in.at + 1, end)));
                in.at = end + 1;
            } else {
                in.expect('.');
                path.add(in.key());
            }
        }
        return path;
    }

    private String key() {
        if (text.charAt(at) == '"') {
            return unescaped(string());
        }
        int start = at;
        while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
            at++;
        }
        return text.substring(start, at);
    }

    private Object value() {
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> scalar();
        };
    }

    private Object object() {
        var object = new TreeMap<String, Object>(KEYS);
        expect('{');
        while (!accept('}')) {
            String key = unescaped(string());
            expect(':');
            object.put(key, value());
            accept(',');
        }
        return object;
    }

    private Object array() {
        var array = new ArrayList<>();
        expect('[');
        while (!accept(']')) {
            array.add(value());
            accept(',');
        }
        return array;
    }

    private String scalar() {
        int start = at;
        while (at < text.length() && ",]} ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String scalar = text.substring(start, at);
        skipSpace();
        return scalar;
    }

    /** With its quotes and escapes. */
    private String string() {
        int start = at++;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
        String string = text.substring(start, at);
        skipSpace();
        return string;
    }

    private boolean accept(char expected) {
        boolean there = text.charAt(at) == expected;
        if (there) {
            at++;
            skipSpace();
        }
        return there;
    }

    private void expect(char expected) {
        if (!accept(expected)) {
            throw new BinlogException(
                    "a JSON document or path cannot be read: wanted " + expected + " at character " + at);
        }
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private static String unescaped(String quoted) {
        var plain = new StringBuilder(quoted.length());
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = quoted.charAt(++i);
            switch (escaped) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(quoted, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> plain.append(escaped);
            }
        }
        return plain.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> object) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> member : object.entrySet()) {
                out.append(separator);
                JsonText.string((String) Objects.requireNonNull(member.getKey()), out);
                out.append(": ");
                write(Objects.requireNonNull(member.getValue()), out);
                separator = ", ";
            }
            out.append('}');
        } else if (value instanceof List<?> array) {
            out.append('[');
            String separator = "";
            for (Object element : array) {
                out.append(separator);
                write(Objects.requireNonNull(element), out);
                separator = ", ";
            }
            out.append(']');
        } else {
            out.append((String) value);
        }
    }
}
