package io.binlogreplica.source.binlog;

import static io.binlogreplica.source.binlog.TableMap.MappedColumn.BIT;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.BLOB;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.BLOB_COMPRESSED;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.DATE;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.DATETIME;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.DECIMAL;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.DOUBLE;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.ENUM;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.FLOAT;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.GEOMETRY;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.INT24;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.JSON;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.LONG;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.LONGLONG;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.SET;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.SHORT;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.STRING;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.TIME;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.TIMESTAMP;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.TINY;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.VARCHAR;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.VARCHAR_COMPRESSED;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.VAR_STRING;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.VECTOR;
import static io.binlogreplica.source.binlog.TableMap.MappedColumn.YEAR;

import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes TABLE_MAP with its optional metadata. Layout: {@code Table_map_event} in
 * https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Table__map__event.html; MariaDB's is the same
 * but for what counts as text.
 */
final class TableMapDecoder {

    // The optional metadata's fields.
    private static final int SIGNEDNESS = 1;
    private static final int DEFAULT_CHARSET = 2;
    private static final int COLUMN_CHARSET = 3;
    private static final int COLUMN_NAME = 4;
    private static final int SET_LABELS = 5;
    private static final int ENUM_LABELS = 6;
    private static final int SIMPLE_PRIMARY_KEY = 8;
    private static final int PRIMARY_KEY_WITH_PREFIX = 9;
    private static final int ENUM_AND_SET_DEFAULT_CHARSET = 10;
    private static final int ENUM_AND_SET_COLUMN_CHARSET = 11;

    private final ByteCursor in;
    private final Flavor flavor;
    private final int[] types;
    private final int[] metas;
    private final boolean[] unsigned;
    private final int[] collations;
    private final @Nullable String[] names;
    private final List<List<byte[]>> labels;
    private List<Integer> key = List.of();
    private boolean signed;

    private TableMapDecoder(ByteCursor in, Flavor flavor, int columns) {
        this.in = in;
        this.flavor = flavor;
        this.types = new int[columns];
        this.metas = new int[columns];
        this.unsigned = new boolean[columns];
        this.collations = new int[columns];
        Arrays.fill(collations, -1);
        this.names = new @Nullable String[columns];
        this.labels = new ArrayList<>(Collections.nCopies(columns, List.of()));
    }

    static TableMap decode(ByteCursor in, Flavor flavor) {
        long number = in.u48();
        in.skip(2);
        String database = name(in);
        String table = name(in);
        var id = new TableId(database, table);
        try {
            int columns = in.packedInt();
            return new TableMapDecoder(in, flavor, columns).decode(number, id);
        } catch (BinlogException | IndexOutOfBoundsException e) {
            // perhaps nobody wants its rows
            return new TableMap(number, id, List.of(), List.of(), false, false, e.getMessage());
        }
    }

    /** A length, the name, and a zero byte. */
    private static String name(ByteCursor in) {
        String name = in.utf8(in.u8());
        in.skip(1);
        return name;
    }

    private TableMap decode(long number, TableId id) {
        for (int i = 0; i < types.length; i++) {
            types[i] = in.u8();
        }
        in.packed();
        for (int i = 0; i < types.length; i++) {
            meta(i);
        }
        byte[] nullable = in.take((types.length + 7) / 8);
        while (in.hasRemaining()) {
            int field = in.u8();
            int length = in.packedInt();
            int end = in.position() + length;
            metadata(field, end);
            in.skip(end - in.position());
        }
        List<TableMap.MappedColumn> columns = IntStream.range(0, types.length)
                .mapToObj(i -> new TableMap.MappedColumn(
                        types[i],
                        metas[i],
                        (nullable[i / 8] >> i % 8 & 1) == 1,
                        unsigned[i],
                        collations[i],
                        names[i],
                        labels.get(i)))
                .toList();
        return new TableMap(number, id, columns, key, types.length > 0 && names[0] != null, signed, null);
    }

    private void meta(int column) {
        switch (types[column]) {
            case FLOAT, DOUBLE, BLOB, JSON, GEOMETRY, VECTOR, TIMESTAMP, DATETIME, TIME, BLOB_COMPRESSED ->
                metas[column] = in.u8();
            case BIT, VARCHAR, VAR_STRING, VARCHAR_COMPRESSED, DECIMAL -> metas[column] = in.u16();
            case STRING, ENUM, SET -> stringMeta(column, in.u8(), in.u8());
            case TINY, SHORT, LONG, LONGLONG, INT24, DATE, YEAR -> metas[column] = 0;
            default ->
                throw new BinlogException("column type " + types[column]
                        + " is not known to this connector (column number " + (column + 1) + ")");
        }
    }

    /** The first byte is the real type (CHAR, ENUM, SET); for CHAR beyond 255 bytes its bits 4 and 5, inverted, extend the length. */
    private void stringMeta(int column, int first, int second) {
        if ((first & 0x30) != 0x30) {
            types[column] = first | 0x30;
            metas[column] = second | ((first & 0x30) ^ 0x30) << 4;
        } else {
            types[column] = first;
            metas[column] = second;
        }
    }

    private void metadata(int field, int end) {
        switch (field) {
            case SIGNEDNESS -> {
                signed = true;
                signedness();
            }
            case DEFAULT_CHARSET -> defaultCharset(end, columns(this::isText));
            case COLUMN_CHARSET -> charsets(columns(this::isText));
            case ENUM_AND_SET_DEFAULT_CHARSET -> defaultCharset(end, columns(TableMapDecoder::isEnumOrSet));
            case ENUM_AND_SET_COLUMN_CHARSET -> charsets(columns(TableMapDecoder::isEnumOrSet));
            case COLUMN_NAME -> {
                for (int i = 0; i < names.length; i++) {
                    names[i] = in.utf8(in.packedInt());
                }
            }
            case SET_LABELS -> labels(columns(type -> type == SET));
            case ENUM_LABELS -> labels(columns(type -> type == ENUM));
            case SIMPLE_PRIMARY_KEY -> key(end, false);
            case PRIMARY_KEY_WITH_PREFIX -> key(end, true);
            default -> {
                // geometry types, visibility, vector dimensions: known from information_schema, or not needed
            }
        }
    }

    /** One bit for each numeric column, most significant first. */
    private void signedness() {
        int[] numeric = columns(TableMapDecoder::isNumeric);
        byte[] bits = in.take((numeric.length + 7) / 8);
        for (int i = 0; i < numeric.length; i++) {
            unsigned[numeric[i]] = (bits[i / 8] >> (7 - i % 8) & 1) == 1;
        }
    }

    private void defaultCharset(int end, int[] columns) {
        int collation = in.packedInt();
        for (int column : columns) {
            collations[column] = collation;
        }
        while (in.position() < end) {
            int column = columns[in.packedInt()];
            collations[column] = in.packedInt();
        }
    }

    private void charsets(int[] columns) {
        for (int column : columns) {
            collations[column] = in.packedInt();
        }
    }

    private void labels(int[] columns) {
        for (int column : columns) {
            int count = in.packedInt();
            var values = new ArrayList<byte[]>(count);
            for (int i = 0; i < count; i++) {
                values.add(in.take(in.packedInt()));
            }
            labels.set(column, values);
        }
    }

    private void key(int end, boolean prefixes) {
        var columns = new ArrayList<Integer>();
        while (in.position() < end) {
            columns.add(in.packedInt());
            if (prefixes) {
                in.packed();
            }
        }
        key = columns;
    }

    private int[] columns(IntPredicate type) {
        return IntStream.range(0, types.length).filter(i -> type.test(types[i])).toArray();
    }

    private static boolean isNumeric(int type) {
        return switch (type) {
            case TINY, SHORT, INT24, LONG, LONGLONG, FLOAT, DOUBLE, DECIMAL, YEAR -> true;
            default -> false;
        };
    }

    private boolean isText(int type) {
        return switch (type) {
            case VARCHAR, VAR_STRING, STRING, BLOB, BLOB_COMPRESSED, VARCHAR_COMPRESSED, VECTOR -> true;
            case GEOMETRY -> flavor == Flavor.MARIADB;
            default -> false;
        };
    }

    private static boolean isEnumOrSet(int type) {
        return type == ENUM || type == SET;
    }
}
