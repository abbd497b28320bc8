package io.binlogreplica.local.workload;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A table of the demo schema (or a parent with its child). It knows from its own changes which rows there are, without asking the
 * server, so each statement it makes changes exactly as many rows as it says.
 */
interface DemoTable {

    /** The statements that make it. */
    List<String> definition();

    /** Inserts about that many rows in few statements. */
    void insert(Transaction transaction, SplittableRandom random, int rows);

    /** Does one of the things that applications do to such a table. */
    void change(Transaction transaction, SplittableRandom random);
}
