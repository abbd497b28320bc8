package io.binlogreplica.record.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.binlogreplica.record.PluginVersion;
import io.binlogreplica.record.block.Block;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * JSON without schemas, for records of any connector: what {@code JsonConverter} with {@code schemas.enable=false} reads and writes,
 * at a fraction of its cost and without its losses. Decimals are numbers with all their digits (there: Base64), numbers with a
 * point are read as BigDecimal (there: double), fields of a block that are null are left out, columns that are null are not.
 *
 * <p>A {@link Block} stays the bytes that it is.
 *
 * <p>Has no settings. Not for several threads, as no converter is.
 */
public final class ChangeJsonConverter implements Converter, Versioned {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Converters see few schemas; one that is made anew for each record must not fill the heap. */
    private static final int SCHEMAS_MAX = 10_000;

    private final ByteArrayBuilder buffer = new ByteArrayBuilder(4096);
    private final IdentityHashMap<Schema, Names> names = new IdentityHashMap<>();

    @Override
    public String version() {
        return PluginVersion.get();
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        // no settings
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, @Nullable Schema schema, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (Block.SCHEMA.equals(schema) && value instanceof byte[] block) {
            return block;
        }
        buffer.reset();
        try (JsonGenerator out = JSON.createGenerator(buffer)) {
            write(value, out);
        } catch (IOException e) {
            throw new DataException("cannot write a record for topic " + topic + " as JSON", e);
        }
        return buffer.toByteArray();
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] json) {
        if (json == null) {
            return SchemaAndValue.NULL;
        }
        if (Block.is(json)) {
            return new SchemaAndValue(Block.SCHEMA, json);
        }
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            Object value = read(in);
            if (in.nextToken() != null) {
                throw new DataException("a record of topic " + topic + " has more than one JSON value");
            }
            return new SchemaAndValue(null, value);
        } catch (IOException e) {
            throw new DataException("a record of topic " + topic + " is not JSON", e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // what Connect's own logical types hold
    private void write(@Nullable Object value, JsonGenerator out) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String string) {
            out.writeString(string);
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Integer number) {
            out.writeNumber(number);
        } else if (value instanceof Struct struct) {
            write(struct, out);
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof Short number) {
            out.writeNumber(number);
        } else if (value instanceof Byte number) {
            out.writeNumber(number);
        } else if (value instanceof BigDecimal decimal) {
            out.writeNumber(decimal.toPlainString());
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Float number) {
            out.writeNumber(number);
        } else if (value instanceof byte[] bytes) {
            out.writeBinary(bytes);
        } else if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            out.writeBinary(copy);
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(element, out);
            }
            out.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(entry.getValue(), out);
            }
            out.writeEndObject();
        } else if (value instanceof Date date) {
            out.writeNumber(date.getTime());
        } else {
            throw new DataException("no JSON for a " + value.getClass().getName());
        }
    }

    private void write(Struct struct, JsonGenerator out) throws IOException {
        Names fieldNames = names(struct.schema());
        Field[] fields = fieldNames.fields;
        out.writeStartObject();
        for (int i = 0; i < fields.length; i++) {
            Object value =
                    fieldNames.hasDefault[i] ? struct.getWithoutDefault(fields[i].name()) : struct.get(fields[i]);
            if (value != null || fieldNames.writeNulls) {
                out.writeFieldName(fieldNames.json[i]);
                write(value, out);
            }
        }
        out.writeEndObject();
    }

    private Names names(Schema schema) {
        Names known = names.get(schema);
        if (known == null) {
            if (names.size() > SCHEMAS_MAX) {
                names.clear();
            }
            known = new Names(schema);
            names.put(schema, known);
        }
        return known;
    }

    private static @Nullable Object read(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            return null;
        }
        return switch (token) {
            case START_OBJECT -> object(in);
            case START_ARRAY -> array(in);
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT -> integer(in);
            case VALUE_NUMBER_FLOAT -> fraction(in);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new DataException("not a JSON value: " + token);
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser in) throws IOException {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            map.put(name, read(in));
        }
        return map;
    }

    private static List<@Nullable Object> array(JsonParser in) throws IOException {
        var list = new ArrayList<@Nullable Object>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            list.add(read(in));
        }
        return list;
    }

    private static Object integer(JsonParser in) throws IOException {
        return in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? new BigDecimal(in.getBigIntegerValue())
                : (Object) in.getLongValue();
    }

    /** BigDecimal has no negative zero, and a column of doubles may. */
    private static Object fraction(JsonParser in) throws IOException {
        BigDecimal value = in.getDecimalValue();
        return value.signum() == 0 && in.getText().charAt(0) == '-' ? (Object) (-0.0d) : value;
    }

    /** The names of a struct's fields as JSON, and whether its nulls mean something: they do in rows. */
    private static final class Names {
        final Field[] fields;
        final SerializedString[] json;
        final boolean[] hasDefault;
        final boolean writeNulls;

        Names(Schema schema) {
            fields = schema.fields().toArray(Field[]::new);
            json = schema.fields().stream()
                    .map(f -> new SerializedString(f.name()))
                    .toArray(SerializedString[]::new);
            hasDefault = new boolean[fields.length];
            for (int i = 0; i < fields.length; i++) {
                hasDefault[i] = fields[i].schema().defaultValue() != null;
            }
            writeNulls = schema.name() == null
                    || schema.name().endsWith(".Value")
                    || schema.name().endsWith(".Key");
        }
    }
}
