package io.binlogreplica.benchmarks;

import io.binlogreplica.local.DatabaseServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** What the server brings itself, to compare with: a dump that is loaded, and its own replica thread. MariaDB only. */
final class NativeReplica implements AutoCloseable {

    private static final int SERVER_ID = 3;

    private final DatabaseServer primary;
    private final DatabaseServer replica;

    private NativeReplica(DatabaseServer primary, DatabaseServer replica) {
        this.primary = primary;
        this.replica = replica;
    }

    static NativeReplica start(Path directory, DatabaseServer primary) {
        return new NativeReplica(
                primary, DatabaseServer.replica(directory).serverId(SERVER_ID).start());
    }

    double cpuSeconds() {
        return replica.cpuSeconds();
    }

    /** Copies a database with {@code mariadb-dump | mariadb}, and readies the replica thread to go on behind it. */
    void copy(String database) throws IOException, InterruptedException, SQLException {
        Path programs = programs();
        var dump = new ProcessBuilder(
                programs.resolve("mariadb-dump").toString(),
                "--no-defaults",
                "--host=127.0.0.1",
                "--port=" + primary.port(),
                "--user=root",
                "--single-transaction",
                "--quick",
                "--databases",
                database);
        var load = new ProcessBuilder(
                programs.resolve("mariadb").toString(),
                "--no-defaults",
                "--host=127.0.0.1",
                "--port=" + replica.port(),
                "--user=root");
        for (ProcessBuilder program : List.of(dump, load)) {
            program.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        load.redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")));
        for (Process process : ProcessBuilder.startPipeline(List.of(dump, load))) {
            if (process.waitFor() != 0) {
                throw new IOException("mariadb-dump | mariadb ended with status " + process.exitValue());
            }
        }
        replica.execute(
                "SET GLOBAL gtid_slave_pos = '" + position() + "'",
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = " + primary.port()
                        + ", MASTER_USER = 'root', MASTER_SSL = 0, MASTER_SSL_VERIFY_SERVER_CERT = 0,"
                        + " MASTER_USE_GTID = slave_pos");
    }

    /** Lets the replica thread run until it has all that the primary has now. */
    void catchUp(Duration limit) throws SQLException {
        String position = position();
        replica.execute("START SLAVE");
        try (Connection connection = replica.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT MASTER_GTID_WAIT('" + position + "', " + limit.toSeconds() + ")")) {
            row.next();
            if (row.getInt(1) != 0) {
                throw new SQLException("the replica thread is not at " + position + " within " + limit.toSeconds()
                        + " s; its log is " + replica.logFile());
            }
        }
        replica.execute("STOP SLAVE");
    }

    private String position() throws SQLException {
        return Servers.position(primary);
    }

    private Path programs() {
        List<String> launcher = primary.binaries().launcher();
        return Path.of(launcher.get(launcher.size() - 1))
                .resolveSibling("../bin")
                .normalize();
    }

    @Override
    public void close() {
        replica.close();
    }
}
