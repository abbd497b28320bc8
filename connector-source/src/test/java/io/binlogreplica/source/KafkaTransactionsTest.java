package io.binlogreplica.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.source.record.ChangeRecord;
import io.binlogreplica.source.record.TestRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;
import org.junit.jupiter.api.Test;

class KafkaTransactionsTest {

    private final Ends ends = new Ends();
    private long nanos;
    private final KafkaTransactions transactions = new KafkaTransactions(ends, () -> nanos);

    private final ChangeRecord row = TestRecords.record(false);
    private final ChangeRecord last = TestRecords.record(true);

    @Test
    void whatIsWholeEndsAtOnceWhenNothingFollows() {
        transactions.handOver(List.of(row, last), false, 10);
        assertThat(ends.behind).containsExactly(last);
    }

    @Test
    void whatIsWholeWaitsForOthersWhileMoreFollows() {
        transactions.handOver(List.of(row, last), true, 10);
        assertThat(ends.behind).isEmpty();
        pass(Duration.ofMillis(100));
        transactions.handOver(List.of(last, row), true, 20);
        assertThat(ends.behind).containsExactly(last);
    }

    @Test
    void theRestOfWhatIsWholeEndsWithTheNextCallThatHasNothing() {
        transactions.handOver(List.of(last), true, 10);
        transactions.handOver(List.of(), false, 10);
        assertThat(ends.batches).isEqualTo(1);
        transactions.handOver(List.of(), false, 10);
        assertThat(ends.batches).isEqualTo(1);
    }

    /** It could end amid what comes next, if that were waited for. */
    @Test
    void whatIsWholeNeedNotWaitForOthersAndATornSourceTransactionMust() {
        assertThat(transactions.endsNow(false)).isFalse();
        transactions.handOver(List.of(last), true, 10);
        assertThat(transactions.endsNow(true)).isFalse();
        assertThat(transactions.endsNow(false)).isTrue();
        transactions.handOver(List.of(row), false, 20);
        assertThat(transactions.endsNow(false)).isFalse();
        assertThat(ends.batches).isZero();
    }

    @Test
    void orAfterSomeTimeWhereMoreIsExpected() {
        transactions.handOver(List.of(last), true, 10);
        transactions.handOver(List.of(), true, 10);
        assertThat(ends.batches).isZero();
        pass(Duration.ofMillis(100));
        transactions.handOver(List.of(), true, 10);
        assertThat(ends.batches).isEqualTo(1);
    }

    @Test
    void aSourceTransactionThatIsBrokenOffByAnOutageEndsBeforeTheBrokerEndsIt() {
        transactions.handOver(List.of(row), false, 10);
        pass(Duration.ofSeconds(29));
        transactions.handOver(List.of(), false, 10);
        assertThat(ends.batches).isZero();
        pass(Duration.ofSeconds(1));
        transactions.handOver(List.of(), false, 10);
        assertThat(ends.batches).isEqualTo(1);
    }

    @Test
    void aSlowSourceTransactionEndsInParts() {
        transactions.handOver(List.of(row), true, 10);
        pass(Duration.ofSeconds(30));
        transactions.handOver(List.of(row), true, 20);
        assertThat(ends.behind).containsExactly(row);
    }

    @Test
    void aLargeSourceTransactionEndsInParts() {
        transactions.handOver(List.of(row), true, 10);
        transactions.handOver(List.of(row), true, 10 + (16 << 20));
        assertThat(ends.behind).containsExactly(row);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Notes where Connect is asked to end. */
    private static final class Ends implements TransactionContext {

        final List<SourceRecord> behind = new ArrayList<>();
        int batches;

        @Override
        public void commitTransaction() {
            batches++;
        }

        @Override
        public void commitTransaction(SourceRecord record) {
            behind.add(record);
        }

        @Override
        public void abortTransaction() {
            throw new AssertionError("nothing is taken back");
        }

        @Override
        public void abortTransaction(SourceRecord record) {
            throw new AssertionError("nothing is taken back");
        }
    }
}
