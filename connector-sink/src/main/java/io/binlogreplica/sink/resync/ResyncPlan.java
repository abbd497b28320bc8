package io.binlogreplica.sink.resync;

import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.config.ResyncConfig;
import io.binlogreplica.sink.state.ResyncRequests.Request;
import io.binlogreplica.sink.state.TableState;
import io.binlogreplica.sink.state.TableStates.Since;
import io.binlogreplica.sink.state.TableStatus;
import io.binlogreplica.sink.state.Verifications.Differed;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tables are to be copied anew, by how long they have differed and how often they were copied in vain.
 *
 * @param due the time has come to ask for these
 * @param givenUp copied in vain as often as may be
 * @param whole were asked for, and have been whole for long enough
 */
record ResyncPlan(Set<TableId> due, Set<TableId> givenUp, Set<TableId> whole) {

    /** After so long, what verification has found of a table is forgotten: it may be off by now. */
    private static final Duration DOUBT_MAX = Duration.ofDays(30);

    /**
     * What is to be done now.
     *
     * @param differed tables that verification has found to differ
     */
    static ResyncPlan of(
            Map<TableId, Since> states,
            Map<TableId, Request> requests,
            Map<TableId, Differed> differed,
            LocalDateTime now,
            ResyncConfig config) {
        return new ResyncPlan(
                select(
                        states.keySet(),
                        table -> isDue(states.get(table), requests.get(table), now, config)
                                && !(table.equals(TableStatus.ALL_OTHERS) && hasBegun(states, requests.get(table)))),
                select(states.keySet(), table -> isGivenUp(states.get(table), requests.get(table), config)),
                select(requests.keySet(), table -> isWhole(states.get(table), differed.get(table), now, config)));
    }

    private static Set<TableId> select(Set<TableId> tables, Predicate<TableId> which) {
        var selected = new TreeSet<TableId>();
        tables.stream().filter(which).forEach(selected::add);
        return selected;
    }

    /** Whether copies have begun that all tables were asked for together: the others' turns come, however long that takes. */
    static boolean hasBegun(Map<TableId, Since> states, @Nullable Request request) {
        return request != null
                && states.values().stream().anyMatch(state -> state.since().isAfter(request.requested()));
    }

    private static boolean isDue(
            @Nullable Since state, @Nullable Request request, LocalDateTime now, ResyncConfig config) {
        if (state == null || !state.differs() || isGivenUp(state, request, config)) {
            return false;
        }
        if (request != null && !request.requested().isBefore(state.since())) {
            // the source was asked, and no copy has begun: it may be down, and will find the signal when it is back
            return !now.isBefore(request.requested().plus(config.delayMax()));
        }
        return !now.isBefore(state.since().plus(delay(request == null ? 0 : request.attempts(), config)));
    }

    private static boolean isGivenUp(@Nullable Since state, @Nullable Request request, ResyncConfig config) {
        return state != null
                && state.differs()
                && request != null
                && request.attempts() >= config.attemptsMax()
                && request.requested().isBefore(state.since());
    }

    /**
     * A table that differs again soon after a copy is not to be copied again and again at short intervals. Whether one does that
     * verification had found to differ is known when it has gone through it, which may take longer.
     */
    private static boolean isWhole(
            @Nullable Since state, @Nullable Differed differed, LocalDateTime now, ResyncConfig config) {
        if (state == null) {
            return true;
        }
        boolean inDoubt = differed != null && !differed.isEqualSince(state.since());
        return state.state() == TableState.LIVE
                && !now.isBefore(state.since().plus(inDoubt ? DOUBT_MAX : config.delayMax()));
    }

    private static Duration delay(int attempts, ResyncConfig config) {
        Duration delay = config.delay();
        for (int i = 0; i < attempts && delay.compareTo(config.delayMax()) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(config.delayMax()) < 0 ? delay : config.delayMax();
    }
}
