package io.binlogreplica.it.oracle;

import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.comparison.Comparison;
import io.binlogreplica.local.comparison.ComparisonResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Random tables and transactions on a primary that feeds a pipeline and the server's own replication; at the end of each script both
 * replicas must have what the primary has.
 */
public final class Oracle {

    private static final String DATABASE = "replica";
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LENGTH = 150;
    /** How often a script that found a difference is tried in parts. */
    private static final int SHRINK_ATTEMPTS = 40;

    /** Something that is killed in the middle of a script, and started again. */
    private enum Fault {
        NONE,
        WORKER,
        PRIMARY,
        REPLICA
    }

    private final Pipeline pipeline;
    private final DatabaseServer witness;
    private final Consumer<String> screen;

    /**
     * An oracle.
     *
     * @param pipeline whose connectors run
     * @param witness an empty server, which becomes the primary's replica
     */
    public Oracle(Pipeline pipeline, DatabaseServer witness, Consumer<String> screen) throws SQLException {
        this.pipeline = pipeline;
        this.witness = witness;
        this.screen = screen;
        witness.execute(
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = "
                        + pipeline.primary().port()
                        + ", MASTER_USER = 'root', MASTER_SSL = 0, MASTER_SSL_VERIFY_SERVER_CERT = 0,"
                        + " MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos",
                "START SLAVE");
    }

    /**
     * Runs a seed's script.
     *
     * @throws AssertionError when a replica differs; with the shortest script that was found to make it so
     */
    public void run(long seed) throws Exception {
        List<Step> steps = RandomScript.of(seed, LENGTH);
        Fault fault = fault(seed);
        String difference = difference(steps, fault);
        screen.accept("seed " + seed + (fault == Fault.NONE ? "" : ", killed: " + fault) + ": "
                + (difference.isEmpty() ? "equal" : difference));
        if (!difference.isEmpty()) {
            List<Step> shortest = shrunk(steps);
            throw new AssertionError("seed " + seed + ": " + difference + "\n"
                    + shortest.stream().map(Step::toString).collect(Collectors.joining("\n")));
        }
    }

    private static Fault fault(long seed) {
        return switch ((int) Math.floorMod(seed, 20L)) {
            case 4 -> Fault.WORKER;
            case 9, 14 -> Fault.REPLICA;
            case 19 -> Fault.PRIMARY;
            default -> Fault.NONE;
        };
    }

    /** What differs at the end; empty when nothing does. */
    private String difference(List<Step> steps, Fault fault) throws Exception {
        empty();
        try (var run = new ScriptRun(pipeline.primary(), DATABASE)) {
            for (int i = 0; i < steps.size(); i++) {
                if (i == steps.size() / 2) {
                    kill(fault);
                }
                run.run(steps.get(i));
            }
            screen.accept(run.succeeded() + " of " + steps.size() + " statements succeeded");
        }
        String lost;
        try {
            pipeline.awaitCaughtUp(LIMIT);
            lost = difference("the replica", pipeline.replica());
        } catch (IllegalStateException e) {
            lost = e.getMessage();
        }
        awaitWitness();
        // a witness that differs says that the primary cannot be followed by anybody
        return lost + difference("the server's own replica", witness);
    }

    private String difference(String name, DatabaseServer server) throws Exception {
        ComparisonResult result = new Comparison(pipeline.primary()::connect, server::connect).compare(DATABASE);
        return result.identical() ? "" : name + " differs: " + result + "\n";
    }

    private void empty() throws SQLException {
        var statements = new ArrayList<String>();
        statements.add("SET foreign_key_checks = 0");
        try (Connection connection = pipeline.primary().connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet tables = statement.executeQuery("SELECT TABLE_NAME FROM information_schema.TABLES WHERE"
                    + " TABLE_SCHEMA = '" + DATABASE + "' AND TABLE_NAME <> 'caught_up'")) {
                while (tables.next()) {
                    statements.add("DROP TABLE " + DATABASE + "." + tables.getString(1));
                }
            }
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void kill(Fault fault) {
        switch (fault) {
            case NONE -> {}
            case WORKER -> {
                pipeline.worker().kill();
                pipeline.worker().start();
            }
            case PRIMARY -> {
                pipeline.primary().kill();
                pipeline.primary().start();
            }
            case REPLICA -> {
                pipeline.replica().kill();
                pipeline.replica().start();
            }
        }
    }

    private void awaitWitness() throws SQLException {
        String position = text(pipeline.primary(), "SELECT @@GLOBAL.gtid_binlog_pos");
        String waited = text(witness, "SELECT MASTER_GTID_WAIT('" + position + "', " + LIMIT.toSeconds() + ")");
        if (!"0".equals(waited)) {
            throw new IllegalStateException("the server's own replica is not at " + position + ": "
                    + text(witness, "SHOW SLAVE STATUS") + "; its log is " + witness.logFile());
        }
    }

    private static String text(DatabaseServer server, String query) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** Leaves out ever smaller parts as long as there is still a difference. */
    private List<Step> shrunk(List<Step> steps) throws Exception {
        List<Step> shortest = steps;
        int attempts = 0;
        for (int size = steps.size() / 2; size > 0 && attempts < SHRINK_ATTEMPTS; size /= 2) {
            for (int from = 0; from < shortest.size() && attempts < SHRINK_ATTEMPTS; ) {
                var candidate = new ArrayList<>(shortest.subList(0, from));
                candidate.addAll(shortest.subList(Math.min(from + size, shortest.size()), shortest.size()));
                attempts++;
                if (difference(candidate, Fault.NONE).isEmpty()) {
                    from += size;
                } else {
                    shortest = candidate;
                }
            }
        }
        return shortest;
    }
}
