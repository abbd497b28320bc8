package io.binlogreplica.sink.apply;

import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.config.FailureConfig;
import io.binlogreplica.sink.config.SchemaDriftPolicy;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.drift.StructureCheck;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.failure.ErrantRecords;
import io.binlogreplica.sink.failure.RowFailure;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.metrics.SinkMetrics;
import io.binlogreplica.sink.plan.Footprint;
import io.binlogreplica.sink.plan.Group;
import io.binlogreplica.sink.plan.Plan;
import io.binlogreplica.sink.plan.Planner;
import io.binlogreplica.sink.state.Position;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import io.binlogreplica.sink.verify.RangeVerifier;
import io.binlogreplica.sink.verify.SourceRequests;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes batches over one connection. Whatever it remembers is true of that connection's transaction; both end together. */
final class BatchWriter {

    private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

    private final Connection connection;
    private final StateTables states;
    private final ErrantRecords errantRecords;
    private final FailureConfig config;
    private final GroupWriter groups;
    private final CarefulWriter careful;
    private final DefinitionWriter definitions;
    private final TargetTables targets = new TargetTables();
    private final StructureCheck structure;
    private final TableHealth health;
    private final Meetings meetings;
    private final TableEvents tableEvents;
    private final RangeVerifier verifier;
    private final TableLayout layout;
    private @Nullable Planner planner;
    /** A transaction was written in part. */
    private boolean within;
    /** Where the transaction was before the part that is being written; null when that is its beginning. */
    private @Nullable Savepoint beforePart;
    /** What the batch's own statement met with, which is done and not to be done again. */
    private @Nullable StructureDrift drift;
    /** Groups of the batch that no transaction takes back: to be written behind all that may be refused. */
    private final List<Group> last = new ArrayList<>();

    BatchWriter(
            Connection connection,
            StateTables states,
            ErrantRecords errantRecords,
            SinkConfig config,
            SourceRequests requests,
            SinkMetrics metrics)
            throws SQLException {
        this.connection = connection;
        this.states = states;
        this.errantRecords = errantRecords;
        this.config = config.failures();
        this.structure = new StructureCheck(targets, connection);
        this.health = new TableHealth(this.config.failuresMax(), metrics::tables);
        this.meetings =
                new Meetings(connection, targets, health, config.layout().isTable());
        this.tableEvents =
                new TableEvents(connection, targets, states.definitions(), states.verifications(), health, meetings);
        this.layout = new TableLayout(config, connection, targets);
        var foreignKeyChecks = new ForeignKeyChecks(connection);
        this.groups = new GroupWriter(
                connection,
                foreignKeyChecks,
                this.config.conflictDetection(),
                config.layout().isTable());
        this.careful = new CarefulWriter(
                connection,
                groups,
                meetings,
                new Leftovers(connection, targets, health, foreignKeyChecks),
                structure,
                health,
                errantRecords,
                this.config);
        this.definitions = new DefinitionWriter(connection, foreignKeyChecks, targets, states, config);
        this.verifier = new RangeVerifier(
                connection,
                targets,
                health,
                new RowDeletes(connection, foreignKeyChecks),
                states.verifications(),
                config.verify(),
                requests,
                metrics);
        health.load(states.tables(), connection);
        health.sayDamaged();
        connection.commit();
    }

    boolean isWithinTransaction() {
        return within;
    }

    /**
     * How to apply the rows of a batch that has nothing else.
     *
     * @param underWay batches before it that are not committed yet
     * @throws StructureDrift when a table does not take its rows
     */
    Plan plan(ChangeBatch batch, List<Footprint> underWay) throws SQLException, StructureDrift {
        layout.prepare(batch);
        var rows = new ArrayList<Planner.Row>(batch.changes().size());
        for (Located located : batch.changes()) {
            RowChange row = (RowChange) located.change();
            if (!isLeftOut(row)) {
                rows.add(plannable(located, row));
            }
        }
        return planner().plan(rows, underWay);
    }

    /** Writes rows, which {@link #commit} or {@link #rollback} must follow. */
    void write(List<Group> plan, TopicPartition partition) throws SQLException, RowFailure {
        for (Group group : plan) {
            TableId table = group.mapping().table();
            groups.write(group, meetings.of(table), partition);
            health.applied(table);
        }
    }

    /** Likewise, what no transaction takes back: not if another task has taken the partition over. */
    void writeLast(List<Group> groups, TopicPartition partition, long epoch, long from)
            throws SQLException, RowFailure {
        states.positions().lock(partition, epoch, from, connection);
        write(groups, partition);
    }

    /**
     * Commits what was written, with the position behind it.
     *
     * @param epoch under which this task has the partition
     * @param from the offset that the partition is at
     */
    void commit(ChangeBatch batch, long epoch, long from) throws SQLException {
        Milestone.ROWS_APPLIED.reached();
        Position end = Objects.requireNonNull(batch.end());
        health.save(states.tables(), connection);
        states.positions().advance(batch.partition(), epoch, from, end, connection);
        Milestone.POSITION_WRITTEN.reached();
        connection.commit();
        within = false;
        verifier.committed();
        errantRecords.applied(batch.partition(), end.nextOffset());
        log.debug(
                "[APPLY] {} changes of {}, next offset {}",
                batch.changes().size(),
                batch.partition(),
                end.nextOffset());
    }

    /**
     * Writes a batch that has more than rows, or is a part of a transaction, and if it is whole, commits it with its position.
     *
     * @param epoch under which this task has the partition
     * @param from the offset that the partition is at
     */
    void write(ChangeBatch batch, long epoch, long from) throws SQLException, RowFailure {
        if (batch.isTakeBack()) {
            rollback();
            return;
        }
        if (!within) {
            layout.prepare(batch);
            states.positions().lock(batch.partition(), epoch, from, connection);
        }
        drift = batch.alone() ? runAlone(batch.last(), batch.partition()) : null;
        beforePart = batch.whole() && !within ? null : connection.setSavepoint();
        writeChanges(batch, false);
        end(batch, epoch, from);
    }

    /**
     * Writes a batch that was refused once more, to find out which rows cannot be written; these are left out, and their tables marked,
     * or the task stops.
     *
     * @throws ConnectException that says why the task must stop
     */
    void writeCarefully(ChangeBatch batch, long epoch, long from, Exception cause) throws SQLException {
        if (batch.alone()) {
            Located statement = batch.last();
            throw new ConnectException(
                    statement.place(batch.partition()).text() + ": the replica refuses a statement: "
                            + cause.getMessage() + " Put right what the error names, and restart the task.",
                    cause);
        }
        log.warn(
                "[RETRY] a batch of {} was refused and is applied with care: {}",
                batch.partition(),
                cause.getMessage());
        drift = null;
        verifier.rolledBack();
        if (beforePart == null) {
            rollback();
            states.positions().lock(batch.partition(), epoch, from, connection);
            beforePart = batch.whole() ? null : connection.setSavepoint();
        } else {
            connection.rollback(beforePart);
            health.load(states.tables(), connection);
        }
        try {
            writeChanges(batch, true);
        } catch (RowFailure e) {
            throw new AssertionError("a careful writer settles rows that fail", e);
        }
        end(batch, epoch, from);
    }

    private void end(ChangeBatch batch, long epoch, long from) throws SQLException {
        if (batch.whole()) {
            commit(batch, epoch, from);
            beforePart = null;
            return;
        }
        within = true;
        health.save(states.tables(), connection);
        errantRecords.applied(batch.partition(), batch.last().offset());
    }

    void rollback() throws SQLException {
        connection.rollback();
        verifier.rolledBack();
        within = false;
        beforePart = null;
        health.load(states.tables(), connection);
        connection.commit();
    }

    /** Another connection has changed tables, or their states. */
    void forget() throws SQLException {
        targets.forget();
        layout.forget();
        groups.forget();
        planner = null;
        reloadStates();
    }

    /** Another connection has changed tables' states. */
    void reloadStates() throws SQLException {
        health.load(states.tables(), connection);
        connection.commit();
    }

    // Statements that the replica commits by itself

    private @Nullable StructureDrift runAlone(Located located, TopicPartition partition) throws SQLException {
        planner = null;
        groups.forget();
        TableId truncated =
                located.change() instanceof RowChange row ? row.schema().id() : null;
        if (truncated != null && health.isDegraded(truncated)) {
            return null;
        }
        try {
            if (truncated != null) {
                layout.requireTruncate(truncated);
            }
            definitions.run(located, partition);
            return null;
        } catch (StructureDrift e) {
            return e;
        }
    }

    private void degrade(StructureDrift by, Located located, TopicPartition partition) throws SQLException {
        if (config.structure() == SchemaDriftPolicy.FAIL) {
            throw by.fatal(located.place(partition));
        }
        for (TableId table : by.tables()) {
            health.degraded(table, meetings.cascadesTo(table), by.getMessage(), located.place(partition));
        }
    }

    // Changes

    private void writeChanges(ChangeBatch batch, boolean carefully) throws SQLException, RowFailure {
        TopicPartition partition = batch.partition();
        last.clear();
        var rows = new ArrayList<Planner.Row>(batch.changes().size());
        for (Located located : batch.changes()) {
            if (located.change() instanceof RowChange row) {
                if (!isLeftOut(row) && row.op() != Op.TRUNCATE) {
                    add(row, located, partition, rows, carefully);
                }
            } else if (located.change() instanceof TableChange table) {
                if (table.kind() != TableChange.Kind.DEFINITION) {
                    writeRows(rows, partition, carefully);
                    for (TableChange.Table concerned : table.tables()) {
                        writeLast(group -> group.mapping().table().equals(concerned.id()), partition, carefully);
                    }
                }
                if (table.kind() == TableChange.Kind.CHECKSUM) {
                    verifier.compare(table, located.place(partition));
                } else {
                    tableEvents.follow(table, located.place(partition));
                }
            }
        }
        writeRows(rows, partition, carefully);
        writeLast(group -> true, partition, carefully);
        if (drift != null) {
            degrade(drift, batch.changes().get(0), partition);
        }
    }

    /** Whether the row's table takes no more; the row is counted then. */
    private boolean isLeftOut(RowChange row) {
        TableId table = row.schema().id();
        boolean degraded = health.isDegraded(table);
        if (degraded) {
            health.skipped(table);
        }
        return degraded;
    }

    /** Adds the row to those that are to be written, if its table takes it. */
    private void add(
            RowChange row, Located located, TopicPartition partition, List<Planner.Row> rows, boolean carefully)
            throws SQLException, RowFailure {
        try {
            rows.add(plannable(located, row));
        } catch (StructureDrift e) {
            // what comes before is not concerned
            writeRows(rows, partition, carefully);
            writeLast(group -> true, partition, carefully);
            degrade(e, located, partition);
            health.skipped(row.schema().id());
        }
    }

    private Planner.Row plannable(Located located, RowChange row) throws SQLException, StructureDrift {
        Mapping mapping = structure.mapping(row.schema());
        layout.require(mapping);
        boolean checks = (row.flags() & (RowChange.NO_FOREIGN_KEY_CHECKS | RowChange.CASCADES_LOGGED)) == 0
                && meetings.checks(mapping.table(), row.op());
        if (checks) {
            meetings.requireCascadesAsOnThePrimary(mapping.table(), row.op());
        }
        return new Planner.Row(located, mapping, checks);
    }

    /** Writes rows, or keeps them for {@link #writeLast}, and takes them out of the list. */
    private void writeRows(List<Planner.Row> rows, TopicPartition partition, boolean carefully)
            throws SQLException, RowFailure {
        if (rows.isEmpty()) {
            return;
        }
        Plan plan = planner().plan(rows, List.of());
        write(plan.ahead(), partition, carefully);
        last.addAll(plan.last());
        rows.clear();
    }

    private void writeLast(Predicate<Group> which, TopicPartition partition, boolean carefully)
            throws SQLException, RowFailure {
        write(last.stream().filter(which).toList(), partition, carefully);
        last.removeIf(which);
    }

    private void write(List<Group> plan, TopicPartition partition, boolean carefully) throws SQLException, RowFailure {
        if (carefully) {
            for (Group group : plan) {
                careful.write(group, partition);
            }
        } else {
            write(plan, partition);
        }
    }

    private Planner planner() throws SQLException {
        if (planner == null) {
            planner = new Planner(targets.foreignKeys(connection), new ServerWeights(connection));
        }
        return planner;
    }
}
