package io.binlogreplica.source.schema;

import io.binlogreplica.database.Collations;
import io.binlogreplica.database.Collations.Collation;
import io.binlogreplica.record.Charsets;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.TableMap;
import io.binlogreplica.source.binlog.TableMap.MappedColumn;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes tables out of what TABLE_MAP says of them. It says nearly all; the rest (which columns are generated, MariaDB's types that
 * the binlog shows as bytes, unique keys in place of a primary key) comes from the server's present definition, if and only if
 * that fits what the binlog says.
 */
final class MappedTables {

    private final Collations collations;

    MappedTables(Collations collations) {
        this.collations = collations;
    }

    /**
     * The table as it was when the event was written, without what only the server itself has of it.
     *
     * @param map with names
     * @param present the table's definition now; null when it is gone
     */
    TableSchema named(TableMap map, @Nullable TableSchema present) {
        List<Column> mapped = map.columns().stream()
                .filter(column -> !column.isHidden())
                .map(this::column)
                .toList();
        if (present != null && fits(mapped, present.columns())) {
            return map.key().isEmpty() || map.key().equals(present.key())
                    ? present
                    : new TableSchema(map.id(), present.columns(), map.key());
        }
        return new TableSchema(map.id(), mapped, map.key());
    }

    /**
     * The table as it was when the event was written.
     *
     * @param map without names
     * @param definition the table's definition at that place
     * @throws BinlogException when the event does not fit it
     */
    TableSchema unnamed(TableMap map, TableSchema definition) {
        List<Column> columns = definition.columns();
        if (map.columns().size() != columns.size()) {
            throw misfit(
                    map,
                    columns.size() + " columns where the binlog has "
                            + map.columns().size());
        }
        for (int i = 0; i < columns.size(); i++) {
            MappedColumn mapped = map.columns().get(i);
            Column column = columns.get(i);
            if (!packs(mapped, column.type()) || !fits(column(completed(mapped, map.signed(), column)), column)) {
                throw misfit(
                        map,
                        "column " + column.name() + " as " + column.type().columnType()
                                + ", which is not what the binlog has at that place");
            }
        }
        return definition;
    }

    private static BinlogException misfit(TableMap map, String how) {
        return new BinlogException(
                map.id(),
                "the binlog does not name the columns of table " + map.id()
                        + " (binlog_row_metadata is not FULL), and the primary has it with " + how);
    }

    /** With what the event does not say. */
    private MappedColumn completed(MappedColumn mapped, boolean signed, Column column) {
        ColumnType type = column.type();
        String name = type.collation();
        int collation = mapped.collation() >= 0
                ? mapped.collation()
                : name == null ? MappedColumn.BINARY_COLLATION : collations.number(name);
        return new MappedColumn(
                mapped.type(),
                mapped.meta(),
                mapped.nullable(),
                signed ? mapped.unsigned() : type.unsigned(),
                collation,
                column.name(),
                labels(type));
    }

    private static List<byte[]> labels(ColumnType type) {
        Charset charset = Charsets.java(type.charset());
        return type.labels().stream()
                .map(label -> label.getBytes(charset == null ? StandardCharsets.ISO_8859_1 : charset))
                .toList();
    }

    /** Whether values of ENUM and SET take as many bytes as their number of labels needs. */
    private static boolean packs(MappedColumn mapped, ColumnType type) {
        int labels = type.labels().size();
        return switch (mapped.type()) {
            case MappedColumn.ENUM -> mapped.meta() == (labels > 255 ? 2 : 1);
            case MappedColumn.SET -> mapped.meta() == (labels > 32 ? 8 : (labels + 7) / 8);
            default -> true;
        };
    }

    private Column column(MappedColumn column) {
        return new Column(Objects.requireNonNull(column.name()), type(column), column.nullable(), Column.Generated.NO);
    }

    private ColumnType type(MappedColumn column) {
        int meta = column.meta();
        return switch (column.type()) {
            case MappedColumn.TINY -> number(SqlType.TINYINT, column);
            case MappedColumn.SHORT -> number(SqlType.SMALLINT, column);
            case MappedColumn.INT24 -> number(SqlType.MEDIUMINT, column);
            case MappedColumn.LONG -> number(SqlType.INT, column);
            case MappedColumn.LONGLONG -> number(SqlType.BIGINT, column);
            case MappedColumn.FLOAT -> number(SqlType.FLOAT, column);
            case MappedColumn.DOUBLE -> number(SqlType.DOUBLE, column);
            case MappedColumn.DECIMAL ->
                new ColumnType(SqlType.DECIMAL, meta & 0xff, meta >> 8, column.unsigned(), List.of(), null, null);
            case MappedColumn.BIT -> plain(SqlType.BIT, (meta >> 8) * 8 + (meta & 0xff));
            case MappedColumn.YEAR -> plain(SqlType.YEAR, -1);
            case MappedColumn.DATE -> plain(SqlType.DATE, -1);
            case MappedColumn.TIME -> plain(SqlType.TIME, meta);
            case MappedColumn.DATETIME -> plain(SqlType.DATETIME, meta);
            case MappedColumn.TIMESTAMP -> plain(SqlType.TIMESTAMP, meta);
            case MappedColumn.ENUM -> labels(SqlType.ENUM, column);
            case MappedColumn.SET -> labels(SqlType.SET, column);
            case MappedColumn.JSON -> plain(SqlType.JSON, -1);
            case MappedColumn.GEOMETRY -> plain(SqlType.GEOMETRY, -1);
            case MappedColumn.VECTOR -> plain(SqlType.VECTOR, -1);
            case MappedColumn.STRING -> text(SqlType.CHAR, SqlType.BINARY, column, meta);
            case MappedColumn.VARCHAR, MappedColumn.VAR_STRING ->
                text(SqlType.VARCHAR, SqlType.VARBINARY, column, meta);
            // a byte more than it was declared with
            case MappedColumn.VARCHAR_COMPRESSED -> text(SqlType.VARCHAR, SqlType.VARBINARY, column, meta - 1);
            case MappedColumn.BLOB, MappedColumn.BLOB_COMPRESSED ->
                switch (meta) {
                    case 1 -> text(SqlType.TINYTEXT, SqlType.TINYBLOB, column, -1);
                    case 2 -> text(SqlType.TEXT, SqlType.BLOB, column, -1);
                    case 3 -> text(SqlType.MEDIUMTEXT, SqlType.MEDIUMBLOB, column, -1);
                    default -> text(SqlType.LONGTEXT, SqlType.LONGBLOB, column, -1);
                };
            default -> throw new BinlogException("column type " + column.type() + " is not known to this connector");
        };
    }

    private static ColumnType number(SqlType type, MappedColumn column) {
        return new ColumnType(type, -1, 0, column.unsigned(), List.of(), null, null);
    }

    private static ColumnType plain(SqlType type, int length) {
        return new ColumnType(type, length, 0, false, List.of(), null, null);
    }

    private ColumnType text(SqlType text, SqlType binary, MappedColumn column, int bytes) {
        if (column.collation() == MappedColumn.BINARY_COLLATION) {
            return plain(binary, bytes);
        }
        Collation collation = collation(column);
        int length = bytes < 0 ? -1 : bytes / collation.bytesMax();
        return new ColumnType(text, length, 0, false, List.of(), collation.charset(), collation.name());
    }

    private ColumnType labels(SqlType type, MappedColumn column) {
        Collation collation = collation(column);
        Charset charset = Charsets.java(collation.charset());
        List<String> labels = column.labels().stream()
                .map(label -> new String(label, charset == null ? StandardCharsets.ISO_8859_1 : charset))
                .toList();
        return new ColumnType(type, -1, 0, false, labels, collation.charset(), collation.name());
    }

    private Collation collation(MappedColumn column) {
        Collation collation = collations.find(column.collation());
        if (collation == null) {
            throw new BinlogException("column " + column.name() + " has collation number " + column.collation()
                    + ", which the server does not list");
        }
        return collation;
    }

    private static boolean fits(List<Column> mapped, List<Column> present) {
        return mapped.size() == present.size()
                && IntStream.range(0, mapped.size()).allMatch(i -> fits(mapped.get(i), present.get(i)));
    }

    private static boolean fits(Column mapped, Column present) {
        return mapped.name().equals(present.name())
                && mapped.nullable() == present.nullable()
                && (mapped.type().equals(present.type()) || looksLike(mapped.type(), present.type()));
    }

    /** Whether the binlog shows a column of type {@code present} as {@code mapped}. */
    private static boolean looksLike(ColumnType mapped, ColumnType present) {
        return switch (present.type()) {
            case UUID, INET6 -> mapped.type() == SqlType.BINARY && mapped.length() == 16;
            case INET4 -> mapped.type() == SqlType.BINARY && mapped.length() == 4;
            case VECTOR ->
                mapped.type() == SqlType.VECTOR
                        || (mapped.type() == SqlType.VARBINARY && mapped.length() == present.length() * Float.BYTES);
            case POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, GEOMETRYCOLLECTION ->
                mapped.type() == SqlType.GEOMETRY;
            default -> false;
        };
    }
}
