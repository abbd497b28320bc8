package io.binlogreplica.local.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.ForeignKey;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.local.ConnectRest;
import io.binlogreplica.local.ConnectRestException;
import io.binlogreplica.local.ConnectorOffset;
import io.binlogreplica.local.ConnectorStatus;
import io.binlogreplica.local.ConnectorStatus.State;
import io.binlogreplica.local.operate.PairStatus.ConnectorLine;
import io.binlogreplica.local.operate.PairStatus.PositionLine;
import io.binlogreplica.local.operate.PairStatus.TableLine;
import io.binlogreplica.record.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A source and its sink in a Connect cluster, and the state that they keep there and on the replica. */
public final class Pair {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);
    private static final int NO_SUCH_TABLE = 1146;
    private static final int UNKNOWN_DATABASE = 1049;
    private static final Verified NOT_VERIFIED = new Verified("", "");
    private static final String BY_SIGNAL = "Have these tables copied by a signal instead, execute-snapshot, while"
            + " everything runs: the README says how, under \"Signals\"";

    private final ConnectRest rest;
    private final String source;
    private final String sink;
    private final String stateDatabase;

    /**
     * A pair.
     *
     * @param source the source's name in Connect
     * @param sink the sink's
     * @param stateDatabase where the sink keeps its own tables on the replica
     */
    public Pair(ConnectRest rest, String source, String sink, String stateDatabase) {
        this.rest = rest;
        this.source = source;
        this.sink = sink;
        this.stateDatabase = stateDatabase;
    }

    // What is

    /** Asks Connect and the replica. */
    public PairStatus status(Database replica) {
        List<ConnectorLine> connectors = List.of(connector(source), connector(sink));
        Map<String, ObjectNode> copies = copies();
        Map<String, TableLine> tables = new TreeMap<>();
        copies.forEach((table, offset) -> tables.put(table, line(table, "PENDING", offset, 0, 0, "", NOT_VERIFIED)));
        PositionLine position = null;
        try (Connection connection = open("replica", replica)) {
            position = position(connection);
            Map<String, Verified> verified = verified(connection);
            try (PreparedStatement statement = ofSink(
                            connection,
                            "SELECT database_name, table_name, state, failed_changes + skipped_changes, conflicts,"
                                    + " COALESCE(cause, '') FROM " + state("replica_table_state")
                                    + " WHERE connector = ?");
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String table = name(new TableId(row.getString(1), row.getString(2)));
                    tables.put(
                            table,
                            line(
                                    table,
                                    row.getString(3),
                                    copies.get(table),
                                    row.getLong(4),
                                    row.getLong(5),
                                    row.getString(6),
                                    verified.getOrDefault(table, NOT_VERIFIED)));
                }
            }
        } catch (SQLException e) {
            if (!isMissing(e)) {
                String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
                return new PairStatus(connectors, reason, null, List.of());
            }
        }
        return new PairStatus(connectors, "", position, List.copyOf(tables.values()));
    }

    private static Connection open(String server, Database database) throws SQLException {
        try {
            return database.connect();
        } catch (SQLException e) {
            throw new SQLException(database.config().unreachable(server, e), e);
        }
    }

    /** Others may keep their state in the same tables. */
    private PreparedStatement ofSink(Connection connection, String query) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query);
        statement.setString(1, sink);
        return statement;
    }

    /** The sink has not made its tables yet. */
    private static boolean isMissing(SQLException e) {
        return e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == UNKNOWN_DATABASE;
    }

    private static TableLine line(
            String table,
            String state,
            @Nullable ObjectNode copy,
            long leftOut,
            long conflicts,
            String cause,
            Verified verified) {
        return new TableLine(
                table,
                state,
                copy == null ? -1 : copy.path("rows").asLong(),
                copy != null && copy.path("copy").asText().equals("complete"),
                leftOut,
                conflicts,
                cause,
                verified.at,
                verified.difference);
    }

    /** What the sink says of having compared a table. */
    private record Verified(String at, String difference) {}

    /** A sink of an earlier version does not compare. */
    private Map<String, Verified> verified(Connection connection) throws SQLException {
        var verified = new HashMap<String, Verified>();
        try (PreparedStatement statement = ofSink(
                        connection,
                        "SELECT database_name, table_name, COALESCE(LEFT(last_pass, 19), ''),"
                                + " IF(differing_chunks > 0, COALESCE(last_difference, ''), '') FROM "
                                + state("replica_verification") + " WHERE connector = ?");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                verified.put(
                        name(new TableId(row.getString(1), row.getString(2))),
                        new Verified(row.getString(3), row.getString(4)));
            }
        } catch (SQLException e) {
            if (!isMissing(e)) {
                throw e;
            }
        }
        return verified;
    }

    /** What the source has saved of each table. */
    private Map<String, ObjectNode> copies() {
        var copies = new LinkedHashMap<String, ObjectNode>();
        try {
            for (ConnectorOffset offset : rest.offsets(source)) {
                if (offset.partition().has("table") && offset.offset() != null) {
                    copies.put(offset.partition().path("table").asText(), offset.offset());
                }
            }
        } catch (ConnectRestException e) {
            if (e.httpStatus() != ConnectRestException.NOT_FOUND) {
                throw e;
            }
        }
        return copies;
    }

    private @Nullable PositionLine position(Connection connection) throws SQLException {
        try (PreparedStatement statement = ofSink(
                        connection,
                        "SELECT COALESCE(CONCAT(file, ':', pos), ''), COALESCE(gtid, ''), COALESCE(lag_ms, 0),"
                                + " COALESCE(TIMESTAMPDIFF(MICROSECOND, applied_time, UTC_TIMESTAMP(6)) DIV 1000, 0) FROM "
                                + state("binlog_position")
                                + " WHERE connector = ? AND file IS NOT NULL ORDER BY applied_time DESC LIMIT 1");
                ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? new PositionLine(
                            (row.getString(2) + " " + row.getString(1)).trim(), row.getLong(3), row.getLong(4))
                    : null;
        }
    }

    private ConnectorLine connector(String name) {
        try {
            ConnectorStatus status = rest.status(name);
            if (status.tasks().isEmpty() && status.worst().state() == ConnectorStatus.State.RUNNING) {
                return new ConnectorLine(
                        name,
                        "NO TASK",
                        "",
                        "it has no task: the workers' logs say why; mostly they do not reach each other's REST addresses"
                                + " (rest.advertised.host.name)");
            }
            ConnectorStatus.Part worst = status.worst();
            String worker =
                    status.tasks().isEmpty() ? "" : status.tasks().get(0).worker();
            // no code, which the worker's log has
            String error =
                    worst.trace().lines().filter(line -> !line.startsWith("\t")).collect(Collectors.joining("\n"));
            return new ConnectorLine(name, worst.state().name(), worker, error);
        } catch (ConnectRestException e) {
            if (e.httpStatus() == ConnectRestException.NOT_FOUND) {
                return new ConnectorLine(name, "MISSING", "", "there is no connector of that name");
            }
            throw e;
        }
    }

    // What is to be

    /** Both stop to read and write where they are; they keep their tasks and connections. */
    public void pause() {
        rest.pause(source);
        rest.pause(sink);
    }

    /** Both go on. */
    public void resume() {
        rest.resume(sink);
        rest.resume(source);
    }

    /**
     * Tables with those that they cannot be copied without: a delete or key change in one changes rows of the other, which the binlog
     * does not show.
     *
     * @throws SQLException also when a table is not there
     */
    public Set<TableId> withCascades(Collection<TableId> tables, Database primary) throws SQLException {
        try (Connection connection = open("primary", primary)) {
            List<TableId> all = new InformationSchema(connection).tables();
            for (TableId table : tables) {
                if (!all.contains(table)) {
                    throw new SQLException("the primary has no table " + table);
                }
            }
            Set<String> databases = tables.stream().map(TableId::database).collect(Collectors.toSet());
            List<TableId> near = all.stream()
                    .filter(table -> databases.contains(table.database()))
                    .toList();
            ForeignKeys keys = ForeignKeys.of(near, connection);
            var cascading = new ArrayList<ForeignKey>();
            near.forEach(table ->
                    keys.ofChild(table).stream().filter(ForeignKey::cascades).forEach(cascading::add));
            var joined = new ForeignKeys(cascading);
            var result = new TreeSet<TableId>();
            tables.forEach(table -> result.addAll(joined.group(table)));
            return result;
        }
    }

    /**
     * Has the source copy tables once more; all others go on from where they are.
     *
     * @return false when the source was paused or stopped, and is so again: the copies begin when it is resumed
     * @throws IllegalArgumentException when the source has not copied one of them yet, would not copy these alone, or its topics do not
     *     say where a copy begins
     */
    public boolean copyAgain(Collection<TableId> tables) {
        Map<String, String> config = rest.config(source);
        requireMarkedCopies(config);
        requireCopiesOfSingleTables(config);
        return whileStopped(() -> {
            Map<String, ObjectNode> partitions = new HashMap<>();
            for (ConnectorOffset offset : rest.offsets(source)) {
                partitions.put(offset.partition().path("table").asText(), offset.partition());
            }
            var unknown = new HashSet<>(tables);
            unknown.removeIf(table -> partitions.containsKey(name(table)));
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        "the source has not copied " + unknown + ": it is not captured, or its copy has not begun");
            }
            rest.patchOffsets(
                    source,
                    tables.stream()
                            .map(table ->
                                    new ConnectorOffset(Objects.requireNonNull(partitions.get(name(table))), null))
                            .toList());
        });
    }

    /**
     * Has the source forget everything: all tables are copied once more.
     *
     * @return false when the source was paused or stopped, and is so again: the copies begin when it is resumed
     * @throws IllegalArgumentException when the source copies nothing, or its topics do not say where a copy begins
     */
    public boolean copyAllAgain() {
        Map<String, String> config = rest.config(source);
        requireMarkedCopies(config);
        if (isMode(config, "no_data")) {
            throw new IllegalArgumentException(
                    source + " has snapshot.mode=no_data: it would go on from the primary's present end and copy"
                            + " nothing, and what lies between would be missing on the replica. Set snapshot.mode to"
                            + " when_needed or initial, then ./replica reset");
        }
        return whileStopped(() -> rest.deleteOffsets(source));
    }

    /** Changes the source's offsets; returns whether it goes on then. */
    private boolean whileStopped(Runnable change) {
        State before = rest.status(source).connector().state();
        try {
            rest.stop(source, STOP_LIMIT);
            change.run();
        } finally {
            if (before == State.PAUSED) {
                rest.pause(source);
            } else if (before != State.STOPPED) {
                rest.resume(source);
            }
        }
        return before != State.PAUSED && before != State.STOPPED;
    }

    private void requireMarkedCopies(Map<String, String> config) {
        if ("table".equalsIgnoreCase(config.get("topic.layout"))) {
            throw new IllegalArgumentException(
                    source + " has topic.layout=table, where a copy neither removes rows from the"
                            + " replica nor clears a table's state. Instead stop " + sink
                            + ", empty the tables that differ, delete the"
                            + " connector's offsets (DELETE /connectors/" + sink
                            + "/offsets) and resume it: it applies the topics from"
                            + " their beginning");
        }
    }

    private void requireCopiesOfSingleTables(Map<String, String> config) {
        if (isMode(config, "no_data")) {
            throw new IllegalArgumentException(
                    source + " has snapshot.mode=no_data: it copies no table of which nothing is saved. " + BY_SIGNAL);
        }
        if (isMode(config, "always")) {
            throw new IllegalArgumentException(
                    source + " has snapshot.mode=always: it copies all tables at each start. " + BY_SIGNAL);
        }
    }

    private static boolean isMode(Map<String, String> config, String mode) {
        return mode.equalsIgnoreCase(config.get("snapshot.mode"));
    }

    private String state(String table) {
        return Identifier.quote(new TableId(stateDatabase, table));
    }

    /** As the source's offsets have it. */
    private static String name(TableId table) {
        return part(table.database()) + "." + part(table.table());
    }

    private static String part(String name) {
        return name.indexOf('.') < 0 && name.indexOf('`') < 0 ? name : Identifier.quote(name);
    }
}
