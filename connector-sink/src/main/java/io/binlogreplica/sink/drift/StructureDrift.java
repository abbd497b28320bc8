package io.binlogreplica.sink.drift;

import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.state.Place;
import io.binlogreplica.sink.table.Mapping;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** A table of the replica is not what changes of the primary's table need. */
public final class StructureDrift extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<TableId> tables;

    private StructureDrift(List<TableId> tables, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.tables = List.copyOf(tables);
    }

    /** The replica's table does not take every value of the primary's rows. */
    public static StructureDrift misfit(TableId table, List<String> differences) {
        return new StructureDrift(
                List.of(table),
                "table " + table + " of the replica does not fit the primary's: " + String.join("; ", differences)
                        + ".",
                null);
    }

    /** The replica would take another table for one of these. */
    public static StructureDrift misnamed(List<TableId> tables, TableId table, Mapping.Misnamed misnamed) {
        return new StructureDrift(
                tables, "table " + table + " is none of the replica's: " + misnamed.reason() + ".", null);
    }

    /** The replica has no such table. */
    public static StructureDrift missing(TableId table) {
        return new StructureDrift(
                List.of(table),
                "the replica has no table " + table + ", and its definition was not sent with a copy.",
                null);
    }

    /** The replica has no such table, and none is to be made. */
    public static StructureDrift notCreated(TableId table, String setting) {
        return new StructureDrift(
                List.of(table),
                "the replica has no table " + table + ", and " + setting + " is off: create the table first.",
                null);
    }

    /** Its rows need an order that topics of single tables do not keep. */
    public static StructureDrift notInOrder(TableId table, List<String> reasons) {
        return new StructureDrift(
                List.of(table),
                "table " + table + " is not right to be applied from a topic of its own: " + String.join("; ", reasons)
                        + ".",
                null);
    }

    /** Nobody can tell whether a statement was run on the replica. */
    public static StructureDrift uncertain(List<TableId> tables, String sql) {
        return new StructureDrift(
                tables,
                "the task ended while a statement of the primary was run that may leave the tables' definitions as they"
                        + " are, so that it cannot be told whether it was: " + sql + ".",
                null);
    }

    /** The replica would carry out a part of what the primary did. */
    public static StructureDrift circle(TableId table) {
        return new StructureDrift(
                List.of(table),
                "changes of table " + table
                        + " cascade in a circle of foreign keys, which the replica breaks off: its MySQL"
                        + " needs innodb_native_foreign_keys=ON in its configuration.",
                null);
    }

    /** The replica's kind of server cannot have the table as the primary has it. */
    public static StructureDrift foreign(TableId table, List<String> obstacles, Exception cause) {
        return new StructureDrift(
                List.of(table),
                "the replica cannot have table " + table + " as the primary has it: " + String.join("; ", obstacles)
                        + ". Create the table on the replica, with the same names, types and charsets, and collations"
                        + " that the replica has, then have it copied anew; or leave it out. The replica says: "
                        + cause.getMessage() + ".",
                cause);
    }

    /** The replica refused a statement that changes tables. */
    public static StructureDrift refused(List<TableId> tables, String sql, Exception cause) {
        return new StructureDrift(
                tables,
                "the replica refuses a statement of the primary: " + cause.getMessage() + ": " + sql + ".",
                cause);
    }

    /** The replica has the table, and cannot say how it is. */
    public static StructureDrift unreadable(TableId table, List<TableId> concerned, Exception cause) {
        return new StructureDrift(
                concerned, "the replica cannot open table " + table + ": " + cause.getMessage() + ".", cause);
    }

    /** The replica refuses to have the table emptied, or made anew. */
    public static StructureDrift notEmptied(TableId table, Exception cause) {
        return new StructureDrift(
                List.of(table),
                "the replica refuses to begin table " + table + " anew for its copy: " + cause.getMessage() + ".",
                cause);
    }

    /** It always has one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The tables that it is about. */
    public List<TableId> tables() {
        return tables;
    }

    /** For a task that is to stop at it. */
    public ConnectException fatal(Place place) {
        return new ConnectException(
                "[DRIFT] " + place.text() + ": " + getMessage()
                        + " Put the table right and restart the task, or have it copied anew.",
                this);
    }
}
