package io.binlogreplica.source;

import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.config.ColumnConfig;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.record.Projection;
import io.binlogreplica.source.schema.PresentTables;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;

/** What of a primary the user has chosen, and what would be lost by it. */
final class Choice {

    private Choice() {}

    /**
     * What would make records, or a replica, wrong without anybody noticing.
     *
     * @param cascadesAreLogged whether the binlog has them, as the child's own changes
     * @param computedAreLogged whether the binlog has the columns that the server computes
     */
    static List<Preflight.Problem> problems(
            SourceConfig config,
            List<TableId> tables,
            ForeignKeys foreignKeys,
            boolean cascadesAreLogged,
            boolean computedAreLogged,
            PresentTables presentTables) {
        var problems = new ArrayList<Preflight.Problem>();
        for (TableId child : tables) {
            for (ForeignKey key : foreignKeys.ofChild(child)) {
                if (!cascadesAreLogged && key.cascades() && !config.capture().includes(key.parent())) {
                    problems.add(new Preflight.Problem(
                            setting(config.capture(), key.parent()),
                            "leaves out " + key.parent() + ", whose changes cascade to " + child + " by foreign key "
                                    + key.name() + ": the binlog does not have these changes of " + child
                                    + "; capture both, or neither"));
                }
            }
        }
        if (!config.columns().isWhole()) {
            var projection = new Projection(config.columns(), computedAreLogged);
            for (TableId table : tables) {
                TableSchema schema = presentTables.find(table);
                try {
                    if (schema != null) {
                        projection.schema(schema);
                    }
                } catch (ConnectException e) {
                    problems.add(new Preflight.Problem(
                            config.columns().key(table) == null ? ColumnConfig.EXCLUDED : ColumnConfig.KEYS,
                            e.getMessage() == null ? e.toString() : e.getMessage()));
                }
            }
        }
        return problems;
    }

    /** The setting that most likely left the table out. */
    private static String setting(CaptureConfig capture, TableId table) {
        if (!capture.includesDatabase(table.database())) {
            return CaptureConfig.DATABASES;
        }
        return capture.tablesExcluded().stream()
                        .anyMatch(pattern -> pattern.matcher(table.toString()).matches())
                ? CaptureConfig.TABLES_EXCLUDED
                : CaptureConfig.TABLES;
    }
}
