package io.binlogreplica.it;

import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.local.ServerBinaries;
import java.util.Optional;

/** The servers that the system properties say, between which all tests run, and what these say or have in different ways. */
final class Servers {

    private static final ServerBinaries PRIMARY = named("servers.primary");
    private static final ServerBinaries REPLICA = named("servers.replica");

    private Servers() {}

    /** The bundled MariaDB unless the property names another. */
    private static ServerBinaries named(String property) {
        String title = System.getProperty(property, "");
        return title.isEmpty()
                ? ServerBinaries.bundledMariaDb()
                : PackagedServer.named(title).binaries();
    }

    static ServerBinaries primary() {
        return PRIMARY;
    }

    static ServerBinaries replica() {
        return REPLICA;
    }

    static boolean primaryIsMySql() {
        return PRIMARY.kind() == ServerBinaries.Kind.MYSQL;
    }

    static boolean replicaIsMySql() {
        return REPLICA.kind() == ServerBinaries.Kind.MYSQL;
    }

    static boolean primaryIsBefore114() {
        return PRIMARY.version().startsWith("10.");
    }

    static boolean replicaIsFrom115() {
        return !replicaIsMySql() && REPLICA.version().matches("11\\.[5-9].*|1[2-9]\\..*");
    }

    static boolean anyIsMySql() {
        return primaryIsMySql() || replicaIsMySql();
    }

    static boolean areOfOneFamily() {
        return PRIMARY.kind() == REPLICA.kind();
    }

    /** What is behind FROM for as many rows, with a column {@code seq}. */
    static String numbers(int first, int last) {
        return "(SELECT CAST(i + " + (first - 1) + " AS SIGNED) AS seq FROM JSON_TABLE(CONCAT('[0', REPEAT(',0', "
                + (last - first) + "), ']'), '$[*]' COLUMNS (i FOR ORDINALITY)) AS listed) AS numbers";
    }

    /** How a GTID of the primary looks. */
    static String gtid() {
        return primaryIsMySql() ? "[0-9a-f-]{36}:\\d+" : "0-1-\\d+";
    }

    /** How all that the primary has executed looks, in GTIDs. */
    static String gtids() {
        return primaryIsMySql() ? "[0-9a-f-]{36}:1(-\\d+)?" : gtid();
    }

    /** Begins the primary's binlog and its GTIDs anew. */
    static String resetBinlogs() {
        return primaryIsMySql() ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER";
    }

    /** So that what a server follows is in its own binlog too. */
    static String logReplicaUpdates() {
        return primaryIsMySql() ? "--log-replica-updates" : "--log-slave-updates";
    }

    /** The most recent order of texts that both servers have, without case and accents. */
    static String latestCollation() {
        if (primaryIsMySql()) {
            return "utf8mb4_0900_ai_ci";
        }
        return replicaIsMySql() ? "utf8mb4_unicode_520_ci" : "utf8mb4_uca1400_ai_ci";
    }

    /**
     * A collation for which spaces at the end count; none that a MariaDB primary and a MySQL replica both have. MariaDB 11.4 pads what
     * it calls utf8mb4_0900_bin.
     */
    static Optional<String> unpaddedCollation() {
        if (primaryIsMySql()) {
            return Optional.of(replicaIsMySql() ? "utf8mb4_0900_bin" : "utf8mb4_0900_ai_ci");
        }
        return replicaIsMySql() ? Optional.empty() : Optional.of("utf8mb4_nopad_bin");
    }
}
