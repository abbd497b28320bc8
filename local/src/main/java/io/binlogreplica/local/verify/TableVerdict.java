package io.binlogreplica.local.verify;

import io.binlogreplica.record.TableId;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about one table.
 *
 * @param primaryRows how many rows the primary has
 * @param replicaRows how many the replica has
 * @param findings the first rows that differ
 * @param complete whether those are all
 * @param notCompared why the table could not be compared; null when it was
 * @param leftOut columns that were not compared, each with the reason
 */
public record TableVerdict(
        TableId table,
        long primaryRows,
        long replicaRows,
        List<Finding> findings,
        boolean complete,
        @Nullable String notCompared,
        List<String> leftOut) {

    public TableVerdict {
        findings = List.copyOf(findings);
        leftOut = List.copyOf(leftOut);
    }

    static TableVerdict notCompared(TableId table, String reason) {
        return new TableVerdict(table, 0, 0, List.of(), true, reason, List.of());
    }

    public boolean isEqual() {
        return findings.isEmpty() && complete && notCompared == null;
    }

    /** Whether at least one row certainly differs. */
    public boolean differs() {
        return !complete || findings.stream().anyMatch(Finding::confirmed);
    }

    @Override
    public String toString() {
        if (notCompared != null) {
            return table + ": not compared: " + notCompared;
        }
        String rows = primaryRows + " rows on the primary, " + replicaRows + " on the replica";
        String without =
                leftOut.isEmpty() ? "" : leftOut.stream().collect(Collectors.joining("; ", "; not compared: ", ""));
        if (isEqual()) {
            return table + ": equal, " + rows + without;
        }
        return table + ": " + rows + without
                + findings.stream().map(finding -> "\n  " + finding).collect(Collectors.joining())
                + (complete ? "" : "\n  and more: the rest of the table was not compared");
    }
}
