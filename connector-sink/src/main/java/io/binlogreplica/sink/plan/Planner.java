package io.binlogreplica.sink.plan;

import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Groups rows. The law: applying the groups one by one, each row by row, leaves the same as applying the rows one by one. A row joins
 * the last group of its kind if that comes behind everything the row depends on; else it begins a new group.
 */
public final class Planner {

    private final ForeignKeys foreignKeys;
    private final Weights weights;
    private final IdentityHashMap<Mapping, Dependencies> dependencies = new IdentityHashMap<>();

    public Planner(ForeignKeys foreignKeys, Weights weights) {
        this.foreignKeys = foreignKeys;
        this.weights = weights;
    }

    /**
     * A row to group.
     *
     * @param mapping how it fits into the replica's table
     * @param foreignKeyChecks whether the replica is to check foreign keys for it
     */
    public record Row(Located located, Mapping mapping, boolean foreignKeyChecks) {
        RowChange change() {
            return (RowChange) located.change();
        }
    }

    /**
     * Groups rows.
     *
     * @param underWay what batches before this one depend on that are not committed yet
     * @throws SQLException when texts are to be weighed, and cannot be
     */
    public Plan plan(List<Row> rows, List<Footprint> underWay) throws SQLException {
        var texts = new TextHashes.Collector();
        for (Row row : rows) {
            dependencies(row.mapping()).texts(row.change(), texts);
        }
        var plan = new Planning(texts.hashes(weights), underWay);
        for (Row row : rows) {
            plan.add(row);
        }
        return new Plan(plan.ahead, plan.behind, new Footprint(plan.usesByKey, plan.hashes));
    }

    private Dependencies dependencies(Mapping mapping) {
        return dependencies.computeIfAbsent(
                mapping, added -> new Dependencies(added, foreignKeys, dependencies.size()));
    }

    /** What must be the same for rows of a group. */
    private record Kind(int table, Op op, boolean foreignKeyChecks, boolean behind) {}

    /** Groups from this number on have rows that depend on batches before. */
    private static final int BEHIND = 1 << 30;

    /** Of one batch. */
    private final class Planning implements Dependencies.Visitor {

        private final TextHashes hashes;
        private final List<Footprint> underWay;
        private final List<Group> ahead = new ArrayList<>();
        /** Numbered from {@link #BEHIND} on. */
        private final List<Group> behind = new ArrayList<>();

        private final Map<Kind, Integer> lastOfKind = new HashMap<>();
        private final Map<Long, Uses> usesByKey = new HashMap<>();

        /** The first group that the current row may be in. */
        private int earliest;
        /** The group it is in; -1 while that is being found out. */
        private int chosen;

        Planning(TextHashes hashes, List<Footprint> underWay) {
            this.hashes = hashes;
            this.underWay = underWay;
        }

        void add(Row row) {
            Dependencies of = dependencies(row.mapping());
            RowChange change = row.change();
            earliest = 0;
            chosen = -1;
            of.visit(change, hashes, this);
            var kind = new Kind(of.number(), change.op(), row.foreignKeyChecks(), earliest >= BEHIND);
            Integer last = lastOfKind.get(kind);
            if (last != null && last >= earliest) {
                chosen = last;
            } else {
                var group = new Group(row.mapping(), change.op(), row.foreignKeyChecks());
                if (earliest < BEHIND) {
                    chosen = ahead.size();
                    ahead.add(group);
                } else {
                    chosen = BEHIND + behind.size();
                    behind.add(group);
                }
                lastOfKind.put(kind, chosen);
            }
            (chosen < BEHIND ? ahead.get(chosen) : behind.get(chosen - BEHIND))
                    .rows()
                    .add(row.located());
            of.visit(change, hashes, this);
        }

        /** The current row comes behind that group, and behind batches that use the key like that. */
        private void after(int group, long key, Predicate<Uses> inTheWay) {
            earliest = Math.max(earliest, group);
            for (Footprint before : underWay) {
                if (earliest < BEHIND && before.uses(key, inTheWay, hashes)) {
                    earliest = BEHIND;
                }
            }
        }

        @Override
        public void write(long key) {
            Uses uses = usesByKey.computeIfAbsent(key, k -> new Uses());
            if (chosen < 0) {
                after(uses.last() + 1, key, Uses::isUsed);
            } else {
                uses.write = Math.max(uses.write, chosen);
            }
        }

        @Override
        public void read(long key) {
            Uses uses = usesByKey.computeIfAbsent(key, k -> new Uses());
            if (chosen < 0) {
                after(Math.max(uses.write, uses.copy) + 1, key, Uses::isUsedButRead);
            } else {
                uses.read = Math.max(uses.read, chosen);
            }
        }

        @Override
        public void copy(long key) {
            Uses uses = usesByKey.computeIfAbsent(key, k -> new Uses());
            if (chosen < 0) {
                after(Math.max(Math.max(uses.write, uses.read) + 1, uses.copy), key, Uses::isUsedButCopied);
            } else {
                uses.copy = Math.max(uses.copy, chosen);
            }
        }

        @Override
        public void make(long key) {
            if (chosen < 0) {
                after(0, key, Uses::isUsedButRead);
            } else {
                Uses uses = usesByKey.computeIfAbsent(key, k -> new Uses());
                uses.read = Math.max(uses.read, chosen);
            }
        }

        /** A group of updates runs in order, so two changes of a row's other columns may be in the same one. */
        @Override
        public void touch(long key) {
            Uses uses = usesByKey.computeIfAbsent(key, k -> new Uses());
            if (chosen < 0) {
                after(Math.max(Math.max(uses.write, uses.copy) + 1, uses.touch), key, Uses::isUsed);
            } else {
                uses.touch = Math.max(uses.touch, chosen);
            }
        }
    }
}
