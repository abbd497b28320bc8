package io.binlogreplica.local.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells rows that differ from rows whose changes are under way. In each round a row is read on the primary, then the replica gets the
 * time to apply all up to then, then the row is read there. If it is what it was on the primary before or after, it is equal. Else, if
 * the primary's row has not changed meanwhile, it differs; since it may have changed to and fro, this has to be so several times
 * running, with the same values.
 *
 * @param <I> what identifies a row
 */
final class Settling<I> {

    private static final int ROUNDS_TO_CONFIRM = 3;
    private static final int ROUNDS_BEHIND_MAX = 2;
    private static final int ROUNDS_MAX = 60;

    /** Reads what there is of some rows now: their digests or counts. Rows that are not there are not in the answer. */
    @FunctionalInterface
    interface Look<I> {
        Map<I, String> at(Collection<I> rows) throws SQLException, InterruptedException;
    }

    /**
     * A row that differs.
     *
     * @param primary null when the primary does not have it
     * @param replica null when the replica does not have it
     * @param confirmed false when the replica stayed behind, or the row kept changing
     */
    record Difference<I>(
            I row, @Nullable String primary, @Nullable String replica, boolean confirmed) {}

    private static final class Suspect {
        @Nullable
        String primary;

        @Nullable
        String replica;

        int rounds;
    }

    private final Look<I> primary;
    private final Look<I> replica;
    private final Fence fence;

    Settling(Look<I> primary, Look<I> replica, Fence fence) {
        this.primary = primary;
        this.replica = replica;
        this.fence = fence;
    }

    /** Those of the rows that differ, in their order. */
    List<Difference<I>> differences(Collection<I> rows) throws SQLException, InterruptedException {
        Map<I, Suspect> suspects = new LinkedHashMap<>();
        rows.forEach(row -> suspects.put(row, new Suspect()));
        Map<I, Difference<I>> found = new HashMap<>();
        int behind = 0;
        boolean looked = false;
        for (int round = 0; !suspects.isEmpty(); round++) {
            Map<I, String> onPrimary = primary.at(suspects.keySet());
            if (looked) {
                judge(suspects, onPrimary, behind, round, found);
            }
            suspects.forEach((row, suspect) -> suspect.primary = onPrimary.get(row));
            if (suspects.isEmpty()) {
                break;
            }
            behind = fence.await() ? 0 : behind + 1;
            Map<I, String> onReplica = replica.at(suspects.keySet());
            suspects.forEach((row, suspect) -> {
                String now = onReplica.get(row);
                if (!Objects.equals(suspect.replica, now)) {
                    suspect.rounds = 0;
                }
                suspect.replica = now;
            });
            looked = true;
        }
        var differences = new ArrayList<Difference<I>>();
        for (I row : rows) {
            Difference<I> difference = found.remove(row);
            if (difference != null) {
                differences.add(difference);
            }
        }
        return differences;
    }

    private void judge(
            Map<I, Suspect> suspects, Map<I, String> onPrimary, int behind, int round, Map<I, Difference<I>> found) {
        suspects.entrySet().removeIf(entry -> {
            Suspect suspect = entry.getValue();
            String now = onPrimary.get(entry.getKey());
            if (Objects.equals(suspect.replica, suspect.primary) || Objects.equals(suspect.replica, now)) {
                return true;
            }
            suspect.rounds = Objects.equals(suspect.primary, now) && behind == 0 ? suspect.rounds + 1 : 0;
            boolean confirmed = suspect.rounds >= ROUNDS_TO_CONFIRM;
            if (!confirmed && behind < ROUNDS_BEHIND_MAX && round < ROUNDS_MAX) {
                return false;
            }
            found.put(entry.getKey(), new Difference<>(entry.getKey(), suspect.primary, suspect.replica, confirmed));
            return true;
        });
    }
}
