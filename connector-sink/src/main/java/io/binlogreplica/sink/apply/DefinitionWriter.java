package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import io.binlogreplica.record.Change;
import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.StatementSession;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.config.ApplyConfig;
import io.binlogreplica.sink.config.FailureConfig;
import io.binlogreplica.sink.config.SchemaDriftPolicy;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.drift.AlteredBeforehand;
import io.binlogreplica.sink.drift.Changing;
import io.binlogreplica.sink.drift.ExtraConstraints;
import io.binlogreplica.sink.drift.Obstacles;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the statements that the replica commits by itself. Each can be run again after a kill with the same result, since its
 * position is committed behind it.
 */
final class DefinitionWriter {

    private static final Logger log = LoggerFactory.getLogger(DefinitionWriter.class);

    private static final int NO_SUCH_DATABASE_TO_USE = 1049;
    private static final int TABLE_EXISTS = 1050;
    private static final int NO_SUCH_TABLE = 1146;
    private static final int VERSIONED_TRUNCATE = 4137;

    private static final Pattern AUTO_INCREMENT = Pattern.compile(" AUTO_INCREMENT=\\d+");

    /**
     * Statements that may leave all definitions as they were, though rows, columns or tables have changed places: names that go round,
     * partitions that are exchanged.
     */
    private static final Pattern MAY_LEAVE_DEFINITIONS = Pattern.compile(
            "\\bEXCHANGE\\s+PARTITION\\b|\\bRENAME\\s+(?:/\\*.*?\\*/\\s*)*TABLES?\\b.*,"
                    + "|\\b(CHANGE|RENAME)\\b.*,.*\\b(CHANGE|RENAME)\\b"
                    + "|^(?=.*\\bDROP\\b)(?=.*\\bADD\\b)(?=.*\\b(?:CHANGE|RENAME)\\b)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** How MySQL logs a table that a query fills: the rows follow in the same transaction, as all rows do. */
    private static final Pattern WITH_ROWS_BEHIND = Pattern.compile(
            "^(\\s*CREATE\\s+TABLE\\b.*\\S)\\s+START\\s+TRANSACTION\\s*$", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Connection connection;
    private final ForeignKeyChecks foreignKeyChecks;
    private final TargetTables targets;
    private final ApplyConfig config;
    private final FailureConfig failures;
    private final StateTables states;
    private final AlteredBeforehand beforehand;

    DefinitionWriter(
            Connection connection,
            ForeignKeyChecks foreignKeyChecks,
            TargetTables targets,
            StateTables states,
            SinkConfig config) {
        this.connection = connection;
        this.states = states;
        this.foreignKeyChecks = foreignKeyChecks;
        this.targets = targets;
        this.config = config.apply();
        this.failures = config.failures();
        this.beforehand = new AlteredBeforehand(targets, connection);
    }

    /**
     * Runs what a change says.
     *
     * @throws StructureDrift when the replica's table is in the way, or the replica refuses it
     */
    void run(Located located, TopicPartition partition) throws SQLException, StructureDrift {
        try {
            runStatement(located, partition);
        } finally {
            targets.forget();
        }
    }

    private void runStatement(Located located, TopicPartition partition) throws SQLException, StructureDrift {
        Change change = located.change();
        if (change instanceof RowChange row) {
            truncateAs(row);
        } else if (change instanceof TableChange table) {
            if (table.kind().beginsCopy()) {
                for (TableChange.Table started : table.tables()) {
                    beginCopy(Objects.requireNonNull(started.schema()), Objects.requireNonNull(table.ddl()));
                }
            } else if (table.origin().streamed()) {
                ddl(table, partition, located.offset());
            } else if (config.createTables()) {
                createDatabase(Objects.requireNonNull(table.ddl()));
            }
        }
    }

    /** Before the first copy: tables that come later, and name no charset, have the database's. */
    private void createDatabase(String ddl) throws SQLException {
        try {
            execute(null, ddl);
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            log.warn("[DDL] {} is not done, which matters once tables are created in it: {}", ddl, e.getMessage());
        }
    }

    private void beginCopy(TableSchema schema, String ddl) throws SQLException, StructureDrift {
        requireNames(List.of(schema.id()));
        try {
            makeReady(schema, ddl);
        } catch (SQLException e) {
            requireOf(List.of(schema.id()), e);
            throw StructureDrift.notEmptied(schema.id(), e);
        }
    }

    /** An empty table like the primary's. */
    private void makeReady(TableSchema schema, String ddl) throws SQLException, StructureDrift {
        TableId id = schema.id();
        targets.forget();
        Mapping.Fit fit = targets.fit(schema, connection);
        if (fit == null) {
            create(schema, ddl);
            return;
        }
        String here = Objects.requireNonNull(definition(id, List.of(id)));
        List<String> differences = fit instanceof Mapping.Misfit misfit
                ? misfit.differences()
                : Changing.differences(id, ddl, here, schema, Objects.requireNonNull(targets.table(id, connection)));
        if (!differences.isEmpty()) {
            if (failures.structure() != SchemaDriftPolicy.EVOLVE || !config.createTables()) {
                throw StructureDrift.misfit(id, differences);
            }
            makeAnew(schema, ddl, String.join("; ", differences));
            return;
        }
        for (String constraint : ExtraConstraints.of(ddl, here)) {
            log.warn(
                    "[DRIFT] {} has on the replica what it has not on the primary: {}. Rows that this refuses will be left"
                            + " out; drop it",
                    id,
                    constraint);
        }
        if (!isEmpty(id)) {
            log.info("[TRANSFER] {} has rows on the replica; it is emptied for the copy", id);
            empty(schema, ddl);
        }
    }

    private void empty(TableSchema schema, String ddl) throws SQLException, StructureDrift {
        try {
            truncate(schema.id());
        } catch (SQLException e) {
            if (e.getErrorCode() != VERSIONED_TRUNCATE || !config.createTables()) {
                throw e;
            }
            makeAnew(schema, ddl, String.valueOf(e.getMessage()));
        }
    }

    private void makeAnew(TableSchema schema, String ddl, String why) throws SQLException, StructureDrift {
        log.warn("[DRIFT] {} is made anew for the copy: {}", schema.id(), why);
        execute(null, "DROP TABLE " + Identifier.quote(schema.id()));
        create(schema, ddl);
    }

    private void create(TableSchema schema, String ddl) throws SQLException, StructureDrift {
        TableId id = schema.id();
        if (!config.createTables()) {
            throw StructureDrift.notCreated(id, ApplyConfig.CREATE_TABLES);
        }
        execute(null, "CREATE DATABASE IF NOT EXISTS " + Identifier.quote(id.database()));
        try {
            execute(id.database(), ddl);
        } catch (SQLException e) {
            List<String> obstacles = SqlErrors.isTransient(e) ? List.of() : Obstacles.of(schema, connection);
            if (!obstacles.isEmpty()) {
                throw StructureDrift.foreign(id, obstacles, e);
            }
            throw refused(List.of(id), ddl, e);
        }
        log.info("[TRANSFER] {} created", id);
        Milestone.STATEMENT_RUN.reached();
    }

    private boolean isEmpty(TableId id) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM " + Identifier.quote(id) + " LIMIT 1")) {
            return !rows.next();
        }
    }

    private void truncateAs(RowChange row) throws SQLException, StructureDrift {
        TableId id = row.schema().id();
        requireNames(List.of(id));
        try {
            truncate(id);
        } catch (SQLException e) {
            throw refused(List.of(id), "TRUNCATE TABLE " + id, e);
        }
    }

    private void truncate(TableId id) throws SQLException {
        execute(null, "TRUNCATE TABLE " + Identifier.quote(id));
        log.info("[TRUNCATE] {}", id);
    }

    /**
     * Runs the primary's DDL, which the replica commits by itself. After a kill behind that it comes again: then it is not run, since some
     * statements are taken back by a second run.
     */
    private void ddl(TableChange change, TopicPartition partition, long offset) throws SQLException, StructureDrift {
        String sql =
                WITH_ROWS_BEHIND.matcher(Objects.requireNonNull(change.ddl())).replaceFirst("$1");
        List<TableId> tables =
                change.tables().stream().map(TableChange.Table::id).toList();
        if (!tables.isEmpty() && dropsOnly(change) && areMisnamed(tables)) {
            log.info("[DDL] is not run, since it drops nothing of the replica's: {}", sql);
            return;
        }
        requireNames(tables);
        if (!tables.isEmpty() && wasRun(change, tables, sql, partition, offset)) {
            log.info("[DDL] was done before: {}", sql);
            return;
        }
        try {
            String database = tables.isEmpty() ? present(change.database()) : change.database();
            SQLException passedOver = executeAs(change.session(), database, sql);
            log.info("[DDL] {}", sql);
            Milestone.STATEMENT_RUN.reached();
            if (passedOver != null && isNew(change) && !isDone(change, tables, sql, passedOver)) {
                throw refused(tables, sql, passedOver);
            }
        } catch (SQLException e) {
            SqlFailure failure = SqlErrors.classify(e);
            boolean notRun = e instanceof NotRun;
            if (notRun || failure != SqlFailure.UNKNOWN_OUTCOME) {
                states.ddlSteps().forget(partition, connection);
                connection.commit();
            }
            if (notRun || failure.isTransient() || !isDone(change, tables, sql, e)) {
                throw refused(tables, sql, e);
            }
            log.info("[DDL] is not run, since the replica is like that already: {}; it says: {}", sql, e.getMessage());
        }
    }

    /**
     * Whether the statement was run, but its position not saved. It was if its tables are not as they were before.
     *
     * @throws StructureDrift when that cannot be told
     */
    private boolean wasRun(TableChange change, List<TableId> tables, String sql, TopicPartition partition, long offset)
            throws SQLException, StructureDrift {
        String now = definitions(tables);
        String before = states.ddlSteps().before(partition, offset, connection);
        if (before == null) {
            states.ddlSteps().begin(partition, offset, now, connection);
            return false;
        }
        if (!before.equals(now)) {
            // MariaDB drops several tables one after the other, and what has ended it in between leaves the rest
            return !dropsOnly(change) || areGone(tables);
        }
        if (MAY_LEAVE_DEFINITIONS.matcher(sql).find()) {
            throw StructureDrift.uncertain(tables, sql);
        }
        return false;
    }

    /**
     * Nothing is done to a table under the name of another.
     *
     * @throws StructureDrift of all, when the replica takes one's name for another
     */
    private void requireNames(List<TableId> tables) throws SQLException, StructureDrift {
        for (TableId table : tables) {
            Mapping.Misnamed misnamed = targets.misnamed(table, connection);
            if (misnamed != null) {
                throw StructureDrift.misnamed(tables, table, misnamed);
            }
        }
    }

    private boolean areMisnamed(List<TableId> tables) throws SQLException {
        for (TableId table : tables) {
            if (targets.misnamed(table, connection) == null) {
                return false;
            }
        }
        return true;
    }

    private static boolean dropsOnly(TableChange change) {
        return change.tables().stream().allMatch(table -> table.type() == TableChange.Type.DROP);
    }

    private boolean areGone(List<TableId> tables) throws SQLException, StructureDrift {
        for (TableId table : tables) {
            if (definition(table, tables) != null) {
                return false;
            }
        }
        return true;
    }

    private String definitions(List<TableId> tables) throws SQLException, StructureDrift {
        var text = new StringBuilder();
        for (TableId table : new TreeSet<>(tables)) {
            text.append(table).append(": ").append(definition(table, tables)).append('\n');
        }
        return text.toString();
    }

    /**
     * Null when there is no such table.
     *
     * @throws StructureDrift of all that are concerned, when there is one that the server cannot open
     */
    private @Nullable String definition(TableId table, List<TableId> concerned) throws SQLException, StructureDrift {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + Identifier.quote(table))) {
            row.next();
            return AUTO_INCREMENT.matcher(row.getString(2)).replaceAll("");
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == NO_SUCH_DATABASE_TO_USE) {
                return null;
            }
            requireOf(concerned, e);
            throw StructureDrift.unreadable(table, concerned, e);
        }
    }

    /**
     * What to say of a refusal.
     *
     * @throws SQLException as {@link #requireOf}
     */
    private static StructureDrift refused(List<TableId> tables, String sql, SQLException e) throws SQLException {
        requireOf(tables, e);
        return StructureDrift.refused(tables, sql, e);
    }

    /**
     * Whether an error is one of these tables.
     *
     * @throws SQLException when it passes by itself, or has nothing to do with them
     */
    private static void requireOf(List<TableId> tables, SQLException e) throws SQLException {
        SqlFailure failure = SqlErrors.classify(e);
        if (failure.isTransient() || failure == SqlFailure.DENIED || tables.isEmpty()) {
            throw e;
        }
    }

    private boolean isDone(TableChange change, List<TableId> tables, String sql, SQLException refusal)
            throws SQLException {
        try {
            return beforehand.has(change, sql, refusal);
        } catch (SQLException e) {
            requireOf(tables, e);
            return false;
        }
    }

    /** A statement that creates a database has that as its session's. */
    private @Nullable String present(@Nullable String database) throws SQLException {
        return database != null && new InformationSchema(connection).hasDatabase(database) ? database : null;
    }

    /** Whether it makes tables that the primary did not have, under whatever name. */
    private static boolean isNew(TableChange change) {
        return !change.tables().isEmpty()
                && change.tables().stream().allMatch(table -> table.type() == TableChange.Type.CREATE);
    }

    /** Null, or what it would have been refused for without {@code IF NOT EXISTS}. */
    private @Nullable SQLException executeAs(@Nullable StatementSession session, @Nullable String database, String sql)
            throws SQLException {
        // commits, as the statement itself would; MariaDB (11.4) runs ALTER TABLE ... CONVERT TABLE in no other way
        connection.setAutoCommit(true);
        try {
            PrimarySession entered = entered(session);
            try {
                return execute(database, sql);
            } finally {
                entered.leave();
            }
        } finally {
            connection.setAutoCommit(false);
        }
    }

    private PrimarySession entered(@Nullable StatementSession session) throws NotRun {
        try {
            return PrimarySession.enter(session, connection);
        } catch (SQLException e) {
            throw new NotRun(e);
        }
    }

    /** The session could not be made as the primary's was, and the statement was not run. */
    private static final class NotRun extends SQLException {

        private static final long serialVersionUID = 1;

        NotRun(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }

    /** With the primary's own foreign keys, whose tables may come later. Null, or what it says of a table that is there already. */
    private @Nullable SQLException execute(@Nullable String database, String sql) throws SQLException {
        foreignKeyChecks.set(false);
        try (Statement statement = connection.createStatement()) {
            if (database != null && !database.isEmpty()) {
                statement.execute("USE " + Identifier.quote(database));
            }
            statement.execute(sql);
            for (SQLWarning note = statement.getWarnings(); note != null; note = note.getNextWarning()) {
                if (note.getErrorCode() == TABLE_EXISTS) {
                    return note;
                }
            }
            return null;
        }
    }
}
