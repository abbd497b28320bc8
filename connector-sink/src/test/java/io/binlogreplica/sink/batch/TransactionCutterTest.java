package io.binlogreplica.sink.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.record.Change;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.state.Position;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class TransactionCutterTest {

    private static final TopicPartition PARTITION = new TopicPartition("primary.changes", 0);
    private static final TableSchema TABLE = new TableSchema(
            new TableId("d", "t"),
            List.of(new Column("id", ColumnType.parse("int", null, null), false, Column.Generated.NO)),
            List.of(0));

    private final TransactionCutter cutter = new TransactionCutter(PARTITION, Position.NONE, 100);

    @Test
    void cutsWhereTransactionsEnd() {
        cutter.add(row(1, 1, false), 10);
        assertThat(cutter.take()).isNull();
        cutter.add(row(1, 2, true), 11);
        cutter.add(row(2, 1, false), 12);
        ChangeBatch batch = cutter.take();
        assertThat(batch.changes()).hasSize(2);
        assertThat(batch.end().nextOffset()).isEqualTo(12);
        assertThat(batch.end().sequence()).isEqualTo(new Sequence(1, 1));
        assertThat(cutter.take()).isNull();
    }

    @Test
    void transactionsThatWereAppliedBeforeARestartArePassedOver() {
        var resumed = new TransactionCutter(PARTITION, new Position(50, new Sequence(1, 7), null, null), 100);
        resumed.add(row(6, 1, true), 50);
        resumed.add(row(7, 1, false), 51);
        resumed.add(row(7, 2, true), 52);
        resumed.add(row(8, 1, true), 53);
        assertThat(resumed.take().changes()).extracting(Located::offset).containsExactly(53L);
    }

    @Test
    void rowsThatAKilledSourceSendsAgainWithinATransactionArePassedOver() {
        cutter.add(row(1, 1, false), 0);
        cutter.add(row(1, 2, false), 1);
        cutter.add(row(1, 1, false), 2);
        cutter.add(row(1, 2, false), 3);
        cutter.add(row(1, 3, true), 4);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(0L, 1L, 4L);
    }

    /** The rest was of a table whose copy had begun, and after the kill has not yet. */
    @Test
    void aTransactionEndsWhereAKilledSourceEndsItTheSecondTime() {
        cutter.add(row(1, 1, false), 0);
        cutter.add(row(1, 2, false), 1);
        cutter.add(row(1, 1, false), 2);
        cutter.add(row(1, 2, true), 3);
        cutter.add(row(2, 1, true), 4);
        ChangeBatch batch = cutter.take();
        assertThat(batch.changes()).extracting(Located::offset).containsExactly(0L, 1L, 4L);
        assertThat(batch.end().sequence()).isEqualTo(new Sequence(1, 2));
    }

    @Test
    void aTransactionThatWasPassedOnInPartEndsSoToo() {
        for (int i = 1; i <= 101; i++) {
            cutter.add(row(1, i, false), i);
        }
        assertThat(cutter.take().changes()).hasSize(100);
        cutter.add(row(1, 101, true), 102);
        ChangeBatch end = cutter.take();
        assertThat(end.changes()).extracting(Located::offset).containsExactly(101L);
        assertThat(end.end().nextOffset()).isEqualTo(103);
    }

    @Test
    void copiedRowsOfAnEarlierPointOfTheStreamAreStale() {
        cutter.add(row(5, 1, true), 0);
        cutter.add(copied(4, true), 1);
        cutter.add(copied(5, true), 2);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(0L, 2L);
    }

    /** A source passed the transaction when its table was not copied yet, was killed behind the copy, and passes it again. */
    @Test
    void rowsThatTheCopyHasAreNotAppliedWhenTheyComeBehindIt() {
        cutter.add(copied(5, true), 0);
        cutter.add(row(5, 1, true), 1);
        cutter.add(row(6, 1, true), 2);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(0L, 2L);
    }

    @Test
    void aNewEpochIsNeverKnown() {
        cutter.add(row(new Sequence(1, 900), 1, true, Origin.STREAMED), 0);
        cutter.add(row(new Sequence(2, 1), 1, true, Origin.STREAMED), 1);
        cutter.add(row(new Sequence(1, 901), 1, true, Origin.STREAMED), 2);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(0L, 1L);
    }

    @Test
    void aTransactionThatNeverEndsIsLeftOutWhenAnotherBegins() {
        cutter.add(row(new Sequence(1, 3), 1, false, Origin.STREAMED), 0);
        cutter.add(row(new Sequence(2, 1), 1, true, Origin.STREAMED), 1);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(1L);
    }

    @Test
    void aTransactionTooLargeToBeHeldIsPassedOnInPartsAndIsWholeAtItsEndOnly() {
        for (int i = 1; i <= 250; i++) {
            cutter.add(row(1, i, false), i);
            if (i == 120) {
                ChangeBatch part = cutter.take();
                assertThat(part.whole()).isFalse();
                assertThat(part.changes()).hasSize(119);
            }
        }
        assertThat(cutter.take().whole()).isFalse();
        cutter.add(row(1, 251, true), 251);
        assertThat(cutter.take().end().nextOffset()).isEqualTo(252);

        for (int i = 1; i <= 100; i++) {
            cutter.add(row(2, i, false), 300 + i);
        }
        assertThat(cutter.take().whole()).isFalse();
        assertThat(cutter.add(row(new Sequence(2, 1), 1, true, Origin.STREAMED), 500))
                .as("what was applied in part and never ended")
                .matches(ChangeBatch::isTakeBack);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(500L);
    }

    /** What was passed on is a part of what is whole, and not of what comes behind and is not. */
    @Test
    void aTransactionThatWasPassedOnInPartStaysWhenRowsOfACopyBehindItAreLeftOut() {
        for (int i = 1; i <= 100; i++) {
            cutter.add(row(1, i, false), i);
        }
        assertThat(cutter.take().whole()).isFalse();
        cutter.add(row(1, 101, true), 101);
        cutter.add(copied(1, false), 102);
        assertThat(cutter.add(row(2, 1, true), 103)).isNull();
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(100L, 101L, 103L);
    }

    @Test
    void rowsOfATableThatAreNeverCompleteAreLeftOut() {
        cutter.add(row(1, 1, true), 0);
        cutter.add(copied(1, false), 1);
        cutter.add(copied(1, false), 2);
        cutter.add(row(2, 1, true), 3);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(0L, 3L);
    }

    @Test
    void aStatementThatCommitsByItselfIsNeverMistakenForWhatAKilledSourceLeftBefore() {
        cutter.add(row(new Sequence(1, 3), 1, false, Origin.STREAMED), 0);
        assertThat(cutter.add(copyStarted(new Sequence(2, 0)), 1)).isNull();
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(1L);
        cutter.add(copiedAt(new Sequence(2, 0), false), 2);
        assertThat(cutter.add(copyStarted(new Sequence(2, 0)), 3)).isNull();
        ChangeBatch batch = cutter.take();
        assertThat(batch.alone()).isTrue();
        assertThat(batch.changes()).extracting(Located::offset).containsExactly(3L);
    }

    @Test
    void aStatementThatCommitsByItselfIsRefusedWithinATransaction() {
        cutter.add(row(2, 1, false), 0);
        assertThatThrownBy(() -> cutter.add(copyStarted(new Sequence(1, 1)), 1))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("primary.changes-0@1");
    }

    @Test
    void statementsThatCommitByThemselvesStandAlone() {
        cutter.add(row(1, 1, true), 0);
        ChangeBatch before = cutter.add(ddl(2), 1);
        assertThat(before.changes()).extracting(Located::offset).containsExactly(0L);
        assertThat(before.alone()).isFalse();
        ChangeBatch alone = cutter.add(row(3, 1, true), 2);
        assertThat(alone.alone()).isTrue();
        assertThat(alone.changes()).extracting(Located::offset).containsExactly(1L);
        assertThat(cutter.take().changes()).extracting(Located::offset).containsExactly(2L);
    }

    @Test
    void aTablesDefinitionMayStandBeforeItsStatement() {
        var definition = new TableChange(TableChange.Kind.DEFINITION, ddl(4).origin(), null, null, List.of(), false);
        cutter.add(definition, 6);
        assertThat(cutter.add(ddl(4), 7)).isNull();
        ChangeBatch batch = cutter.take();
        assertThat(batch.alone()).isTrue();
        assertThat(batch.last().offset()).isEqualTo(7);
    }

    @Test
    void aStatementThatBeginsATransactionStandsAloneAndIsReadAgainWithIt() {
        cutter.add(filling(4), 7);
        ChangeBatch alone = cutter.take();
        assertThat(alone.alone()).isTrue();
        assertThat(alone.end().nextOffset()).isEqualTo(7);
        cutter.add(copyCompleted(4), 8);
        assertThat(cutter.take().end().nextOffset()).isEqualTo(9);
        cutter.add(row(4, 1, true), 9);
        assertThat(cutter.take().changes()).as("rows of the same transaction").hasSize(1);
    }

    /** As a source gives it again that passes over the rows which it has given, and nothing else. */
    @Test
    void aStatementThatFillsATableIsPassedOverWhenItComesAgainBehindItsRows() {
        cutter.add(filling(4), 0);
        cutter.add(copyCompleted(4), 1);
        cutter.take();
        cutter.add(row(4, 1, false), 2);
        cutter.add(row(4, 2, false), 3);
        cutter.add(filling(4), 4);
        cutter.add(copyCompleted(4), 5);
        assertThat(cutter.take()).as("what is whole").isNull();
        cutter.add(row(4, 3, true), 6);
        ChangeBatch rows = cutter.take();
        assertThat(rows.alone()).isFalse();
        assertThat(rows.changes()).extracting(Located::offset).containsExactly(2L, 3L, 6L);
        assertThat(rows.end().sequence()).isEqualTo(new Sequence(1, 4));
    }

    @Test
    void aStatementThatFillsATableIsPassedOverBehindItsRowsInARunThatBeganWithThese() {
        var resumed = new TransactionCutter(PARTITION, new Position(50, new Sequence(1, 3), null, null), 100);
        resumed.add(row(4, 1, false), 50);
        resumed.add(filling(4), 51);
        resumed.add(copyCompleted(4), 52);
        resumed.add(row(4, 1, false), 53);
        resumed.add(row(4, 2, true), 54);
        assertThat(resumed.take().changes()).extracting(Located::offset).containsExactly(50L, 54L);
    }

    @Test
    void aStatementWhoseTransactionLeavesOutATableIsPassedOverWhenItComesAgain() {
        cutter.add(filling(4), 0);
        ChangeBatch statement = cutter.add(leftOut(4), 1);
        assertThat(statement.alone()).isTrue();
        assertThat(cutter.add(filling(4), 2)).isNull();
        cutter.add(leftOut(4), 3);
        assertThat(cutter.take()).isNull();
        cutter.add(end(4), 4);
        ChangeBatch rest = cutter.take();
        assertThat(rest.alone()).isFalse();
        assertThat(rest.changes()).extracting(Located::offset).containsExactly(1L, 3L, 4L);
    }

    /** Its transaction may have no rows; but what came later must not have been applied. */
    @Test
    void aChecksumHoldsBehindItsTransactionAndNowhereElse() {
        cutter.add(row(4, 1, true), 5);
        cutter.add(checksum(4), 6);
        cutter.add(checksum(6), 7);
        cutter.add(row(7, 1, true), 8);
        cutter.add(checksum(6), 9);
        cutter.add(checksum(7), 10);
        ChangeBatch batch = cutter.take();
        assertThat(batch.changes()).extracting(Located::offset).containsExactly(5L, 6L, 7L, 8L, 10L);
        assertThat(batch.alone()).isFalse();
        assertThat(batch.isRowsOnly()).isFalse();
        assertThat(batch.end().nextOffset()).isEqualTo(11);
        assertThat(batch.end().sequence()).isEqualTo(new Sequence(1, 7));
    }

    /** A source that goes on at another server, from an offset before what it has sent, counts that one's transactions on. */
    @Test
    void aTransactionOfAnotherServerWithTheNumberOfTheOpenOneIsAnother() {
        cutter.add(row("0-1-4", 4, 1, false), 0);
        cutter.add(row("0-1-4", 4, 2, false), 1);
        cutter.add(row("0-2-4", 4, 1, false), 2);
        assertThat(cutter.take()).isNull();
        cutter.add(row("0-2-4", 4, 2, true), 3);
        ChangeBatch batch = cutter.take();
        assertThat(batch.changes()).extracting(Located::offset).containsExactly(2L, 3L);
        assertThat(batch.end().gtid()).isEqualTo("0-2-4");
    }

    @Test
    void aTransactionOfAnotherServerWithTheNumberOfTheLastOneIsFound() {
        var resumed = new TransactionCutter(PARTITION, new Position(50, new Sequence(1, 7), "0-1-7", null), 100);
        assertThat(resumed.divergence(row("0-1-6", 6, 1, true))).isNull();
        assertThat(resumed.divergence(row("0-1-7", 7, 1, true))).isNull();
        assertThat(resumed.divergence(row(null, 7, 1, true)))
                .as("without GTIDs")
                .isNull();
        assertThat(resumed.divergence(row("0-1-8", 8, 1, true))).isNull();
        assertThat(resumed.divergence(row("0-2-7", 7, 1, true)))
                .isEqualTo(new Divergence(new Sequence(1, 7), "0-1-7", "0-2-7"));
        assertThat(cutter.divergence(row("0-2-7", 7, 1, true)))
                .as("nothing is known of the last one")
                .isNull();
    }

    /** What is said of a copy stands within a transaction that is not done yet, and the statement before it likewise. */
    @Test
    void thePositionHasTheGtidOfTheTransactionThatItNames() {
        cutter.add(row("0-1-3", 3, 1, true), 0);
        assertThat(cutter.add(filling(4), 1).end().gtid()).isEqualTo("0-1-3");
        assertThat(cutter.take().end().gtid()).as("behind the statement").isEqualTo("0-1-3");
        cutter.add(copyCompleted(4), 2);
        assertThat(cutter.take().end().gtid()).as("behind what follows it").isEqualTo("0-1-3");
        cutter.add(row("0-1-4", 4, 1, true), 3);
        assertThat(cutter.take().end().gtid()).isEqualTo("0-1-4");
        cutter.add(copied(4, true), 4);
        assertThat(cutter.take().end().gtid()).as("behind rows of a copy").isNull();
        assertThat(cutter.divergence(row("0-2-4", 4, 1, true))).isNotNull();
    }

    @Test
    void recordsOfOtherSourcesHaveNoSequenceAndAreAllTaken() {
        cutter.add(row((Sequence) null, 1, true, Origin.STREAMED), 0);
        cutter.add(row((Sequence) null, 1, true, Origin.STREAMED), 1);
        assertThat(cutter.take().changes()).hasSize(2);
    }

    /** A source that is killed at any points, and each time begins again at some transaction before, changes nothing. */
    @Property
    void repetitionsChangeNothing(
            @ForAll @Size(max = 6) List<@IntRange(max = 40) Integer> kills,
            @ForAll @Size(max = 6) List<@IntRange(max = 10) Integer> steps) {
        List<Change> all = new ArrayList<>();
        for (int transaction = 1; transaction <= 10; transaction++) {
            int rows = 1 + transaction % 4;
            for (int order = 1; order <= rows; order++) {
                all.add(row(transaction, order, order == rows));
            }
        }
        var sent = new ArrayList<Change>();
        int at = 0;
        for (int i = 0; i < kills.size(); i++) {
            int killed = Math.min(all.size(), Math.max(at, kills.get(i)));
            sent.addAll(all.subList(at, killed));
            at = transactionStart(all, Math.max(0, killed - (i < steps.size() ? steps.get(i) : 0)));
        }
        sent.addAll(all.subList(at, all.size()));
        var fresh = new TransactionCutter(PARTITION, Position.NONE, 1_000);
        var received = new ArrayList<Change>();
        for (int offset = 0; offset < sent.size(); offset++) {
            fresh.add(sent.get(offset), offset);
            ChangeBatch batch = fresh.take();
            if (batch != null) {
                assertThat(batch.changes()
                                .get(batch.changes().size() - 1)
                                .change()
                                .last())
                        .isTrue();
                batch.changes().forEach(located -> received.add(located.change()));
            }
        }
        assertThat(received).isEqualTo(all);
    }

    private static int transactionStart(List<Change> all, int index) {
        int start = Math.min(index, all.size() - 1);
        while (start > 0 && !all.get(start - 1).last()) {
            start--;
        }
        return start;
    }

    private static RowChange row(long transaction, long order, boolean last) {
        return row(new Sequence(1, transaction), order, last, Origin.STREAMED);
    }

    private static RowChange row(String gtid, long transaction, long order, boolean last) {
        return row(new Sequence(1, transaction), order, last, Origin.STREAMED, gtid);
    }

    private static RowChange copied(long transaction, boolean last) {
        return row(new Sequence(1, transaction), 0, last, Origin.COPIED);
    }

    private static RowChange row(Sequence sequence, long order, boolean last, String snapshot) {
        return row(sequence, order, last, snapshot, null);
    }

    private static RowChange row(Sequence sequence, long order, boolean last, String snapshot, String gtid) {
        return new RowChange(
                TABLE,
                Op.CREATE,
                null,
                new Object[] {1},
                new Origin(0, snapshot, TABLE.id(), sequence, 1, gtid, "binlog.000001", 4, 0, null),
                snapshot.equals(Origin.STREAMED) ? new RowChange.TransactionPlace("t", order, order) : null,
                0,
                last);
    }

    private static RowChange copiedAt(Sequence sequence, boolean last) {
        return row(sequence, 0, last, Origin.COPIED);
    }

    private static TableChange checksum(long transaction) {
        return new TableChange(
                TableChange.Kind.CHECKSUM,
                new Origin(
                        7,
                        Origin.COPIED,
                        TABLE.id(),
                        new Sequence(1, transaction),
                        0,
                        null,
                        "binlog.000001",
                        4,
                        0,
                        null),
                null,
                null,
                List.of(new TableChange.Table(TableChange.Type.CREATE, TABLE.id(), TABLE)),
                true);
    }

    private static TableChange copyStarted(Sequence sequence) {
        return new TableChange(
                TableChange.Kind.COPY_STARTED,
                new Origin(7, Origin.COPIED, TABLE.id(), sequence, 0, null, "binlog.000001", 4, 0, null),
                null,
                "CREATE TABLE t (id INT)",
                List.of(new TableChange.Table(TableChange.Type.CREATE, TABLE.id(), TABLE)),
                true);
    }

    private static TableChange filling(long transaction) {
        return new TableChange(
                TableChange.Kind.DDL, ddl(transaction).origin(), "d", "CREATE TABLE t AS SELECT 1", List.of(), false);
    }

    /** There is nothing to copy of a table that is new. */
    private static TableChange copyCompleted(long transaction) {
        Origin origin = ddl(transaction).origin().ofCopy(TABLE.id());
        return new TableChange(TableChange.Kind.COPY_COMPLETED, origin, null, null, List.of(), true);
    }

    private static TableChange leftOut(long transaction) {
        Origin origin = ddl(transaction).origin();
        return new TableChange(TableChange.Kind.LEFT_OUT, origin, null, "not to be carried", List.of(), false);
    }

    private static TableChange end(long transaction) {
        return new TableChange(TableChange.Kind.END, ddl(transaction).origin(), null, null, List.of(), true);
    }

    private static TableChange ddl(long transaction) {
        return new TableChange(
                TableChange.Kind.DDL,
                new Origin(
                        0,
                        Origin.STREAMED,
                        TABLE.id(),
                        new Sequence(1, transaction),
                        1,
                        "0-1-" + transaction,
                        "binlog.000001",
                        4,
                        0,
                        null),
                "d",
                "ALTER TABLE t ADD c INT",
                List.of(),
                true);
    }
}
