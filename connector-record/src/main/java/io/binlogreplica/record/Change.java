package io.binlogreplica.record;

/** What one record of a change topic says. */
public sealed interface Change permits RowChange, TableChange {

    Origin origin();

    /**
     * Whether a reader may stop behind this record: it ends a source transaction or a chunk of rows. What stands between two such
     * records belongs together.
     */
    boolean last();
}
