package io.binlogreplica.source.schema;

import io.binlogreplica.source.binlog.Xid;
import java.util.Locale;

/**
 * A statement of an XA transaction, as servers write it into the binlog.
 *
 * @param verb what it does to the transaction
 */
public record XaStatement(Verb verb, Xid xid) {

    /** What becomes of the transaction. */
    public enum Verb {
        START,
        END,
        COMMIT,
        ROLLBACK
    }

    /**
     * Reads a statement that begins with XA.
     *
     * @throws IllegalArgumentException when it is none that servers write
     */
    public static XaStatement parse(String sql) {
        String[] words = sql.split("\\s+", 3);
        return new XaStatement(Verb.valueOf(words[1].toUpperCase(Locale.ROOT)), Xid.find(sql));
    }
}
