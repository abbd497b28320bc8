package io.binlogreplica.record;

import org.jspecify.annotations.Nullable;

/** What happened to a row; {@code code} is the envelope's {@code op}. */
public enum Op {
    CREATE("c"),
    UPDATE("u"),
    DELETE("d"),
    /** A row read from the table, not from the binlog. */
    READ("r"),
    /** The whole table was emptied. */
    TRUNCATE("t");

    private final String code;

    Op(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }

    /** The operation of that code, or null. */
    public static @Nullable Op of(@Nullable String code) {
        for (Op op : values()) {
            if (op.code.equals(code)) {
                return op;
            }
        }
        return null;
    }
}
