package io.binlogreplica.source.binlog;

/** Reads one value of one column from a row image. */
@FunctionalInterface
interface ValueDecoder {
    /** The canonical value; see {@link io.binlogreplica.record.Form}. Never null: a row image marks NULLs apart. */
    Object decode(ByteCursor in);
}
