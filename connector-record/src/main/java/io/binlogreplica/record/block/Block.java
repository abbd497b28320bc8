package io.binlogreplica.record.block;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Consecutive changes of rows as the value of one record. A block explains itself: values carry their types, places and tables are
 * told once and then named by number. Only the definitions of tables stand elsewhere, in the records before.
 *
 * <p>After {@link #MAGIC} and {@link #VERSION} come entries, each begun by a byte: {@link #TABLE}, {@link #PLACE}, or a row. Whole
 * numbers are written seven bits at a time, the lowest first; those that may be negative with the sign in the lowest bit; texts and
 * bytes have their length before them.
 */
public final class Block {

    /** What a block's bytes are for Connect. */
    public static final Schema SCHEMA = SchemaBuilder.bytes()
            .name("io.binlogreplica.Block")
            .version(1)
            .doc("Changes of rows, for the replica sink connector")
            .build();

    /** First byte of every block. No text in UTF-8 begins with it, and so no JSON. */
    static final byte MAGIC = (byte) 0xb1;

    static final byte VERSION = 1;

    /** Database, table, version of the definition, number of columns; tables are numbered in the order they are told. */
    static final int TABLE = 0;

    /** What rows have in common: time, kind, sequence, server, GTID, file, query, transaction. */
    static final int PLACE = 1;

    // The first byte of a row, to which LAST is added if nothing of its transaction follows.
    static final int CREATE = 8;
    static final int UPDATE = 9;
    static final int DELETE = 10;
    static final int READ = 11;
    static final int LAST = 16;

    // The first byte of a value.
    static final int NULL = 0;
    static final int SHORT = 1;
    static final int INTEGER = 2;
    static final int LONG = 3;
    static final int FALSE = 4;
    static final int TRUE = 5;
    static final int FLOAT = 6;
    static final int DOUBLE = 7;
    static final int DECIMAL = 8;
    static final int TEXT = 9;
    static final int BYTES = 10;
    static final int EXACT = 11;

    private Block() {}

    /** Whether these bytes are a block, and not some text. */
    public static boolean is(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == MAGIC;
    }
}
