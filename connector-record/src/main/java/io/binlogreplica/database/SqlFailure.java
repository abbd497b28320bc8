package io.binlogreplica.database;

/** What an error of a server means for what it was asked, and so what is to be done. {@link SqlErrors} tells which error is which. */
public enum SqlFailure {
    /** The transaction was taken back because of others (a deadlock, a lock): the same again may succeed at once. */
    REFUSED,
    /** The connection is gone, and with it the knowledge whether its last statement was executed. */
    UNKNOWN_OUTCOME,
    /** The server takes nothing for now, from whatever table: it is down, read-only, full. */
    UNAVAILABLE,
    /** The row is what the table does not take. */
    DATA,
    /** The table is not what the statement takes it for, or cannot be used. */
    STRUCTURE,
    /** The user lacks a privilege. */
    DENIED,
    /** None of these. */
    OTHER;

    /** Whether the same statement may succeed later, with no change to it or to the table. */
    public boolean isTransient() {
        return this == REFUSED || this == UNKNOWN_OUTCOME || this == UNAVAILABLE;
    }

    /** Whether it concerns one table only: other tables' changes can be applied. */
    public boolean isOfTable() {
        return this == DATA || this == STRUCTURE;
    }
}
