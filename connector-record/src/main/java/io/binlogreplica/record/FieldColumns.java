package io.binlogreplica.record;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Which column a field of a row's schema is. Records of this project's source tell it in full; those of Debezium's connectors tell
 * the Connect type, and the native one where {@code column.propagate.source.type} is set.
 */
public final class FieldColumns {

    private static final String NATIVE_TYPE = "__debezium.source.column.type";
    private static final String NATIVE_LENGTH = "__debezium.source.column.length";
    private static final String NATIVE_SCALE = "__debezium.source.column.scale";

    private FieldColumns() {}

    /** The column's name, which is not the field's where names were adjusted for a format. */
    public static String name(Schema row, Field field) {
        return parameters(row, field).getOrDefault(Envelope.NAME_PARAMETER, field.name());
    }

    /** Whether the fields of rows of this project's source tell their columns: Protobuf keeps none of a schema's parameters. */
    static boolean tellColumns(Schema row) {
        return row.fields().stream().anyMatch(field -> parameters(row, field).containsKey(Envelope.TYPE_PARAMETER));
    }

    /** Whether these may be the table's columns, in their order, whatever the source has made of their names. */
    static boolean areOf(TableSchema table, Field[] fields) {
        List<Column> columns = table.columns();
        return fields.length == columns.size()
                && IntStream.range(0, fields.length)
                        .allMatch(i -> Arrays.stream(NameAdjustment.values())
                                .anyMatch(mode -> mode.of(columns.get(i).name()).equals(fields[i].name())));
    }

    /**
     * The column.
     *
     * @param row the schema of the row that has the field
     * @param definition the table, where it is known; it knows its columns better than a schema without native types
     */
    static Column column(Schema row, Field field, @Nullable TableSchema definition) {
        Map<String, String> parameters = parameters(row, field);
        String name = name(row, field);
        boolean optional = field.schema().isOptional();
        String columnType = parameters.get(Envelope.TYPE_PARAMETER);
        if (columnType == null) {
            int known = definition == null ? -1 : definition.indexOf(name);
            if (definition != null && known >= 0) {
                return definition.columns().get(known);
            }
            return new Column(name, type(field, parameters), optional, Column.Generated.NO);
        }
        String generated = parameters.get(Envelope.GENERATED_PARAMETER);
        return new Column(
                name,
                ColumnType.parse(
                        columnType,
                        parameters.get(Envelope.CHARSET_PARAMETER),
                        parameters.get(Envelope.COLLATION_PARAMETER)),
                optional && !"false".equals(parameters.get(Envelope.NULLABLE_PARAMETER)),
                generated == null ? Column.Generated.NO : Column.Generated.valueOf(generated));
    }

    /** Of the field's schema; or of the row's, with the field's name behind, where the field is a struct. */
    private static Map<String, String> parameters(Schema row, Field field) {
        Map<String, String> own = field.schema().parameters();
        if (field.schema().type() != Schema.Type.STRUCT || row.parameters() == null) {
            return own == null ? Map.of() : own;
        }
        Map<String, String> all = own == null ? new HashMap<>() : new HashMap<>(own);
        String end = "." + field.name();
        row.parameters().forEach((parameter, value) -> {
            if (parameter.endsWith(end)) {
                all.put(parameter.substring(0, parameter.length() - end.length()), value);
            }
        });
        return all;
    }

    private static ColumnType type(Field field, Map<String, String> parameters) {
        String charset = parameters.getOrDefault(Envelope.CHARSET_PARAMETER, "utf8mb4");
        String propagated = propagated(field.schema(), parameters);
        String type = propagated == null ? byMeaning(field, parameters) : propagated;
        try {
            return ColumnType.parse(type, charset, null);
        } catch (IllegalArgumentException e) {
            throw new DataException("column " + field.name() + " has a type that is not known: " + type, e);
        }
    }

    /** The native type, put together as the server prints it; null where it was not propagated. */
    private static @Nullable String propagated(Schema schema, Map<String, String> parameters) {
        String type = parameters.get(NATIVE_TYPE);
        if (type == null) {
            return null;
        }
        String[] words = type.toLowerCase(Locale.ROOT).split(" ", 2);
        String length = parameters.get(NATIVE_LENGTH);
        String scale = parameters.get(NATIVE_SCALE);
        String arguments = switch (words[0]) {
            case "enum", "set" -> labels(schema, parameters);
            case "decimal", "numeric" ->
                "(" + (length == null ? "65" : length) + "," + (scale == null ? "0" : scale) + ")";
            case "char", "varchar", "binary", "varbinary", "bit", "time", "datetime", "timestamp", "vector" ->
                length == null ? "" : "(" + length + ")";
            default -> "";
        };
        return words[0] + arguments + (words.length > 1 ? " " + words[1] : "");
    }

    private static String labels(Schema schema, Map<String, String> parameters) {
        String allowed = parameters.get("allowed");
        if (allowed == null) {
            throw new DataException("a " + schema.name() + " without its allowed values");
        }
        return "('" + allowed.replace("'", "''").replace(",", "','") + "')";
    }

    /** From the logical type. */
    private static String byMeaning(Field field, Map<String, String> parameters) {
        Schema schema = field.schema();
        return switch (schema.name() == null ? "" : schema.name()) {
            case "io.debezium.time.Date", Date.LOGICAL_NAME -> "date";
            case "io.debezium.time.Time", Time.LOGICAL_NAME -> "time(3)";
            case "io.debezium.time.MicroTime", "io.debezium.time.NanoTime" -> "time(6)";
            case "io.debezium.time.Timestamp", Timestamp.LOGICAL_NAME -> "datetime(3)";
            case "io.debezium.time.MicroTimestamp", "io.debezium.time.NanoTimestamp" -> "datetime(6)";
            case "io.debezium.time.ZonedTimestamp" -> "timestamp(6)";
            case "io.debezium.time.Year" -> "year";
            case "io.debezium.data.Json" -> "json";
            case "io.debezium.data.Uuid" -> "uuid";
            case "io.debezium.data.Enum" -> "enum" + labels(schema, parameters);
            case "io.debezium.data.EnumSet" -> "set" + labels(schema, parameters);
            case "io.debezium.data.Bits" ->
                "bit(" + parameters.getOrDefault("length", parameters.getOrDefault(NATIVE_LENGTH, "64")) + ")";
            case "io.debezium.data.geometry.Geometry", "io.debezium.data.geometry.Point" -> "geometry";
            case "io.debezium.data.FloatVector" -> "vector";
            case Decimal.LOGICAL_NAME -> decimal(parameters);
            default -> plain(field);
        };
    }

    private static String decimal(Map<String, String> parameters) {
        return "decimal(" + parameters.getOrDefault("connect.decimal.precision", "65") + ","
                + parameters.getOrDefault(Decimal.SCALE_FIELD, "0") + ")";
    }

    private static String plain(Field field) {
        return switch (field.schema().type()) {
            case INT8, INT16 -> "smallint";
            case INT32 -> "int";
            case INT64 -> "bigint";
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case BOOLEAN -> "bit(1)";
            case STRING -> "longtext";
            case BYTES -> "longblob";
            default ->
                throw new DataException("column " + field.name() + " has a schema that no column type is known for: "
                        + field.schema().type() + " " + field.schema().name());
        };
    }
}
