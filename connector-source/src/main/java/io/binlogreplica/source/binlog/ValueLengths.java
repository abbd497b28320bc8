package io.binlogreplica.source.binlog;

import io.binlogreplica.source.binlog.TableMap.MappedColumn;
import java.util.List;

/** How long values are, by what TABLE_MAP says of their columns alone. */
final class ValueLengths {

    private ValueLengths() {}

    static int jsonColumns(TableMap map) {
        return (int) map.columns().stream()
                .filter(column -> column.type() == MappedColumn.JSON)
                .count();
    }

    /** Moves on behind a row image. */
    static void skipRow(ByteCursor in, TableMap map, Image image) {
        List<MappedColumn> columns = map.columns();
        if (image.columns() != columns.size()) {
            throw new BinlogException(
                    map.id(),
                    "rows of " + image.columns() + " columns follow the announcement of table " + map.id() + " with "
                            + columns.size());
        }
        int present = 0;
        for (int i = 0; i < columns.size(); i++) {
            present += image.has(i) ? 1 : 0;
        }
        int nulls = in.skip((present + 7) / 8);
        int at = 0;
        for (int i = 0; i < columns.size(); i++) {
            if (image.has(i)) {
                if ((in.bytes()[nulls + at / 8] >> at % 8 & 1) == 0) {
                    skip(in, columns.get(i));
                }
                at++;
            }
        }
    }

    private static void skip(ByteCursor in, MappedColumn column) {
        int meta = column.meta();
        in.skip(
                switch (column.type()) {
                    case MappedColumn.TINY, MappedColumn.YEAR -> 1;
                    case MappedColumn.SHORT -> 2;
                    case MappedColumn.INT24, MappedColumn.DATE -> 3;
                    case MappedColumn.LONG, MappedColumn.FLOAT -> 4;
                    case MappedColumn.LONGLONG, MappedColumn.DOUBLE -> 8;
                    case MappedColumn.DECIMAL -> ValueDecoders.decimalBytes(meta & 0xff, meta >> 8);
                    case MappedColumn.BIT -> (meta >> 8) + ((meta & 0xff) > 0 ? 1 : 0);
                    case MappedColumn.TIME -> 3 + (meta + 1) / 2;
                    case MappedColumn.TIMESTAMP -> 4 + (meta + 1) / 2;
                    case MappedColumn.DATETIME -> 5 + (meta + 1) / 2;
                    case MappedColumn.ENUM, MappedColumn.SET -> meta;
                    case MappedColumn.STRING,
                            MappedColumn.VARCHAR,
                            MappedColumn.VAR_STRING,
                            MappedColumn.VARCHAR_COMPRESSED -> (int) in.unsigned(meta < 256 ? 1 : 2);
                    case MappedColumn.BLOB,
                            MappedColumn.BLOB_COMPRESSED,
                            MappedColumn.JSON,
                            MappedColumn.GEOMETRY,
                            MappedColumn.VECTOR -> Math.toIntExact(in.unsigned(meta));
                    default -> throw new BinlogException("column type " + column.type() + " is not known");
                });
    }
}
