package io.binlogreplica.sink.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTable;
import io.binlogreplica.sink.table.UniqueKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlannerTest {

    /** What {@link #weights} does not weigh. */
    private static final String TOO_LARGE = "groß";

    private static final TableId PARENT = new TableId("d", "parent");
    private static final TableId CHILD = new TableId("d", "child");
    private static final TableId KEYLESS = new TableId("d", "keyless");

    private static final Mapping PARENT_MAPPING = mapping(
            PARENT,
            List.of(
                    column("id", "int", null),
                    column("u", "varchar(10)", "utf8mb4_general_ci"),
                    column("v", "int", null)),
            List.of(0),
            List.of(key("PRIMARY", 0), key("u", 1)));
    private static final Mapping CHILD_MAPPING = mapping(
            CHILD,
            List.of(column("id", "int", null), column("parent", "int", null)),
            List.of(0),
            List.of(key("PRIMARY", 0)));
    private static final Mapping KEYLESS_MAPPING =
            mapping(KEYLESS, List.of(column("a", "int", null)), List.of(), List.of());

    private static final ForeignKeys CASCADE =
            new ForeignKeys(List.of(new ForeignKey("f", CHILD, List.of("parent"), PARENT, List.of("id"), true)));

    @Test
    void independentRowsOfATableAndKindAreOneGroup() {
        assertThat(plan(parent(Op.CREATE, null, p(1, "a", 0)), parent(Op.CREATE, null, p(2, "b", 0))))
                .containsExactly("CREATE 2");
    }

    @Test
    void updatesOfOtherColumnsOfARowShareAGroupInOrder() {
        assertThat(plan(
                        parent(Op.UPDATE, p(1, "a", 0), p(1, "a", 1)),
                        parent(Op.UPDATE, p(2, "b", 0), p(2, "b", 1)),
                        parent(Op.UPDATE, p(1, "a", 1), p(1, "a", 2))))
                .containsExactly("UPDATE 3");
    }

    @Test
    void deleteThenInsertOfAKeyStayInOrder() {
        assertThat(plan(parent(Op.DELETE, p(1, "a", 0), null), parent(Op.CREATE, null, p(1, "a", 5))))
                .containsExactly("DELETE 1", "CREATE 1");
    }

    /** U3: a value that moves between rows through a secondary unique index. */
    @Test
    void rowsLinkedByAUniqueValueStayInOrder() {
        assertThat(plan(
                        parent(Op.CREATE, null, p(5, "x", 0)),
                        parent(Op.DELETE, p(1, "a", 0), null),
                        parent(Op.CREATE, null, p(2, "a", 0))))
                .containsExactly("CREATE 1", "DELETE 1", "CREATE 1");
    }

    /** K13, K18: an index of an expression, or of a column that rows do not have. */
    @Test
    void anUpdateMayChangeAUniqueValueThatIsNotInItsRow() {
        Mapping mapping = mapping(
                new TableId("d", "expressed"),
                List.of(column("id", "int", null), column("v", "int", null)),
                List.of(0),
                List.of(key("PRIMARY", 0), key("expression", -1)));
        List<Planner.Row> rows = List.of(
                row(mapping, Op.UPDATE, values(1, 10), values(1, 11)),
                row(mapping, Op.DELETE, values(2, 20), null),
                row(mapping, Op.UPDATE, values(3, 30), values(3, 20)));
        assertThat(plan(rows.toArray(Planner.Row[]::new))).containsExactly("UPDATE 1", "DELETE 1", "UPDATE 1");
    }

    /** F1, K13: what refers to it may cascade from any row. */
    @Test
    void foreignKeysToAColumnThatRowsDoNotHaveKeepAllInOrder() {
        Mapping parent = mapping(
                PARENT,
                List.of(column("id", "int", null)),
                List.of(0),
                List.of(key("PRIMARY", 0), key("computed", -1)));
        var cascade = new ForeignKeys(
                List.of(new ForeignKey("f", CHILD, List.of("parent"), PARENT, List.of("computed"), true)));
        assertThat(planned(
                        cascade,
                        List.of(
                                row(parent, Op.DELETE, values(1), null),
                                row(CHILD_MAPPING, Op.CREATE, null, values(1, 2)),
                                row(parent, Op.CREATE, null, values(2)),
                                row(CHILD_MAPPING, Op.CREATE, null, values(2, 2)))))
                .extracting(group -> group.op() + " " + group.mapping().table().table())
                .containsExactly("DELETE parent", "CREATE child", "CREATE parent", "CREATE child");
    }

    /** F5, K13: what a child refers to is computed, and not in its rows. */
    @Test
    void childrenWhoseParentIsNotKnownComeBehindAllParents() throws SQLException {
        Mapping child = mapping(CHILD, List.of(column("id", "int", null)), List.of(0), List.of(key("PRIMARY", 0)));
        var planner = new Planner(
                new ForeignKeys(List.of(new ForeignKey("f", CHILD, List.of("computed"), PARENT, List.of("id"), false))),
                PlannerTest::weights);
        Planner.Row parent = parent(Op.CREATE, null, p(1, null, 0));
        Planner.Row behind = row(child, Op.CREATE, null, values(2));
        assertThat(planner.plan(List.of(row(child, Op.CREATE, null, values(1)), parent, behind), List.of())
                        .ahead())
                .extracting(group -> group.mapping().table().table())
                .containsExactly("child", "parent", "child");
        Footprint before = planner.plan(List.of(parent), List.of()).footprint();
        assertThat(planner.plan(List.of(behind), List.of(before)).ahead()).isEmpty();
    }

    /** U3: WITHOUT OVERLAPS takes one room for two times, unless these meet. */
    @Test
    void rowsWhosePeriodsMayMeetStayInOrder() {
        List<Column> columns = List.of(
                column("id", "int", null),
                column("room", "int", null),
                column("s", "date", null),
                column("e", "date", null));
        var index = new UniqueKey(
                "room", List.of(new UniqueKey.Part(1, 0), new UniqueKey.Part(3, 0), new UniqueKey.Part(2, 0)));
        Mapping rooms = mapping(
                columns,
                new TargetTable(
                        new TableSchema(new TableId("d", "rooms"), columns, List.of(0)),
                        List.of(key("PRIMARY", 0), index),
                        Set.of(2, 3),
                        true,
                        List.of(),
                        Map.of()));
        assertThat(plan(
                        row(rooms, Op.CREATE, null, values(1, 8, 1, 9)),
                        row(rooms, Op.DELETE, values(2, 7, 1, 9), null),
                        row(rooms, Op.CREATE, null, values(3, 7, 5, 19)),
                        row(rooms, Op.CREATE, null, values(4, 9, 1, 9)),
                        row(rooms, Op.UPDATE, values(3, 7, 5, 19), values(3, 7, 5, 6)),
                        row(rooms, Op.CREATE, null, values(5, 7, 6, 7))))
                .containsExactly("CREATE 1", "DELETE 1", "CREATE 2", "UPDATE 1", "CREATE 1");
    }

    /** Likewise, where that is the key. */
    @Test
    void rowsOfAKeyWhosePeriodsMayMeetStayInOrder() {
        List<Column> columns = List.of(
                column("id", "int", null),
                column("s", "date", null),
                column("e", "date", null),
                column("v", "int", null));
        var index = new UniqueKey(
                "PRIMARY", List.of(new UniqueKey.Part(0, 0), new UniqueKey.Part(2, 0), new UniqueKey.Part(1, 0)));
        Mapping prices = mapping(
                columns,
                new TargetTable(
                        new TableSchema(new TableId("d", "prices"), columns, List.of(0, 2, 1)),
                        List.of(index),
                        Set.of(1, 2),
                        true,
                        List.of(),
                        Map.of()));
        assertThat(plan(
                        row(prices, Op.CREATE, null, values(1, 1, 9, 0)),
                        row(prices, Op.UPDATE, values(1, 1, 9, 0), values(1, 1, 9, 1)),
                        row(prices, Op.UPDATE, values(1, 1, 9, 1), values(1, 1, 5, 1)),
                        row(prices, Op.CREATE, null, values(1, 5, 9, 0)),
                        row(prices, Op.UPDATE, values(1, 5, 9, 0), values(1, 5, 9, 2))))
                .containsExactly("CREATE 1", "UPDATE 1", "UPDATE 1", "CREATE 1", "UPDATE 1");
    }

    /** T14: rows that cannot be taken back come behind those that may be refused, and not before batches that are under way. */
    @Test
    void rowsOfTablesWithoutTransactionsComeLast() throws SQLException {
        List<Column> columns = List.of(column("a", "int", null));
        Mapping lasting = mapping(
                columns,
                new TargetTable(
                        new TableSchema(new TableId("d", "lasting"), columns, List.of()),
                        List.of(),
                        Set.of(),
                        false,
                        List.of(),
                        Map.of()));
        var planner = new Planner(new ForeignKeys(List.of()), PlannerTest::weights);
        List<Planner.Row> rows = List.of(
                row(lasting, Op.CREATE, null, values(1)),
                parent(Op.CREATE, null, p(1, "a", 0)),
                row(lasting, Op.DELETE, values(1), null),
                parent(Op.CREATE, null, p(2, "b", 0)),
                row(lasting, Op.CREATE, null, values(2)));
        Plan plan = planner.plan(rows, List.of());
        assertThat(plan.ahead()).extracting(group -> group.rows().size()).containsExactly(2);
        assertThat(plan.behind()).isEmpty();
        assertThat(plan.last()).extracting(Group::op).containsExactly(Op.CREATE, Op.DELETE);
        Plan again = planner.plan(rows, List.of(plan.footprint()));
        assertThat(again.ahead()).isEmpty();
        assertThat(again.behind()).extracting(Group::op).containsExactly(Op.CREATE);
        assertThat(again.last()).extracting(Group::op).containsExactly(Op.CREATE, Op.DELETE);
    }

    /** K2, K4: the collation decides what is equal. */
    @Test
    void caseAndTrailingSpacesDoNotHideAUniqueValue() {
        assertThat(plan(parent(Op.DELETE, p(1, "Ab", 0), null), parent(Op.CREATE, null, p(2, "aB ", 0))))
                .containsExactly("DELETE 1", "CREATE 1");
    }

    /** K3: whether texts beyond ASCII are equal, the server knows. */
    @Test
    void textsBeyondAsciiKeepTheirOrderIfTheServerTakesThemForEqual() {
        assertThat(plan(
                        parent(Op.CREATE, null, p(5, "weiß", 0)),
                        parent(Op.DELETE, p(1, "Straße", 0), null),
                        parent(Op.CREATE, null, p(2, "größer", 0)),
                        parent(Op.CREATE, null, p(3, "strasse ", 0))))
                .containsExactly("CREATE 2", "DELETE 1", "CREATE 1");
    }

    /** K3: what may count for nothing in a comparison may be equal to anything. */
    @Test
    void textWithCharactersThatCollationsIgnoreMayBeEqualToAnything() {
        assertThat(plan(
                        parent(Op.DELETE, p(1, "a \u200b", 0), null),
                        parent(Op.CREATE, null, p(2, "b", 0)),
                        parent(Op.DELETE, p(3, "a", 0), null)))
                .containsExactly("DELETE 1", "CREATE 1", "DELETE 1");
    }

    /** K3: what the server does not weigh, a text that is too large, may be equal to anything. */
    @Test
    void textThatTheServerDoesNotWeighMayBeEqualToAnything() {
        assertThat(plan(
                        parent(Op.DELETE, p(1, "größe", 0), null),
                        parent(Op.CREATE, null, p(2, "b", 0)),
                        parent(Op.DELETE, p(3, "zuß", 0), null)))
                .containsExactly("DELETE 2", "CREATE 1");
        assertThat(plan(
                        parent(Op.DELETE, p(1, TOO_LARGE, 0), null),
                        parent(Op.CREATE, null, p(2, "b", 0)),
                        parent(Op.DELETE, p(3, "zuß", 0), null)))
                .containsExactly("DELETE 1", "CREATE 1", "DELETE 1");
    }

    @Test
    void rowsReadTogetherDifferWhateverTheirTextIsEqualTo() {
        assertThat(plan(
                        parent(Op.READ, null, p(1, "straße", 0)),
                        parent(Op.READ, null, p(2, "größer", 0)),
                        parent(Op.UPDATE, p(1, "straße", 0), p(1, "weg", 0)),
                        parent(Op.READ, null, p(3, "STRASSE", 0)),
                        parent(Op.READ, null, p(4, "x", 0))))
                .containsExactly("READ 2", "UPDATE 1", "READ 2");
    }

    @Test
    void batchesMeetInWhatTheirRowsDependOn() throws SQLException {
        Planner.Row one = parent(Op.UPDATE, p(1, "a", 0), p(1, "a", 1));
        Planner.Row childOfOne = child(Op.CREATE, null, c(9, 1));
        assertThat(meet(List.of(one), List.of(parent(Op.UPDATE, p(2, "b", 0), p(2, "b", 1)))))
                .isFalse();
        assertThat(meet(List.of(one), List.of(parent(Op.UPDATE, p(1, "a", 1), p(1, "a", 2)))))
                .as("the same row")
                .isTrue();
        assertThat(meet(List.of(one), List.of(childOfOne)))
                .as("a foreign key's row")
                .isTrue();
        assertThat(meet(List.of(childOfOne), List.of(child(Op.CREATE, null, c(10, 1)))))
                .as("two children of a row")
                .isFalse();
        assertThat(meet(List.of(childOfOne), List.of(parent(Op.DELETE, p(5, "e", 0), null))))
                .as("what a delete may cascade to")
                .isTrue();
        assertThat(meet(List.of(parent(Op.READ, null, p(1, "ä", 0))), List.of(parent(Op.READ, null, p(2, "ö", 0)))))
                .as("rows of one copy")
                .isFalse();
        assertThat(meet(List.of(parent(Op.READ, null, p(1, "ä", 0))), List.of(one)))
                .isTrue();
        assertThat(meet(List.of(keyless(Op.CREATE, null, 1)), List.of(keyless(Op.CREATE, null, 1))))
                .isFalse();
        assertThat(meet(List.of(keyless(Op.DELETE, 1, null)), List.of(keyless(Op.DELETE, 2, null))))
                .as("searches through a table without a key")
                .isTrue();
        assertThat(meet(List.of(keyless(Op.CREATE, null, 1)), List.of(keyless(Op.DELETE, 1, null))))
                .isTrue();
    }

    @Test
    void whatDependsOnRowsThatWaitWaitsToo() throws SQLException {
        var planner = new Planner(new ForeignKeys(List.of()), PlannerTest::weights);
        Footprint before = planner.plan(List.of(parent(Op.UPDATE, p(1, "a", 0), p(1, "a", 1))), List.of())
                .footprint();
        Plan plan = planner.plan(
                List.of(
                        parent(Op.UPDATE, p(1, "a", 1), p(1, "moved", 1)),
                        parent(Op.CREATE, null, p(2, "a", 0)),
                        parent(Op.CREATE, null, p(3, "c", 0)),
                        parent(Op.DELETE, p(2, "a", 0), null)),
                List.of(before));
        assertThat(plan.ahead()).extracting(group -> group.rows().size()).containsExactly(1);
        assertThat(plan.behind()).extracting(Group::op).containsExactly(Op.UPDATE, Op.CREATE, Op.DELETE);
    }

    /** Two batches side by side leave what one behind the other leaves. */
    @Property(tries = 500)
    void batchesSideBySideEqualOneBehindTheOther(@ForAll long seed) throws SQLException {
        List<Planner.Row> schedule = randomSchedule(new Random(seed));
        int middle = schedule.size() / 2;
        var expected = new Model();
        schedule.forEach(row -> expected.apply(row.change()));
        var planner = new Planner(new ForeignKeys(List.of()), PlannerTest::weights);
        Plan first = planner.plan(schedule.subList(0, middle), List.of());
        Plan second = planner.plan(schedule.subList(middle, schedule.size()), List.of(first.footprint()));
        var actual = new Model();
        for (List<Group> part : List.of(second.ahead(), first.ahead(), second.behind())) {
            part.forEach(group -> group.rows().forEach(row -> actual.apply((RowChange) row.change())));
        }
        assertThat(actual.rows).isEqualTo(expected.rows);
    }

    @Test
    void nullsAreEqualToNothing() {
        assertThat(plan(
                        parent(Op.DELETE, p(1, null, 0), null),
                        parent(Op.CREATE, null, p(2, null, 0)),
                        parent(Op.DELETE, p(3, null, 0), null)))
                .containsExactly("DELETE 2", "CREATE 1");
    }

    /** F5: a child's insert waits for its parent's. */
    @Test
    void childrenComeBehindTheirParents() {
        assertThat(plan(
                        CASCADE,
                        child(Op.CREATE, null, c(9, 8)),
                        parent(Op.CREATE, null, p(1, "a", 0)),
                        child(Op.CREATE, null, c(10, 1))))
                .containsExactly("CREATE 1", "CREATE 1", "CREATE 1");
    }

    /** F1: what a delete cascades to is not in the binlog. */
    @Test
    void nothingOfTheGroupPassesADeleteThatMayCascade() {
        assertThat(plan(
                        CASCADE,
                        child(Op.CREATE, null, c(1, 1)),
                        parent(Op.DELETE, p(1, "a", 0), null),
                        child(Op.CREATE, null, c(1, 2))))
                .containsExactly("CREATE 1", "DELETE 1", "CREATE 1");
    }

    /** K1: rows that cannot be told apart. */
    @Test
    void withoutAKeyWhatRemovesARowComesBehindWhatMadeOne() {
        assertThat(plan(
                        keyless(Op.CREATE, null, 1),
                        keyless(Op.CREATE, null, 1),
                        keyless(Op.DELETE, 1, null),
                        keyless(Op.CREATE, null, 1),
                        keyless(Op.DELETE, 1, null),
                        keyless(Op.UPDATE, 1, 2),
                        keyless(Op.DELETE, 2, null)))
                .containsExactly("CREATE 3", "DELETE 2", "UPDATE 1", "DELETE 1");
    }

    /** K1: rows that differ do not wait for each other, or each would have a statement of its own. */
    @Test
    void withoutAKeyRowsThatDifferShareGroups() {
        assertThat(plan(
                        keyless(Op.UPDATE, 1, 2),
                        keyless(Op.DELETE, 3, null),
                        keyless(Op.CREATE, null, 3),
                        keyless(Op.UPDATE, 4, 5),
                        keyless(Op.DELETE, 6, null),
                        keyless(Op.CREATE, null, 7)))
                .containsExactly("UPDATE 2", "DELETE 2", "CREATE 2");
    }

    /** K1: a counter that counts in a table without a key. */
    @Test
    void withoutAKeyUpdatesOfARowShareAGroupInOrder() {
        assertThat(plan(
                        keyless(Op.CREATE, null, 1),
                        keyless(Op.UPDATE, 1, 2),
                        keyless(Op.UPDATE, 2, 3),
                        keyless(Op.UPDATE, 3, 4),
                        keyless(Op.DELETE, 4, null)))
                .containsExactly("CREATE 1", "UPDATE 3", "DELETE 1");
    }

    /** K1: what was read with its table may have its values in other forms. */
    @Test
    void withoutAKeyWhatRemovesARowComesBehindAllThatWereRead() {
        assertThat(plan(keyless(Op.DELETE, 1, null), keyless(Op.READ, null, 1), keyless(Op.DELETE, 2, null)))
                .containsExactly("DELETE 1", "READ 1", "DELETE 1");
    }

    /** U4 and the law: applying the groups leaves what applying the rows one by one leaves, and meets no unique value twice. */
    @Property(tries = 500)
    void applyingGroupsEqualsApplyingOneByOne(@ForAll long seed) {
        List<Planner.Row> schedule = randomSchedule(new Random(seed));
        var expected = new Model();
        schedule.forEach(row -> expected.apply(row.change()));
        var actual = new Model();
        for (Group group : planned(new ForeignKeys(List.of()), schedule)) {
            group.rows().forEach(row -> actual.apply((RowChange) row.change()));
        }
        assertThat(actual.rows).isEqualTo(expected.rows);
    }

    /** K1: rows without a key are told apart by nothing, so only how often each is there counts. */
    @Property(tries = 300)
    void groupsOfATableWithoutAKeyFindWhatTheyRemove(@ForAll long seed) {
        var random = new Random(seed);
        var expected = new ArrayList<Integer>();
        var schedule = new ArrayList<Planner.Row>();
        for (int i = 0; i < 60; i++) {
            int value = random.nextInt(4);
            int kind = expected.contains(value) ? random.nextInt(3) : 0;
            if (kind > 0) {
                expected.remove((Integer) value);
            }
            if (kind == 0) {
                expected.add(value);
                schedule.add(keyless(Op.CREATE, null, value));
            } else if (kind == 1) {
                schedule.add(keyless(Op.DELETE, value, null));
            } else {
                int after = random.nextInt(4);
                expected.add(after);
                schedule.add(keyless(Op.UPDATE, value, after));
            }
        }
        var actual = new ArrayList<Integer>();
        for (Group group : planned(new ForeignKeys(List.of()), schedule)) {
            for (Located located : group.rows()) {
                var change = (RowChange) located.change();
                if (change.before() != null) {
                    assertThat(actual.remove(change.before()[0]))
                            .as("the row to remove is there")
                            .isTrue();
                }
                if (change.after() != null) {
                    actual.add((Integer) change.after()[0]);
                }
            }
        }
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** A schedule that a primary could have run: keys and unique values move, swap and come back. */
    private static List<Planner.Row> randomSchedule(Random random) {
        var table = new Model();
        var schedule = new ArrayList<Planner.Row>();
        for (int i = 0; i < 60; i++) {
            int id = random.nextInt(8);
            Object[] before = table.rows.get(id);
            Object[] after = p(
                    random.nextInt(4) == 0 ? random.nextInt(8) : id,
                    random.nextInt(5) == 0
                            ? null
                            : String.valueOf((char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(6))),
                    random.nextInt(100));
            RowChange change = before == null
                    ? change(PARENT_MAPPING, Op.CREATE, null, after)
                    : random.nextInt(3) == 0
                            ? change(PARENT_MAPPING, Op.DELETE, before, null)
                            : random.nextBoolean()
                                    ? change(
                                            PARENT_MAPPING,
                                            Op.UPDATE,
                                            before,
                                            p(id, (String) before[1], random.nextInt()))
                                    : change(PARENT_MAPPING, Op.UPDATE, before, after);
            if (table.takes(change)) {
                table.apply(change);
                schedule.add(new Planner.Row(new Located(change, i), PARENT_MAPPING, true));
            }
        }
        return schedule;
    }

    /** A table with a primary and a unique key that compares without case, as a server has it. */
    private static final class Model {
        final Map<Integer, Object[]> rows = new TreeMap<>();
        final Map<String, Integer> unique = new HashMap<>();

        boolean takes(RowChange change) {
            if (change.after() == null) {
                return true;
            }
            Integer id = (Integer) change.after()[0];
            Integer before = change.before() == null ? null : (Integer) change.before()[0];
            Integer holder = change.after()[1] == null ? null : unique.get(folded(change.after()));
            return (id.equals(before) || !rows.containsKey(id)) && (holder == null || holder.equals(before));
        }

        void apply(RowChange change) {
            if (change.before() != null) {
                Object[] found = rows.remove((Integer) change.before()[0]);
                assertThat(Arrays.equals(found, change.before()))
                        .as("the row is there as it was")
                        .isTrue();
                if (found[1] != null) {
                    unique.remove(folded(found));
                }
            }
            assertThat(takes(
                            change.before() == null ? change : change(PARENT_MAPPING, Op.CREATE, null, change.after())))
                    .as("no value is taken twice")
                    .isTrue();
            if (change.after() != null) {
                rows.put((Integer) change.after()[0], change.after());
                if (change.after()[1] != null) {
                    unique.put(folded(change.after()), (Integer) change.after()[0]);
                }
            }
        }

        private static String folded(Object[] row) {
            return ((String) row[1]).toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Model model && rows.equals(model.rows);
        }

        @Override
        public int hashCode() {
            return rows.hashCode();
        }
    }

    private static List<String> plan(Planner.Row... rows) {
        return plan(new ForeignKeys(List.of()), rows);
    }

    private static List<String> plan(ForeignKeys foreignKeys, Planner.Row... rows) {
        return planned(foreignKeys, List.of(rows)).stream()
                .map(group -> group.op() + " " + group.rows().size())
                .toList();
    }

    private static List<Group> planned(ForeignKeys foreignKeys, List<Planner.Row> rows) {
        try {
            return new Planner(foreignKeys, PlannerTest::weights)
                    .plan(rows, List.of())
                    .ahead();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether rows of the second batch wait for the first. */
    private static boolean meet(List<Planner.Row> first, List<Planner.Row> second) throws SQLException {
        var planner = new Planner(CASCADE, PlannerTest::weights);
        Footprint footprint = planner.plan(first, List.of()).footprint();
        Plan plan = planner.plan(second, List.of(footprint));
        assertThat(plan.ahead().isEmpty()).isNotEqualTo(plan.behind().isEmpty());
        return plan.ahead().isEmpty();
    }

    /** As a server with a German's idea of equality. */
    private static Map<String, Long> weights(String charset, String collation, Collection<String> texts) {
        var weights = new HashMap<String, Long>();
        texts.forEach(text -> weights.put(
                text, (long) text.toLowerCase(Locale.ROOT).replace("ß", "ss").hashCode()));
        weights.remove(TOO_LARGE);
        return weights;
    }

    private static Planner.Row parent(Op op, Object[] before, Object[] after) {
        return new Planner.Row(new Located(change(PARENT_MAPPING, op, before, after), 0), PARENT_MAPPING, true);
    }

    private static Planner.Row row(Mapping mapping, Op op, Object[] before, Object[] after) {
        return new Planner.Row(new Located(change(mapping, op, before, after), 0), mapping, true);
    }

    private static Object[] values(Object... values) {
        return values;
    }

    private static Planner.Row child(Op op, Object[] before, Object[] after) {
        return new Planner.Row(new Located(change(CHILD_MAPPING, op, before, after), 0), CHILD_MAPPING, true);
    }

    private static Planner.Row keyless(Op op, Integer before, Integer after) {
        return new Planner.Row(
                new Located(
                        change(
                                KEYLESS_MAPPING,
                                op,
                                before == null ? null : new Object[] {before},
                                after == null ? null : new Object[] {after}),
                        0),
                KEYLESS_MAPPING,
                true);
    }

    private static Object[] p(int id, String u, int v) {
        return new Object[] {id, u, v};
    }

    private static Object[] c(int id, int parent) {
        return new Object[] {id, parent};
    }

    private static RowChange change(Mapping mapping, Op op, Object[] before, Object[] after) {
        return new RowChange(
                mapping.source(),
                op,
                before,
                after,
                new Origin(0, Origin.STREAMED, mapping.table(), null, 1, null, "binlog.000001", 4, 0, null),
                null,
                0,
                true);
    }

    private static Column column(String name, String type, String collation) {
        return new Column(
                name,
                ColumnType.parse(type, collation == null ? null : "utf8mb4", collation),
                true,
                Column.Generated.NO);
    }

    private static UniqueKey key(String name, int column) {
        return new UniqueKey(name, List.of(new UniqueKey.Part(column, 0)));
    }

    private static Mapping mapping(TableId id, List<Column> columns, List<Integer> key, List<UniqueKey> uniqueKeys) {
        return mapping(
                columns,
                new TargetTable(new TableSchema(id, columns, key), uniqueKeys, Set.of(), true, List.of(), Map.of()));
    }

    private static Mapping mapping(List<Column> columns, TargetTable target) {
        List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
        return new Mapping(target.schema(), target, all, target.schema().key(), all);
    }
}
