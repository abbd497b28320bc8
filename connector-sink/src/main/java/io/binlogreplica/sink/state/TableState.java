package io.binlogreplica.sink.state;

/** What is true of a table of the replica. */
public enum TableState {
    /** Its rows are being copied: it has some of the primary's rows, those as they are at the position, and not all. */
    COPYING,
    /** It is as the primary's table was at the position. */
    LIVE,
    /** A change of it was left out, since it could not be applied; the others are applied. It differs until it is copied anew. */
    DAMAGED,
    /** Its changes are left out, and counted, until it is copied anew. */
    DEGRADED
}
