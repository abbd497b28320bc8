package io.binlogreplica.sink.plan;

import io.binlogreplica.record.Op;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one table that one statement can change.
 *
 * @param mapping how they fit into the replica's table
 * @param op what happened to each of them
 * @param foreignKeyChecks whether the replica is to check foreign keys, and to cascade
 * @param rows in the order of the binlog
 */
public record Group(Mapping mapping, Op op, boolean foreignKeyChecks, List<Located> rows) {

    Group(Mapping mapping, Op op, boolean foreignKeyChecks) {
        this(mapping, op, foreignKeyChecks, new ArrayList<>());
    }

    /** The same rows, with or without checks. */
    public Group withChecks(boolean checks) {
        return new Group(mapping, op, checks, rows);
    }

    /** One of its rows. */
    public Group only(Located row) {
        return new Group(mapping, op, foreignKeyChecks, List.of(row));
    }
}
