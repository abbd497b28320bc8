package io.binlogreplica.source;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.source.config.CaptureConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a primary must be like to be captured without loss; asked when a connector is validated, and when it starts. */
final class Preflight {

    /**
     * Something to put right.
     *
     * @param setting the connector's setting that it shows at
     */
    record Problem(String setting, String message) {}

    private static final String FOR_GOOD = ", put it into the server's configuration, and reconnect its clients";

    private final Map<String, String> variables;
    private final String grants;
    private final Flavor flavor;
    private final CaptureConfig capture;
    private final List<Problem> problems = new ArrayList<>();

    private Preflight(Flavor flavor, Map<String, String> variables, String grants, CaptureConfig capture) {
        this.flavor = flavor;
        this.variables = variables;
        this.grants = grants;
        this.capture = capture;
    }

    static List<Problem> problems(Connection connection, CaptureConfig capture) throws SQLException {
        var preflight = new Preflight(Database.flavor(connection), variables(connection), grants(connection), capture);
        preflight.checkBinlog();
        preflight.checkGrants();
        return preflight.problems;
    }

    private void checkBinlog() {
        if (!"ON".equals(variables.get("log_bin"))) {
            add(DatabaseConfig.HOST, "the server writes no binlog: start it with log_bin");
            return;
        }
        require("binlog_format", "ROW", "SET GLOBAL binlog_format='ROW'" + FOR_GOOD);
        require("binlog_row_image", "FULL", "SET GLOBAL binlog_row_image='FULL'" + FOR_GOOD);
        if (flavor == Flavor.MYSQL) {
            require(
                    "gtid_mode",
                    "ON",
                    "put gtid_mode=ON and enforce_gtid_consistency=ON into its configuration and restart it; or, without a"
                            + " restart, SET GLOBAL enforce_gtid_consistency=ON, and then gtid_mode=OFF_PERMISSIVE,"
                            + " ON_PERMISSIVE and ON one after the other");
            // its name before 8.0.26
            require(
                    variables.containsKey("log_replica_updates") ? "log_replica_updates" : "log_slave_updates",
                    "ON",
                    "put it into the server's configuration and restart it");
        }
        if (Objects.equals(variables.get("server_id"), Long.toString(capture.serverId()))) {
            add(
                    CaptureConfig.SERVER_ID,
                    "is the server's own id; choose one that neither it nor any of its replicas has");
        }
    }

    private void require(String variable, String value, String remedy) {
        String actual = variables.get(variable);
        if (!value.equals(actual)) {
            add(
                    DatabaseConfig.HOST,
                    "the server has " + variable + "=" + actual + ", needed is " + value + ": " + remedy);
        }
    }

    /** Privileges that come with a role are not listed; then the server itself has the word. */
    private void checkGrants() {
        if (grants.contains("ALL PRIVILEGES ON *.*") || !grants.contains(" ON *.* ")) {
            return;
        }
        List<String> privileges = flavor == Flavor.MARIADB
                ? List.of("REPLICATION SLAVE", "BINLOG MONITOR")
                : List.of("REPLICATION SLAVE", "REPLICATION CLIENT", "LOCK TABLES");
        for (String privilege : privileges) {
            boolean granted = grants.contains(privilege)
                    || (privilege.equals("BINLOG MONITOR") && grants.contains("REPLICATION CLIENT"));
            if (!granted && !grants.contains("SET DEFAULT ROLE")) {
                add(DatabaseConfig.USER, "lacks a privilege: GRANT " + privilege + " ON *.* TO it");
            }
        }
    }

    private void add(String setting, String message) {
        problems.add(new Problem(setting, message));
    }

    private static Map<String, String> variables(Connection connection) throws SQLException {
        var variables = new HashMap<String, String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin',"
                        + "'binlog_format','binlog_row_image','server_id','gtid_mode',"
                        + "'log_replica_updates','log_slave_updates')")) {
            while (rows.next()) {
                variables.put(
                        rows.getString(1).toLowerCase(Locale.ROOT),
                        rows.getString(2).toUpperCase(Locale.ROOT));
            }
        }
        return variables;
    }

    private static String grants(Connection connection) throws SQLException {
        var grants = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
            while (rows.next()) {
                grants.append(rows.getString(1)).append('\n');
            }
        }
        return grants.toString();
    }
}
