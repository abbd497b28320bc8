package io.binlogreplica.source.binlog;

import io.binlogreplica.record.TableId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A TABLE_MAP event: the table that the row events behind it mean by its number, as it was when they were written.
 *
 * @param number the table's number; the same table has another one after a DDL or a restart of the server
 * @param id its name
 * @param columns its columns in their order
 * @param key indexes of the primary key's columns; empty when there is none or {@code named} is false
 * @param named whether the event has names and labels ({@code binlog_row_metadata=FULL})
 * @param signed whether it says which numeric columns are unsigned; not so with {@code binlog_row_metadata=NO_LOG}
 * @param problem why its rows cannot be read; null when they can
 */
public record TableMap(
        long number,
        TableId id,
        List<MappedColumn> columns,
        List<Integer> key,
        boolean named,
        boolean signed,
        @Nullable String problem) {

    public TableMap {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /**
     * What TABLE_MAP says of one column.
     *
     * @param type the binlog's type code; {@link #ENUM} and {@link #SET} are told apart from CHAR already
     * @param meta what the type needs beside its code: lengths, precision, fractional digits
     * @param nullable whether it takes NULL
     * @param unsigned whether a numeric column is unsigned
     * @param collation the collation's number; -1 where the event has none
     * @param name null without FULL metadata
     * @param labels of ENUM and SET, in the column's charset; empty without FULL metadata
     */
    public record MappedColumn(
            int type,
            int meta,
            boolean nullable,
            boolean unsigned,
            int collation,
            @Nullable String name,
            List<byte[]> labels) {

        private static final Pattern ROW_HASH = Pattern.compile("DB_ROW_HASH_\\d+");

        public static final int TINY = 1;
        public static final int SHORT = 2;
        public static final int LONG = 3;
        public static final int FLOAT = 4;
        public static final int DOUBLE = 5;
        public static final int LONGLONG = 8;
        public static final int INT24 = 9;
        public static final int DATE = 10;
        public static final int YEAR = 13;
        public static final int VARCHAR = 15;
        public static final int BIT = 16;
        public static final int TIMESTAMP = 17;
        public static final int DATETIME = 18;
        public static final int TIME = 19;
        public static final int BLOB_COMPRESSED = 140;
        public static final int VARCHAR_COMPRESSED = 141;
        public static final int VECTOR = 242;
        public static final int JSON = 245;
        public static final int DECIMAL = 246;
        public static final int ENUM = 247;
        public static final int SET = 248;
        public static final int BLOB = 252;
        public static final int VAR_STRING = 253;
        public static final int STRING = 254;
        public static final int GEOMETRY = 255;

        /** The collation {@code binary}: what tells BINARY from CHAR and BLOB from TEXT. */
        public static final int BINARY_COLLATION = 63;

        /** Whether it is of the server's own: MariaDB keeps hashes of texts of any length that are unique, behind a table's columns. */
        public boolean isHidden() {
            return type == LONGLONG && name != null && ROW_HASH.matcher(name).matches();
        }
    }
}
