package io.binlogreplica.sink.resync;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.config.ResyncMode;
import io.binlogreplica.sink.state.ResyncRequests.Request;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStates.Since;
import io.binlogreplica.sink.state.TableStatus;
import io.binlogreplica.sink.state.Verifications.Differed;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResyncPlanTest {

    private static final LocalDateTime T = LocalDateTime.of(2026, 1, 1, 12, 0);
    private static final TableId TABLE = new TableId("shop", "orders");
    private static final ResyncConfig CONFIG = new ResyncConfig(
            ResyncMode.AUTO, "kafka:9092", "", "", Map.of(), Duration.ofSeconds(10), Duration.ofSeconds(60), 3);

    private static ResyncPlan plan(TableState state, int since, Request request, int now) {
        return plan(state, since, request, Map.of(), T.plusSeconds(now));
    }

    private static ResyncPlan plan(
            TableState state, int since, Request request, Map<TableId, Differed> differed, LocalDateTime now) {
        return ResyncPlan.of(
                Map.of(TABLE, new Since(state, T.plusSeconds(since), "cause")),
                request == null ? Map.of() : Map.of(TABLE, request),
                differed,
                now,
                CONFIG);
    }

    private static Request asked(int attempts, int at) {
        return new Request(attempts, T.plusSeconds(at));
    }

    @Test
    void aTableThatDiffersIsDueAfterTheDelay() {
        assertThat(plan(TableState.DAMAGED, 0, null, 9).due()).isEmpty();
        assertThat(plan(TableState.DAMAGED, 0, null, 10).due()).containsExactly(TABLE);
        assertThat(plan(TableState.DEGRADED, 0, null, 10).due()).containsExactly(TABLE);
    }

    @Test
    void aTableThatIsWholeOrBeingCopiedIsNot() {
        assertThat(plan(TableState.LIVE, 0, null, 1000).due()).isEmpty();
        assertThat(plan(TableState.COPYING, 0, null, 1000).due()).isEmpty();
    }

    @Test
    void eachCopyInVainDoublesTheWait() {
        assertThat(plan(TableState.DAMAGED, 100, asked(1, 50), 119).due()).isEmpty();
        assertThat(plan(TableState.DAMAGED, 100, asked(1, 50), 120).due()).containsExactly(TABLE);
        assertThat(plan(TableState.DAMAGED, 100, asked(2, 50), 139).due()).isEmpty();
        assertThat(plan(TableState.DAMAGED, 100, asked(2, 50), 140).due()).containsExactly(TABLE);
    }

    @Test
    void aRequestThatNothingCameOfIsRepeatedAfterTheLongestWait() {
        assertThat(plan(TableState.DAMAGED, 0, asked(1, 20), 79).due()).isEmpty();
        assertThat(plan(TableState.DAMAGED, 0, asked(1, 20), 80).due()).containsExactly(TABLE);
    }

    /** The copies of all tables may take longer than the longest wait. */
    @Test
    void allTablesAreNotAskedForAgainOnceTheFirstCopyHasBegun() {
        var others = new Since(TableState.DEGRADED, T, "cause");
        Map<TableId, Request> requests = Map.of(TableStatus.ALL_OTHERS, asked(1, 20));
        var waiting = Map.of(TableStatus.ALL_OTHERS, others, TABLE, new Since(TableState.DEGRADED, T, "cause"));
        assertThat(ResyncPlan.of(waiting, requests, Map.of(), T.plusSeconds(10_000), CONFIG)
                        .due())
                .contains(TableStatus.ALL_OTHERS);
        var begun =
                Map.of(TableStatus.ALL_OTHERS, others, TABLE, new Since(TableState.COPYING, T.plusSeconds(30), null));
        assertThat(ResyncPlan.of(begun, requests, Map.of(), T.plusSeconds(10_000), CONFIG)
                        .due())
                .isEmpty();
    }

    @Test
    void afterTheLastAttemptItIsLeftToTheOperator() {
        ResyncPlan plan = plan(TableState.DAMAGED, 100, asked(3, 50), 10_000);
        assertThat(plan.due()).isEmpty();
        assertThat(plan.givenUp()).containsExactly(TABLE);
    }

    @Test
    void attemptsAreForgottenOnceTheTableHasBeenWholeForLong() {
        assertThat(plan(TableState.LIVE, 100, asked(2, 50), 159).whole()).isEmpty();
        assertThat(plan(TableState.LIVE, 100, asked(2, 50), 160).whole()).containsExactly(TABLE);
    }

    @Test
    void attemptsAreKeptUntilVerificationFindsTheTableEqual() {
        assertThat(whole(30, null, T.plusSeconds(10_000))).isEmpty();
        assertThat(whole(30, 90, T.plusSeconds(10_000)))
                .as("a pass before the copy")
                .isEmpty();
        assertThat(whole(130, 120, T.plusSeconds(10_000)))
                .as("it differs once more")
                .isEmpty();
        assertThat(whole(30, 120, T.plusSeconds(159))).as("too soon").isEmpty();
        assertThat(whole(30, 120, T.plusSeconds(160))).containsExactly(TABLE);
        assertThat(whole(30, null, T.plusDays(31)))
                .as("verification may be off by now")
                .containsExactly(TABLE);
    }

    /** Of a table that was copied, and is live since the second 100. */
    private static Set<TableId> whole(int differed, Integer pass, LocalDateTime now) {
        var found = new Differed(T.plusSeconds(differed), pass == null ? null : T.plusSeconds(pass));
        return plan(TableState.LIVE, 100, asked(2, 50), Map.of(TABLE, found), now)
                .whole();
    }

    @Test
    void signalsAreDebeziums() {
        assertThat(Signals.signal(List.of(TABLE, new TableId("a.b", "c\"d"))))
                .isEqualTo("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\"shop.orders\","
                        + "\"\\\\Qa.b.c\\\"d\\\\E\"],\"type\":\"INCREMENTAL\"}}");
        assertThat(Signals.signal(List.of(TableStatus.ALL_OTHERS, TABLE))).contains("[\".*\"]");
    }
}
