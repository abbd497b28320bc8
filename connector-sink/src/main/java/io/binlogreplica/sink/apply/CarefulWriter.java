package io.binlogreplica.sink.apply;

import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.database.SqlFailure;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.config.ConflictPolicy;
import io.binlogreplica.sink.config.FailureConfig;
import io.binlogreplica.sink.config.SchemaDriftPolicy;
import io.binlogreplica.sink.drift.StructureCheck;
import io.binlogreplica.sink.drift.StructureDrift;
import io.binlogreplica.sink.failure.ErrantRecords;
import io.binlogreplica.sink.failure.RowFailure;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.plan.Group;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups of a batch that was refused, to find out which rows cannot be written, and settles these: a group that is refused
 * too is written row by row. Whatever is refused leaves nothing behind, so the rest of the transaction stands.
 */
final class CarefulWriter {

    private static final Logger log = LoggerFactory.getLogger(CarefulWriter.class);

    private final Connection connection;
    private final GroupWriter groups;
    private final Meetings meetings;
    private final Leftovers leftovers;
    private final StructureCheck structure;
    private final TableHealth health;
    private final ErrantRecords errantRecords;
    private final FailureConfig config;

    CarefulWriter(
            Connection connection,
            GroupWriter groups,
            Meetings meetings,
            Leftovers leftovers,
            StructureCheck structure,
            TableHealth health,
            ErrantRecords errantRecords,
            FailureConfig config) {
        this.connection = connection;
        this.groups = groups;
        this.meetings = meetings;
        this.leftovers = leftovers;
        this.structure = structure;
        this.health = health;
        this.errantRecords = errantRecords;
        this.config = config;
    }

    /**
     * Writes a group, but for rows that cannot be written.
     *
     * @throws SQLException when the replica cannot be reached, or refuses for reasons that pass
     * @throws ConnectException when the task is to stop at a row
     */
    void write(Group group, TopicPartition partition) throws SQLException {
        if (group.rows().size() > 1 && tryAll(group, partition)) {
            return;
        }
        for (Located row : group.rows()) {
            writeOne(group.withChecks(stillChecks(group)).only(row), row, partition);
        }
    }

    /** Tables may have come to lack rows since the group was planned. */
    private boolean stillChecks(Group group) throws SQLException {
        return group.foreignKeyChecks() && meetings.checks(group.mapping().table(), group.op());
    }

    private boolean tryAll(Group group, TopicPartition partition) throws SQLException {
        TableId table = group.mapping().table();
        if (health.isDegraded(table)) {
            return false;
        }
        Savepoint before = connection.setSavepoint();
        try {
            groups.write(group.withChecks(stillChecks(group)), meetings.of(table), partition);
            connection.releaseSavepoint(before);
            health.applied(table);
            return true;
        } catch (RowFailure e) {
            connection.rollback(before);
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            connection.rollback(before);
        }
        return false;
    }

    private void writeOne(Group row, Located located, TopicPartition partition) throws SQLException {
        TableId table = row.mapping().table();
        if (health.isDegraded(table)) {
            health.skipped(table);
            return;
        }
        GroupWriter.Meeting meeting = meetings.of(table);
        RowFailure failure = tryOne(row, meeting, located, partition);
        if (failure != null && row.foreignKeyChecks() && leftovers.delete(row, located, failure)) {
            failure = tryOne(row, meeting, located, partition);
        }
        if (failure == null) {
            health.applied(table);
        } else if (!isSettledConflict(row, meeting, failure, located, partition)) {
            leaveOut(row, failure, located, partition);
        }
    }

    /** Null when it is written. */
    private @Nullable RowFailure tryOne(
            Group row, GroupWriter.Meeting meeting, Located located, TopicPartition partition) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            groups.write(row, meeting, partition);
            connection.releaseSavepoint(before);
            return null;
        } catch (RowFailure e) {
            connection.rollback(before);
            return e;
        } catch (SQLException e) {
            SqlFailure kind = SqlErrors.classify(e);
            if (kind.isTransient()) {
                throw e;
            }
            connection.rollback(before);
            RowFailure refused = RowFailure.refused(located, row.mapping(), partition, e);
            if (!kind.isOfTable()) {
                throw fatal(refused, "Put right what the error names, and restart the task.");
            }
            return refused;
        }
    }

    private boolean isSettledConflict(
            Group row, GroupWriter.Meeting meeting, RowFailure failure, Located located, TopicPartition partition)
            throws SQLException {
        if (!failure.isConflict() || meeting != GroupWriter.Meeting.STRICT) {
            return false;
        }
        TableId table = row.mapping().table();
        // a value of another unique index may be in the way, and then no row of this key is there to be kept
        if (config.conflicts() == ConflictPolicy.KEEP && (row.op() != Op.CREATE || groups.has(row))) {
            health.conflict(table);
            String kept = failure.getMessage() + " The replica's row is kept.";
            log.warn("[DRIFT] {}", kept);
            if (row.foreignKeyChecks()) {
                // with the row, what would have changed with it
                for (TableId dependent : meetings.cascadesTo((RowChange) located.change())) {
                    health.damaged(dependent, TableHealth.cascaded(table, kept), located.place(partition));
                }
            }
            return true;
        }
        if (config.conflicts() == ConflictPolicy.OVERWRITE
                && tryOne(row, meetings.relaxed(table), located, partition) == null) {
            health.conflict(table);
            health.applied(table);
            log.warn("[DRIFT] {} The replica's row is overwritten.", failure.getMessage());
            return true;
        }
        return false;
    }

    private void leaveOut(Group row, RowFailure failure, Located located, TopicPartition partition)
            throws SQLException {
        TableId table = row.mapping().table();
        if (config.conflicts() == ConflictPolicy.FAIL) {
            throw fatal(
                    failure,
                    "Compare the table with the primary's, put it right, and restart the task; or have the table"
                            + " copied anew.");
        }
        if (failure.isConflict()) {
            health.conflict(table);
        }
        errantRecords.report(partition, located.offset(), failure);
        try {
            structure.requireFit(row.mapping().source());
            health.failed(table, meetings.cascadesTo(table), failure.getMessage(), located.place(partition));
        } catch (StructureDrift e) {
            if (config.structure() == SchemaDriftPolicy.FAIL) {
                throw e.fatal(located.place(partition));
            }
            health.degraded(table, meetings.cascadesTo(table), e.getMessage(), located.place(partition));
            health.skipped(table);
        }
    }

    private static ConnectException fatal(RowFailure failure, String remedy) {
        return new ConnectException(failure.getMessage() + " " + remedy, failure);
    }
}
