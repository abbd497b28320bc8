package io.binlogreplica.source.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.binlogreplica.record.ExactValue;
import io.binlogreplica.record.Form;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.offset.SourceOffset;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * A row's key as text that a person can read in a saved offset: a JSON array of its columns, numbers as numbers, text as strings,
 * bytes as {@code {"base64":...}}, values that only text carries as {@code {"exact":...}}.
 */
public final class KeyText {

    private static final JsonFactory JSON = new JsonFactory();

    private KeyText() {}

    /** Tells one key of a table from another, and from the same one when it puts rows in another order. */
    static String columns(TableSchema table) {
        return SourceOffset.fingerprint(table.key().stream()
                .map(index -> table.columns().get(index))
                .map(column -> column.name() + " " + column.type().columnType() + " "
                        + column.type().collation() + "\n")
                .collect(Collectors.joining()));
    }

    /** A key whose columns have these values. */
    public static String write(List<Object> key) {
        var text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartArray();
            for (Object value : key) {
                write(value, out);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new ConnectException("a key cannot be written as text", e);
        }
        return text.toString();
    }

    /**
     * Reads a key back.
     *
     * @throws ConnectException when the text is none of this table
     */
    static List<Object> read(String text, TableSchema table) {
        var key = new ArrayList<Object>();
        try (JsonParser in = JSON.createParser(text)) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw new ConnectException("no array");
            }
            for (int column : table.key()) {
                in.nextToken();
                Object value = value(in);
                Object canonical = value instanceof ExactValue
                        ? value
                        : Form.of(table.columns().get(column).type())
                                .canonical(value, table.columns().get(column).type());
                if (canonical == null) {
                    throw new ConnectException("it has too few values");
                }
                key.add(canonical);
            }
            if (in.nextToken() != JsonToken.END_ARRAY) {
                throw new ConnectException("it has too many values");
            }
            return key;
        } catch (IOException | RuntimeException e) {
            throw new ConnectException(
                    "the saved offset of table " + table.id() + " has a key that does not fit the table: " + text
                            + "; delete the table's offset to have it copied again",
                    e);
        }
    }

    private static void write(Object value, JsonGenerator out) throws IOException {
        if (value instanceof String string) {
            out.writeString(string);
        } else if (value instanceof BigDecimal decimal) {
            out.writeNumber(decimal.toPlainString());
        } else if (value instanceof Double || value instanceof Float) {
            out.writeNumber(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else {
            out.writeStartObject();
            if (value instanceof byte[] bytes) {
                out.writeStringField("base64", Base64.getEncoder().encodeToString(bytes));
            } else {
                out.writeStringField("exact", ((ExactValue) value).text());
            }
            out.writeEndObject();
        }
    }

    private static Object value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_OBJECT -> {
                boolean exact = "exact".equals(in.nextFieldName());
                String text = in.nextTextValue();
                in.nextToken();
                yield exact ? new ExactValue(text) : Base64.getDecoder().decode(text);
            }
            default -> throw new ConnectException("not a value of a key: " + in.currentToken());
        };
    }
}
