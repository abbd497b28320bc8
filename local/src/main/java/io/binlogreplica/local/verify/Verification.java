package io.binlogreplica.local.verify;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.local.comparison.ConnectionSource;
import io.binlogreplica.local.comparison.TableDefinition;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares two servers while they are written to. The servers compute; what travels is one line a chunk, and the keys of rows that
 * differ. A row counts as differing only when it stays so after the replica has had the time to apply what was under way.
 */
public final class Verification {

    private static final Logger log = LoggerFactory.getLogger(Verification.class);

    private static final int NO_SUCH_TABLE = 1146;
    private static final int UNKNOWN_COLUMN = 1054;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int TABLE_DEFINITION_CHANGED = 1412;

    private final ConnectionSource primarySource;
    private final ConnectionSource replicaSource;
    private final String servers;
    private final VerifyOptions options;
    private @Nullable String sink;
    private Progress progress = (table, done, total) -> {};

    /** Is told how far a verification is. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Called now and then, and when a table begins.
         *
         * @param done rows of that table
         * @param total about how many rows it has; an estimate of the primary
         */
        void table(TableId table, long done, long total);
    }

    /**
     * A verification.
     *
     * @param primary opens connections to it, as a user who may read all that is compared
     * @param replica likewise
     * @param servers names the two, to tell the noted progress of one pair from that of another
     */
    public Verification(ConnectionSource primary, ConnectionSource replica, String servers, VerifyOptions options) {
        this.primarySource = primary;
        this.replicaSource = replica;
        this.servers = servers;
        this.options = options;
    }

    /** Which sink writes to the replica, by its name in Connect; none unless said. */
    public Verification ofSink(String name) {
        sink = name;
        return this;
    }

    public Verification onProgress(Progress listener) {
        progress = listener;
        return this;
    }

    /**
     * Compares all tables.
     *
     * @throws SQLException when a server can't be read, or there is nothing to compare
     */
    public VerifyReport run() throws SQLException, InterruptedException {
        long startNanos = System.nanoTime();
        ProgressFile noted = ProgressFile.open(options.progressFile(), servers);
        try (Server primary = new Server("primary", primarySource);
                Server replica = new Server("replica", replicaSource)) {
            var fence = new PositionFence(primary, replica, options.stateDatabase(), sink, options.settle());
            var structure = new ArrayList<String>();
            List<TableId> tables = tables(primary, replica, fence, structure);
            var verdicts = new ArrayList<TableVerdict>();
            var pace = new Pace(options.rowsPerSecond());
            for (TableId table : tables) {
                TableVerdict verdict = noted.done(table);
                if (verdict == null) {
                    verdict = verify(table, primary, replica, fence, pace, noted);
                    noted.note(verdict);
                }
                verdicts.add(verdict);
            }
            noted.delete();
            return new VerifyReport(structure, verdicts, Duration.ofNanos(System.nanoTime() - startNanos));
        }
    }

    /** The tables that both have; what else there is is a difference of structure. */
    private List<TableId> tables(Server primary, Server replica, Fence fence, List<String> structure)
            throws SQLException, InterruptedException {
        Server.Question<Map<TableId, TableDefinition>> question = this::definitions;
        Both<Map<TableId, TableDefinition>> definitions = Server.askBoth(primary, question, replica, question);
        Map<TableId, TableDefinition> expected = definitions.primary();
        Map<TableId, TableDefinition> found = definitions.replica();
        if (expected.isEmpty()) {
            throw new SQLException("the primary has no table that is to be compared, or its user may not read them");
        }
        // a table that came or went a moment ago may be under way
        Set<TableId> unmatched = new TreeSet<>(expected.keySet());
        unmatched.addAll(found.keySet());
        unmatched.removeIf(table -> expected.containsKey(table)
                && found.containsKey(table)
                && TableDefinition.differences("", expected.get(table), found.get(table))
                        .isEmpty());
        if (!unmatched.isEmpty()) {
            fence.await();
            definitions = Server.askBoth(primary, question, replica, question);
        }
        var both = new ArrayList<TableId>();
        Set<TableId> all = new TreeSet<>(definitions.primary().keySet());
        all.addAll(definitions.replica().keySet());
        for (TableId table : all) {
            TableDefinition one = definitions.primary().get(table);
            TableDefinition other = definitions.replica().get(table);
            if (one == null) {
                structure.add(table + ": only the replica has this table");
            } else if (other == null) {
                structure.add(table + ": only the primary has this table");
            } else {
                structure.addAll(TableDefinition.differences(table.toString(), one, other));
                both.add(table);
            }
        }
        return both;
    }

    private Map<TableId, TableDefinition> definitions(Statement statement) throws SQLException {
        var databases = new TreeSet<String>();
        for (TableId table : new InformationSchema(statement.getConnection()).tables()) {
            if (options.includesDatabase(table.database())) {
                databases.add(table.database());
            }
        }
        var definitions = new TreeMap<TableId, TableDefinition>();
        for (String database : databases) {
            TableDefinition.read(statement.getConnection(), database).forEach((name, definition) -> {
                if (options.includes(database, name)) {
                    definitions.put(new TableId(database, name), definition);
                }
            });
        }
        return definitions;
    }

    private TableVerdict verify(
            TableId table, Server primary, Server replica, Fence fence, Pace pace, ProgressFile noted)
            throws InterruptedException, SQLException {
        for (int attempt = 0; ; attempt++) {
            try {
                String copying = copying(table, replica);
                if (copying != null) {
                    return TableVerdict.notCompared(table, copying);
                }
                TableVerdict verdict = compare(table, primary, replica, fence, pace, noted);
                String copyingNow = verdict.isEqual() ? null : copying(table, replica);
                return copyingNow == null ? verdict : TableVerdict.notCompared(table, copyingNow);
            } catch (SQLException e) {
                if (!isTableChanged(e)) {
                    throw new SQLException(
                            "table " + table + ": " + e.getMessage(), e.getSQLState(), e.getErrorCode(), e);
                }
                log.info("{} was changed while it was compared: {}", table, e.getMessage());
                fence.await();
                if (attempt == 2) {
                    return TableVerdict.notCompared(
                            table, "it was changed or dropped each time it was compared: " + e.getMessage());
                }
            }
        }
    }

    private TableVerdict compare(
            TableId table, Server primary, Server replica, Fence fence, Pace pace, ProgressFile noted)
            throws SQLException, InterruptedException {
        Server.Question<TablePlan.Side> question = statement -> side(statement, table);
        Both<TablePlan.Side> sides = Server.askBoth(primary, question, replica, question);
        TablePlan plan = TablePlan.of(sides.primary(), sides.replica());
        long total = primary.ask(statement -> estimate(statement, table));
        progress.table(table, 0, total);
        RowCounter counter = rows -> progress.table(table, rows, Math.max(total, rows));
        return plan.isByKey()
                ? new KeyedTable(plan, primary, replica, fence, options, pace, noted).compare(counter)
                : new WholeRowsTable(plan, primary, replica, fence, options).compare(counter);
    }

    private static TablePlan.Side side(Statement statement, TableId table) throws SQLException {
        var information = new InformationSchema(statement.getConnection());
        TableSchema schema = information.table(table);
        if (schema == null) {
            throw new SQLException("Table '" + table + "' doesn't exist", "42S02", NO_SUCH_TABLE);
        }
        return new TablePlan.Side(
                schema,
                Database.flavor(statement.getConnection()),
                information.hasPrefixKey(table),
                number(statement, "SELECT @@max_allowed_packet"));
    }

    private static long estimate(Statement statement, TableId table) throws SQLException {
        return number(
                statement,
                "SELECT COALESCE(MAX(TABLE_ROWS), 0) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                        + literal(table.database()) + " AND TABLE_NAME = " + literal(table.table()));
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String literal(String name) {
        return "'" + name.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** Why a table is not to be compared now; null when it is. */
    private @Nullable String copying(TableId table, Server replica) throws SQLException, InterruptedException {
        if (sink == null) {
            return null;
        }
        String query = "SELECT database_name, table_name FROM " + Identifier.quote(options.stateDatabase())
                + ".replica_table_state WHERE state = 'COPYING' AND connector = " + literal(sink);
        Map<TableId, Boolean> copying = replica.ask(statement -> {
            var tables = new HashMap<TableId, Boolean>();
            try (ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    tables.put(new TableId(row.getString(1), row.getString(2)), true);
                }
            } catch (SQLException e) {
                if (e.getErrorCode() != NO_SUCH_TABLE && e.getErrorCode() != UNKNOWN_DATABASE) {
                    throw e;
                }
            }
            return tables;
        });
        return copying.containsKey(table)
                ? "it is being copied; verify again when replica_table_state has it LIVE"
                : null;
    }

    private static boolean isTableChanged(SQLException e) {
        return e.getErrorCode() == NO_SUCH_TABLE
                || e.getErrorCode() == UNKNOWN_COLUMN
                || e.getErrorCode() == TABLE_DEFINITION_CHANGED;
    }
}
