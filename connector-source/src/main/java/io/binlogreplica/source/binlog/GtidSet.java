package io.binlogreplica.source.binlog;

import io.binlogreplica.record.Flavor;

/** Which transactions have been executed, by their GTIDs. Immutable. */
public sealed interface GtidSet permits MySqlGtidSet, MariaDbGtidSet {

    /**
     * Reads a set as that family of servers prints it; empty text is the empty set.
     *
     * @throws IllegalArgumentException when it is none
     */
    static GtidSet parse(Flavor flavor, String text) {
        return flavor == Flavor.MYSQL ? MySqlGtidSet.parse(text) : MariaDbGtidSet.parse(text);
    }

    /** This set and one more transaction. */
    GtidSet with(String gtid);

    /**
     * Whether all transactions of {@code other} are in this set.
     *
     * @throws IllegalArgumentException when the other set is of the other family
     */
    boolean containsAll(GtidSet other);

    /** The set as servers of its family print and read it. */
    String text();
}
