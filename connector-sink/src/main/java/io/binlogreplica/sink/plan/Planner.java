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

/**
 * Groups rows. The law: applying the groups one by one, each row by row, leaves the same as applying the rows one by one. A row joins
 * the last group of its kind if that comes behind everything the row depends on; else it begins a new group. What cannot be taken back
 * comes last, so that all else that may be refused is done by then.
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
        return new Plan(
                plan.groups.get(0), plan.groups.get(1), plan.groups.get(2), new Footprint(plan.usesByKey, plan.hashes));
    }

    private Dependencies dependencies(Mapping mapping) {
        return dependencies.computeIfAbsent(
                mapping, added -> new Dependencies(added, foreignKeys, dependencies.size()));
    }

    /**
     * What must be the same for rows of a group.
     *
     * @param stage when it is applied: 0 ahead, 1 behind, 2 last
     */
    private record Kind(int table, Op op, boolean foreignKeyChecks, int stage) {}

    /** Groups of a stage are numbered from so many times its number on. */
    private static final int STAGE = 1 << 28;

    private static final int BEHIND = STAGE;
    private static final int LAST = 2 * STAGE;

    /** Of one batch. */
    private final class Planning implements Dependencies.Visitor {

        private final TextHashes hashes;
        private final List<Footprint> underWay;
        /** By stage. */
        private final List<List<Group>> groups = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        private final Map<Kind, Integer> lastOfKind = new HashMap<>();
        private final Map<Long, Uses> usesByKey = new HashMap<>();

        /** What the current row depends on, and how its values were used before. */
        private final List<Relation> relations = new ArrayList<>();

        private final List<Uses> uses = new ArrayList<>();
        /** The first group that the current row may be in. */
        private int earliest;

        Planning(TextHashes hashes, List<Footprint> underWay) {
            this.hashes = hashes;
            this.underWay = underWay;
        }

        void add(Row row) {
            Dependencies of = dependencies(row.mapping());
            RowChange change = row.change();
            relations.clear();
            uses.clear();
            earliest = row.mapping().target().transactional() ? 0 : LAST;
            of.visit(change, hashes, this);
            var kind = new Kind(of.number(), change.op(), row.foreignKeyChecks(), earliest / STAGE);
            Integer last = lastOfKind.get(kind);
            int chosen = last != null && last >= earliest ? last : begin(kind, row);
            groups.get(kind.stage()).get(chosen % STAGE).rows().add(row.located());
            for (int i = 0; i < relations.size(); i++) {
                relations.get(i).note(uses.get(i), chosen);
            }
        }

        private int begin(Kind kind, Row row) {
            var group = new Group(row.mapping(), kind.op(), kind.foreignKeyChecks());
            List<Group> ofStage = groups.get(kind.stage());
            int number = kind.stage() * STAGE + ofStage.size();
            ofStage.add(group);
            lastOfKind.put(kind, number);
            return number;
        }

        @Override
        public void depends(Relation relation, long key) {
            Uses before = usesByKey.computeIfAbsent(key, k -> new Uses());
            earliest = Math.max(earliest, relation.earliest(before));
            relations.add(relation);
            uses.add(before);
            for (Footprint batch : underWay) {
                if (earliest < BEHIND && batch.isInTheWayOf(relation, key, hashes)) {
                    earliest = BEHIND;
                }
            }
        }
    }
}
