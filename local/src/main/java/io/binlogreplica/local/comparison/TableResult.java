package io.binlogreplica.local.comparison;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How the rows of one table compare.
 *
 * @param primaryRows how many the primary has
 * @param replicaRows how many the replica has
 * @param differences the first ones
 * @param complete whether those are all
 */
public record TableResult(
        String table, long primaryRows, long replicaRows, List<RowDifference> differences, boolean complete) {

    public TableResult {
        differences = List.copyOf(differences);
    }

    public boolean identical() {
        return differences.isEmpty() && complete;
    }

    @Override
    public String toString() {
        String rows = primaryRows == replicaRows
                ? primaryRows + " rows"
                : primaryRows + " rows on the primary, " + replicaRows + " on the replica";
        return table + " (" + rows + "): "
                + differences.stream().map(RowDifference::toString).collect(Collectors.joining("; "))
                + (complete ? "" : "; and more");
    }
}
