package io.binlogreplica.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.state.Place;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableHealthTest {

    private static final TableId ITEM = new TableId("db", "item");
    private static final TableId LINE = new TableId("db", "line");
    private static final TableId OTHER = new TableId("db", "other");

    private final TableHealth health = new TableHealth(3, statuses -> {});

    @BeforeEach
    void allAreLive() {
        health.load(Map.of(ITEM, TableStatus.LIVE, LINE, TableStatus.LIVE, OTHER, TableStatus.LIVE));
    }

    @Test
    void oneChangeLeftOutIsEnoughForATableToDiffer() {
        health.failed(ITEM, Set.of(), "too long", place(1));
        health.applied(ITEM);
        TableStatus item = health.takeChanges().get(ITEM);
        assertThat(item).isNotNull();
        assertThat(item.state()).isEqualTo(TableState.DAMAGED);
        assertThat(item.failures()).isZero();
        assertThat(item.failed()).isEqualTo(1);
        assertThat(item.cause()).isEqualTo("too long");
        assertThat(item.firstSkipped()).isEqualTo(place(1));
        assertThat(health.isDegraded(ITEM)).isFalse();
        assertThat(health.isAllWhole()).isFalse();
    }

    @Test
    void failuresInARowDegradeTheirTableOnly() {
        fail(ITEM, 2);
        health.applied(ITEM);
        fail(ITEM, 2);
        assertThat(health.isDegraded(ITEM)).isFalse();
        fail(ITEM, 1);
        assertThat(health.isDegraded(ITEM)).isTrue();
        assertThat(health.areWhole(List.of(LINE, OTHER))).isTrue();
        TableStatus item = health.takeChanges().get(ITEM);
        assertThat(item.failed()).isEqualTo(5);
        assertThat(item.cause()).startsWith("3 changes in a row").endsWith("no");
        assertThat(item.firstSkipped()).isEqualTo(place(0));
    }

    @Test
    void tablesThatAChangeCascadesToShareItsFate() {
        health.failed(ITEM, Set.of(LINE), "no", place(1));
        assertThat(health.takeChanges().get(LINE).state()).isEqualTo(TableState.DAMAGED);
        health.degraded(ITEM, Set.of(LINE), "gone", place(2));
        assertThat(health.isDegraded(LINE)).isTrue();
        assertThat(health.takeChanges().get(LINE).cause()).contains("cascade").contains("db.item");
        assertThat(health.isDegraded(OTHER)).isFalse();
    }

    @Test
    void aCopyClearsWhatWasWrongBeforeItAndNothingElse() {
        health.degraded(ITEM, Set.of(), "no", place(1));
        health.skipped(ITEM);
        health.copyStarted(ITEM);
        assertThat(health.isDegraded(ITEM)).isFalse();
        assertThat(health.isCopying(Set.of(ITEM))).isTrue();
        assertThat(health.takeChanges()).containsEntry(ITEM, TableStatus.COPYING);
        health.failed(ITEM, Set.of(), "too long", place(2));
        health.copyCompleted(ITEM);
        assertThat(health.takeChanges().get(ITEM).state()).isEqualTo(TableState.DAMAGED);
        health.copyStarted(ITEM);
        health.copyCompleted(ITEM);
        assertThat(health.isAllWhole()).isTrue();
    }

    @Test
    void aTableThatDegradesWhileItIsCopiedStaysSo() {
        health.copyStarted(ITEM);
        health.degraded(ITEM, Set.of(), "no", place(1));
        health.copyCompleted(ITEM);
        assertThat(health.isDegraded(ITEM)).isTrue();
    }

    @Test
    void aRenamedTableIsAsGoodAsBefore() {
        health.degraded(ITEM, Set.of(), "no", place(1));
        var renamed = new TableId("db", "renamed");
        health.renamed(ITEM, renamed);
        health.copyCompleted(renamed);
        assertThat(health.isDegraded(renamed)).isTrue();
        assertThat(health.takeChanges()).containsEntry(ITEM, null);
        health.dropped(renamed);
        assertThat(health.isAllWhole()).isTrue();
    }

    /** Records were missed, of tables too that have no state of their own. */
    @Test
    void whatIsTrueOfAllOthersEndsWithACopyThatBeganSince() {
        var never = new TableId("db", "never seen");
        var damaged = new TableStatus(TableState.DAMAGED, 0, 0, 0, "missed", place(1));
        health.load(Map.of(TableStatus.ALL_OTHERS, TableStatus.LIVE.degraded("missed", place(1))));
        health.copyCompleted(never);
        assertThat(health.isDegraded(never)).isTrue();
        health.copyStarted(ITEM);
        health.copyCompleted(ITEM);
        assertThat(health.isLive(ITEM)).isTrue();
        health.renamed(LINE, OTHER);
        assertThat(health.takeChanges().get(OTHER).isDegraded()).isTrue();

        health.load(Map.of(TableStatus.ALL_OTHERS, damaged));
        health.conflict(LINE);
        health.damaged(OTHER, "no", place(2));
        health.failed(ITEM, Set.of(), "no", place(2));
        health.copyCompleted(never);
        assertThat(health.takeChanges())
                .containsEntry(LINE, damaged.withConflict())
                .containsEntry(ITEM, damaged.withFailure())
                .containsEntry(never, damaged)
                .doesNotContainKey(OTHER);
    }

    @Test
    void aTableThatIsNewHasMissedNothing() {
        health.created(ITEM);
        assertThat(health.takeChanges()).isEmpty();
        health.load(Map.of(TableStatus.ALL_OTHERS, TableStatus.LIVE.degraded("missed", place(1))));
        health.created(ITEM);
        assertThat(health.isDegraded(ITEM)).isFalse();
        health.copyCompleted(ITEM);
        assertThat(health.isLive(ITEM)).isTrue();
    }

    /** A rollback takes back what was found out in the transaction. */
    @Test
    void whatIsLoadedIsAllThatIsKnown() {
        health.degraded(ITEM, Set.of(), "no", place(1));
        health.load(new HashMap<>(Map.of(LINE, TableStatus.COPYING)));
        assertThat(health.isDegraded(ITEM)).isFalse();
        assertThat(health.takeChanges()).isEmpty();
        assertThat(health.isAllWhole()).isFalse();
        health.copyCompleted(LINE);
        assertThat(health.isAllWhole()).isTrue();
    }

    private void fail(TableId table, int times) {
        for (int i = 0; i < times; i++) {
            health.failed(table, Set.of(), "no", place(i));
        }
    }

    private static Place place(long pos) {
        return new Place("0-1-" + pos, "binlog.000001", pos, "t-0@" + pos);
    }
}
