package io.binlogreplica.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** A table's definition as JSON, for keeping. */
public final class TableSchemaText {

    private static final JsonFactory JSON = new JsonFactory();

    private TableSchemaText() {}

    public static String write(TableSchema table) {
        var text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeArrayFieldStart("columns");
            for (Column column : table.columns()) {
                out.writeStartObject();
                out.writeStringField("name", column.name());
                out.writeStringField("type", column.type().columnType());
                if (column.type().charset() != null) {
                    out.writeStringField("charset", column.type().charset());
                }
                if (column.type().collation() != null) {
                    out.writeStringField("collation", column.type().collation());
                }
                out.writeBooleanField("nullable", column.nullable());
                out.writeStringField("generated", column.generated().name());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeArrayFieldStart("key");
            for (int column : table.key()) {
                out.writeNumber(column);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new DataException("the definition of table " + table.id() + " cannot be written", e);
        }
        return text.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws DataException for any other text
     */
    public static TableSchema read(TableId id, String text) {
        var columns = new ArrayList<Column>();
        var key = new ArrayList<Integer>();
        try (JsonParser in = JSON.createParser(text)) {
            in.nextToken();
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    if (field.equals("columns")) {
                        columns.add(column(in));
                    } else {
                        key.add(in.getIntValue());
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new DataException("not a definition of table " + id + ": " + text, e);
        }
        return new TableSchema(id, columns, List.copyOf(key));
    }

    private static Column column(JsonParser in) throws IOException {
        Map<String, @Nullable String> fields = new HashMap<>();
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            in.nextToken();
            fields.put(field, in.getText());
        }
        return new Column(
                required(fields, "name"),
                ColumnType.parse(required(fields, "type"), fields.get("charset"), fields.get("collation")),
                Boolean.parseBoolean(required(fields, "nullable")),
                Column.Generated.valueOf(required(fields, "generated")));
    }

    private static String required(Map<String, @Nullable String> fields, String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }
}
