package io.binlogreplica.local.operate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.console.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a pair is.
 *
 * @param connectors both, as Connect says
 * @param replicaError why the replica could not be asked; empty when it was
 * @param position how far the replica is; null before anything was applied, and when it could not be asked
 * @param tables by name; none when the replica could not be asked
 */
public record PairStatus(
        List<ConnectorLine> connectors,
        String replicaError,
        @Nullable PositionLine position,
        List<TableLine> tables) {

    /**
     * A connector.
     *
     * @param state of its worst part, in Connect's words; {@code MISSING} when there is none of that name
     * @param worker where its task runs; empty when it has none
     * @param error the reasons for its failure, outermost first; empty when it has not failed
     */
    public record ConnectorLine(String name, String state, String worker, String error) {

        boolean isWell() {
            return state.equals("RUNNING");
        }
    }

    /**
     * How far the replica is.
     *
     * @param position in the primary's binlog
     * @param lagMillis from the making of the last applied change to its commit on the replica
     * @param idleMillis since that commit
     */
    public record PositionLine(String position, long lagMillis, long idleMillis) {}

    /**
     * A table.
     *
     * @param state by the sink; {@code PENDING} before its copy has begun
     * @param rowsCopied by the source; -1 when it does not say
     * @param copyComplete whether the copy is done, as far as the source is concerned
     * @param leftOut changes that were left out
     * @param conflicts changes that did not find their row as it should be
     * @param cause why the first of them was left out; empty when none was
     * @param verified when it was last compared as a whole within the stream, UTC; empty when it was not
     * @param difference what the comparison that is under way found to differ last; empty when nothing
     */
    public record TableLine(
            String table,
            String state,
            long rowsCopied,
            boolean copyComplete,
            long leftOut,
            long conflicts,
            String cause,
            String verified,
            String difference) {

        boolean differs() {
            return state.equals("DAMAGED") || state.equals("DEGRADED") || !difference.isEmpty();
        }
    }

    public PairStatus {
        connectors = List.copyOf(connectors);
        tables = List.copyOf(tables);
    }

    /** 0 when both connectors run, the replica was asked, and no table is known to differ; else 1. */
    public int exitStatus() {
        return connectors.stream().allMatch(ConnectorLine::isWell)
                        && replicaError.isEmpty()
                        && tables.stream().noneMatch(TableLine::differs)
                ? 0
                : 1;
    }

    /** For people. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        for (ConnectorLine connector : connectors) {
            lines.add(connector.name + ": " + connector.state
                    + (connector.worker.isEmpty() ? "" : " on " + connector.worker));
            connector.error.lines().forEach(line -> lines.add("    " + line));
        }
        lines.add(replicaError.isEmpty() ? positionText() : replicaError);
        int width =
                tables.stream().mapToInt(table -> table.table.length()).max().orElse(5);
        String format = "%-" + Math.max(5, width) + "s  %-8s  %15s  %10s  %10s  %s";
        if (!tables.isEmpty()) {
            lines.add("");
            lines.add(String.format(
                    Locale.ROOT, format, "TABLE", "STATE", "ROWS COPIED", "LEFT OUT", "CONFLICTS", "VERIFIED"));
        }
        for (TableLine table : tables) {
            String copied =
                    table.rowsCopied < 0 ? "-" : Text.count(table.rowsCopied) + (table.copyComplete ? "" : " ...");
            lines.add(String.format(
                    Locale.ROOT,
                    format,
                    table.table,
                    table.state,
                    copied,
                    Text.count(table.leftOut),
                    Text.count(table.conflicts),
                    table.verified.isEmpty() ? "-" : table.verified));
            if (!table.cause.isEmpty()) {
                lines.add("    " + table.cause);
            }
            if (!table.difference.isEmpty()) {
                lines.add("    verification: " + table.difference);
            }
        }
        if (tables.stream().anyMatch(TableLine::differs)) {
            lines.add("");
            lines.add("Put right what the causes name, then: ./replica resync TABLE...");
        }
        return lines;
    }

    private String positionText() {
        return position == null
                ? "nothing applied yet"
                : String.format(
                        Locale.ROOT,
                        "applied up to %s, %s ago; that change was %.1f s old",
                        position.position,
                        Text.duration(position.idleMillis / 1e3),
                        position.lagMillis / 1e3);
    }

    /** For programs; the names of the fields stay. */
    public String json() {
        ObjectNode status = new ObjectMapper().createObjectNode();
        status.put("healthy", exitStatus() == 0);
        var connectorList = status.putArray("connectors");
        for (ConnectorLine connector : connectors) {
            connectorList
                    .addObject()
                    .put("name", connector.name)
                    .put("state", connector.state)
                    .put("worker", connector.worker)
                    .put("error", connector.error);
        }
        status.put("replica_error", replicaError);
        if (position == null) {
            status.putNull("position");
        } else {
            status.putObject("position")
                    .put("binlog", position.position)
                    .put("lag_ms", position.lagMillis)
                    .put("idle_ms", position.idleMillis);
        }
        var tableList = status.putArray("tables");
        for (TableLine table : tables) {
            tableList
                    .addObject()
                    .put("table", table.table)
                    .put("state", table.state)
                    .put("rows_copied", table.rowsCopied)
                    .put("copy_complete", table.copyComplete)
                    .put("left_out", table.leftOut)
                    .put("conflicts", table.conflicts)
                    .put("cause", table.cause)
                    .put("verified", table.verified)
                    .put("difference", table.difference);
        }
        return status.toPrettyString();
    }
}
