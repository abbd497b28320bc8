package io.binlogreplica.local.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param structure differences between definitions and lists of tables, in words
 * @param tables one verdict for each table that both servers have
 * @param took how long this run took
 */
public record VerifyReport(List<String> structure, List<TableVerdict> tables, Duration took) {

    private static final int EQUAL = 0;
    private static final int DIFFERENT = 1;
    private static final int UNDECIDED = 3;

    public VerifyReport {
        structure = List.copyOf(structure);
        tables = List.copyOf(tables);
    }

    public boolean isEqual() {
        return exitStatus() == EQUAL;
    }

    /** 0: equal; 1: something differs; 3: nothing is known to differ, but not all could be compared or confirmed. */
    public int exitStatus() {
        if (!structure.isEmpty() || tables.stream().anyMatch(TableVerdict::differs)) {
            return DIFFERENT;
        }
        return tables.stream().allMatch(TableVerdict::isEqual) ? EQUAL : UNDECIDED;
    }

    public long rows() {
        return tables.stream().mapToLong(TableVerdict::primaryRows).sum();
    }

    /** For programs; the names of the fields stay. */
    public String json() {
        ObjectNode report = new ObjectMapper().createObjectNode();
        report.put("equal", isEqual());
        report.put("exit_status", exitStatus());
        report.put("rows", rows());
        report.put("seconds", Math.round(took.toMillis() / 100.0) / 10.0);
        structure.forEach(report.putArray("structure")::add);
        var list = report.putArray("tables");
        for (TableVerdict table : tables) {
            ObjectNode json = list.addObject();
            json.put("table", table.table().toString());
            json.put("equal", table.isEqual());
            json.put("primary_rows", table.primaryRows());
            json.put("replica_rows", table.replicaRows());
            json.put("complete", table.complete());
            json.put("not_compared", table.notCompared());
            table.leftOut().forEach(json.putArray("columns_left_out")::add);
            var findings = json.putArray("differences");
            for (Finding finding : table.findings()) {
                ObjectNode row = findings.addObject();
                row.put("kind", finding.kind().name());
                row.put("row", finding.row());
                row.put("times", finding.times());
                row.put("confirmed", finding.confirmed());
                finding.columns().forEach(row.putArray("columns")::add);
            }
        }
        return report.toPrettyString();
    }
}
