package io.binlogreplica.source.binlog;

import io.binlogreplica.record.TableId;
import org.jspecify.annotations.Nullable;

/** The binlog holds something that cannot be carried on exactly; the message says what, where, and what to do. */
public final class BinlogException extends RuntimeException {

    private final @Nullable TableId table;

    public BinlogException(String message) {
        super(message);
        this.table = null;
    }

    public BinlogException(String message, Throwable cause) {
        super(message, cause);
        this.table = null;
    }

    /** What is in the way concerns that table only. */
    public BinlogException(TableId table, String message) {
        super(message);
        this.table = table;
    }

    /** What is in the way concerns that table only. */
    public BinlogException(TableId table, String message, Throwable cause) {
        super(message, cause);
        this.table = table;
    }

    /** The only table that it concerns; null when others may be concerned too. */
    public @Nullable TableId table() {
        return table;
    }
}
