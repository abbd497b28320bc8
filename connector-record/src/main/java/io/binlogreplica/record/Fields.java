package io.binlogreplica.record;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Named values as a converter leaves them: a struct where the format has schemas, a map where it has none. */
record Fields(Object container) {

    static @Nullable Fields of(@Nullable Object container) {
        return container instanceof Struct || container instanceof Map ? new Fields(container) : null;
    }

    @Nullable
    Object get(String name) {
        if (container instanceof Struct struct) {
            Field field = struct.schema().field(name);
            return field == null ? null : struct.get(field);
        }
        return ((Map<?, ?>) container).get(name);
    }

    boolean has(String name) {
        return container instanceof Struct struct
                ? struct.schema().field(name) != null
                : ((Map<?, ?>) container).containsKey(name);
    }

    int size() {
        return container instanceof Struct struct ? struct.schema().fields().size() : ((Map<?, ?>) container).size();
    }

    String text(String name) {
        String text = optionalText(name);
        if (text == null) {
            throw new DataException("the record has no " + name);
        }
        return text;
    }

    @Nullable
    String optionalText(String name) {
        Object value = get(name);
        return value == null ? null : value.toString();
    }

    long number(String name) {
        return get(name) instanceof Number number ? number.longValue() : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(get(name));
    }

    @Nullable
    Fields child(String name) {
        return of(get(name));
    }

    List<Fields> children(String name) {
        return get(name) instanceof List<?> list
                ? list.stream().map(Fields::new).toList()
                : List.of();
    }

    List<String> texts(String name) {
        return get(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }
}
