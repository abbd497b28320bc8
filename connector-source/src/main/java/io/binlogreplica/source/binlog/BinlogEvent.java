package io.binlogreplica.source.binlog;

import org.jspecify.annotations.Nullable;

/** A decoded event that matters to a reader of changes. */
public sealed interface BinlogEvent {

    /** The stream goes on in another file. */
    record Rotate(String file, long position) implements BinlogEvent {}

    /**
     * A transaction begins.
     *
     * @param gtid null for an anonymous transaction
     * @param statement whether it is a single statement (DDL) without an end of its own, unless a BEGIN follows
     * @param commitMicros when it was committed on the server that was read, in microseconds since 1970; 0 where not logged
     * @param nature what its statements and rows are worth
     */
    record TransactionStart(@Nullable String gtid, boolean statement, long commitMicros, Nature nature)
            implements BinlogEvent {}

    /** What the statements and rows of a transaction are worth. */
    enum Nature {
        /** They have happened. */
        DONE,
        /** They happen if and when an XA COMMIT of the same name comes. */
        PREPARED,
        /** An ALTER that has only begun or was broken off; where it is done it comes once more. */
        ANNOUNCED
    }

    /** Rows of that table follow. */
    record Table(TableMap map) implements BinlogEvent {}

    /** Rows were changed. */
    record Rows(RowsEvent event) implements BinlogEvent {}

    /**
     * A statement: DDL, a transaction's begin or end, or, in statement format, DML.
     *
     * @param exact whether {@code sql} is all of its text; not so where that has bytes that are no UTF-8, of a client with another
     *     charset
     * @param threadSpecific whether what it names is perhaps its session's own: a temporary table
     * @param variables of the session that ran it
     */
    record Query(String database, String sql, boolean exact, boolean threadSpecific, StatusVariables variables)
            implements BinlogEvent {}

    /** The transaction was committed. */
    record Commit() implements BinlogEvent {}

    /**
     * The transaction is prepared; it is no more than that unless {@code onePhase}, which commits it.
     */
    record XaPrepare(Xid xid, boolean onePhase) implements BinlogEvent {}

    /** Nothing that a reader of changes needs: heartbeats, format descriptions, lists of GTIDs, comments. */
    record Ignored() implements BinlogEvent {}
}
