package io.binlogreplica.sink.apply;

import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.sink.failure.TableHealth;
import io.binlogreplica.sink.state.Place;
import io.binlogreplica.sink.state.TableDefinitions;
import io.binlogreplica.sink.state.Verifications;
import io.binlogreplica.sink.table.Mapping;
import io.binlogreplica.sink.table.TargetTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the stream says of tables between their rows, and what that means for the state of each. */
final class TableEvents {

    private final Connection connection;
    private final TargetTables targets;
    private final TableDefinitions definitions;
    private final Verifications verifications;
    private final TableHealth health;
    private final Meetings meetings;

    TableEvents(
            Connection connection,
            TargetTables targets,
            TableDefinitions definitions,
            Verifications verifications,
            TableHealth health,
            Meetings meetings) {
        this.connection = connection;
        this.targets = targets;
        this.definitions = definitions;
        this.verifications = verifications;
        this.health = health;
        this.meetings = meetings;
    }

    void follow(TableChange change, Place place) throws SQLException {
        keepDefinitions(change);
        switch (change.kind()) {
            case COPY_STARTED -> {
                for (TableChange.Table table : change.tables()) {
                    damageCascaded(table.id(), place);
                    health.copyStarted(table.id());
                }
            }
            case COPY_RESTARTED -> change.tables().forEach(table -> health.copyStarted(table.id()));
            case COPY_COMPLETED -> change.tables().forEach(table -> health.copyCompleted(table.id()));
            case DDL -> {
                followDatabase(change);
                followNames(change.tables());
                damageBelowDegraded(change, place);
            }
            case LEFT_OUT -> change.tables().forEach(table -> health.damaged(table.id(), leftOut(change), place));
            case DEFINITION, END, CHECKSUM -> {
                // says how rows are to be read, and nothing of the replica
            }
        }
    }

    private static String leftOut(TableChange change) {
        return "its changes are left out by the source, which copies it anew: " + change.ddl();
    }

    /** Changes of the table that came before its copy were not sent; what they would have cascaded to has not seen them. */
    private void damageCascaded(TableId table, Place place) throws SQLException {
        for (TableId child : meetings.cascadesTo(table)) {
            if (health.isLive(child)) {
                health.damaged(
                        child,
                        "changes of " + table + " cascade to it, and those before the copy of " + table
                                + " began were not sent; have both copied together.",
                        place);
            }
        }
    }

    /** A statement may join tables to one whose changes are left out, and with these what they would have cascaded to. */
    private void damageBelowDegraded(TableChange change, Place place) throws SQLException {
        if (health.isAllWhole()) {
            return;
        }
        for (TableChange.Table changed : change.tables()) {
            TableId above = changed.type() == TableChange.Type.DROP ? null : meetings.degradedAbove(changed.id());
            if (above != null) {
                String cause = TableHealth.cascaded(above, "its changes are left out.");
                health.damaged(changed.id(), cause, place);
                for (TableId below : meetings.cascadesTo(changed.id())) {
                    health.damaged(below, cause, place);
                }
            }
        }
    }

    /** A database that was dropped has taken its tables with it, which the change does not name. */
    private void followDatabase(TableChange change) throws SQLException {
        String database = change.database();
        if (!change.tables().isEmpty() || database == null || new InformationSchema(connection).hasDatabase(database)) {
            return;
        }
        for (TableId table : health.tablesOf(database)) {
            verifications.forget(table, connection);
            health.dropped(table);
        }
    }

    /** A table that was renamed is as good as it was before. */
    private void followNames(List<TableChange.Table> tables) throws SQLException {
        for (int i = 0; i < tables.size(); i++) {
            TableId table = tables.get(i).id();
            switch (tables.get(i).type()) {
                case DROP -> {
                    verifications.forget(table, connection);
                    if (i + 1 < tables.size() && tables.get(i + 1).type() == TableChange.Type.CREATE) {
                        i++;
                        health.renamed(table, tables.get(i).id());
                    } else {
                        health.dropped(table);
                    }
                }
                case CREATE -> health.created(table);
                case ALTER -> {
                    // is as good as it was
                }
            }
        }
    }

    private boolean fits(TableSchema schema) throws SQLException {
        try {
            return targets.fit(schema, connection) instanceof Mapping.Fits;
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e)) {
                throw e;
            }
            // of a type that is not known, or broken: not what the source told
            return false;
        }
    }

    private void keepDefinitions(TableChange table) throws SQLException {
        for (TableChange.Table defined : table.tables()) {
            TableSchema schema = defined.schema();
            if (schema != null) {
                definitions.keep(schema, connection);
                boolean asOfNow =
                        table.kind() == TableChange.Kind.DDL || table.kind() == TableChange.Kind.COPY_COMPLETED;
                if (asOfNow && !fits(schema)) {
                    definitions.doubt(schema.id(), connection);
                }
            }
        }
    }
}
