package io.binlogreplica.source.signal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.binlogreplica.record.KeyRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads signals as Debezium's connectors take them: {@code {"type":"execute-snapshot","data":{"data-collections":["db.t"]}}}. */
final class SignalParser {

    private static final JsonFactory JSON = new JsonFactory();

    private SignalParser() {}

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException when it is no signal that is carried out here; the message says why
     */
    static Signal parse(String text) {
        Map<String, Object> message = object(read(text), "the signal");
        Object type = message.get("type");
        Map<String, Object> data = message.get("data") == null ? Map.of() : object(message.get("data"), "data");
        if ("execute-snapshot".equals(type)) {
            return execute(data);
        }
        if ("stop-snapshot".equals(type)) {
            requireIncremental(data);
            return new Signal.StopSnapshot(strings(data, "data-collections"));
        }
        if ("pause-snapshot".equals(type)) {
            requireIncremental(data);
            return new Signal.PauseSnapshot();
        }
        if ("resume-snapshot".equals(type)) {
            requireIncremental(data);
            return new Signal.ResumeSnapshot();
        }
        if ("digest-rows".equals(type)) {
            return new Signal.DigestRows(
                    strings(data, "data-collections"), new KeyRange(key(data, "after"), key(data, "up-to")));
        }
        throw new IllegalArgumentException("its type is " + type
                + "; there are execute-snapshot, stop-snapshot, pause-snapshot, resume-snapshot and digest-rows");
    }

    private static Signal execute(Map<String, Object> data) {
        requireIncremental(data);
        for (String unknown : List.of("additional-condition", "surrogate-key")) {
            if (data.get(unknown) != null) {
                throw new IllegalArgumentException(unknown + " is not known here"
                        + (unknown.equals("additional-condition") ? "; use additional-conditions" : ""));
            }
        }
        List<String> tables = strings(data, "data-collections");
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("data-collections names no table");
        }
        var filters = new LinkedHashMap<String, String>();
        Object conditions = data.get("additional-conditions");
        if (conditions != null) {
            for (Object each : list(conditions, "additional-conditions")) {
                Map<String, Object> condition = object(each, "a condition");
                if (condition.get("data-collection") instanceof String table
                        && condition.get("filter") instanceof String filter
                        && !filter.isBlank()) {
                    filters.put(table, filter);
                } else {
                    throw new IllegalArgumentException("a condition must have data-collection and filter");
                }
            }
        }
        return new Signal.ExecuteSnapshot(tables, filters);
    }

    /** Copies here are all of the kind that Debezium calls incremental: beside the stream. */
    private static void requireIncremental(Map<String, Object> data) {
        Object type = data.get("type");
        if (type != null && !"incremental".equalsIgnoreCase(type.toString())) {
            throw new IllegalArgumentException("data.type is " + type + "; there is INCREMENTAL only");
        }
    }

    private static List<String> strings(Map<String, Object> data, String name) {
        Object value = data.get(name);
        if (value == null) {
            return List.of();
        }
        var strings = new ArrayList<String>();
        for (Object each : list(value, name)) {
            if (!(each instanceof String string) || string.isBlank()) {
                throw new IllegalArgumentException(name + " must be a list of strings");
            }
            strings.add(string);
        }
        return strings;
    }

    private static @Nullable List<String> key(Map<String, Object> data, String name) {
        return data.get(name) == null ? null : strings(data, name);
    }

    private static List<?> list(Object value, String name) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(name + " must be a list");
    }

    @SuppressWarnings("unchecked") // as value() makes it
    private static Map<String, Object> object(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        throw new IllegalArgumentException(name + " must be a JSON object");
    }

    private static @Nullable Object read(String text) {
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            Object value = value(in);
            if (in.nextToken() != null) {
                throw new IllegalArgumentException("there is more than one JSON value");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException("it is no JSON: " + e.getMessage(), e);
        }
    }

    /** Objects as maps without their nulls, arrays as lists, everything else as text. */
    private static @Nullable Object value(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == JsonToken.START_OBJECT) {
            var map = new LinkedHashMap<String, Object>();
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                Object value = value(in);
                if (value != null) {
                    map.put(name, value);
                }
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            var list = new ArrayList<@Nullable Object>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(in));
            }
            return list;
        }
        return token == null || token == JsonToken.VALUE_NULL ? null : in.getText();
    }
}
