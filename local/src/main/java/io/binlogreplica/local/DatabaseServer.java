package io.binlogreplica.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away database server on this machine: a child process with its own folder and port, only reachable from this machine,
 * where {@code root} has no password. What it has committed survives {@link #kill}, but not a crash of the machine: it does not
 * wait for disks.
 */
public final class DatabaseServer implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 5_000;

    private final ServerBinaries binaries;
    private final Role role;
    private final Path directory;
    private final int port;
    private final int serverId;
    private final Duration startLimit;
    private final List<String> options;

    /** Null until the first start; replaced at each start. */
    private @Nullable ChildProcess process;

    private DatabaseServer(Builder builder, Path directory) {
        this.binaries = builder.binaries == null ? ServerBinaries.bundledMariaDb() : builder.binaries;
        this.role = builder.role;
        this.directory = directory;
        this.port = LoopbackPorts.free();
        this.serverId = builder.serverId;
        this.startLimit = builder.startLimit;
        this.options = List.copyOf(builder.options);
    }

    /** A server that writes a binlog with all that a source needs: rows, full images, full metadata, GTIDs. */
    public static Builder primary(Path directory) {
        return new Builder(Role.PRIMARY, directory, 1);
    }

    /** A server without a binlog. */
    public static Builder replica(Path directory) {
        return new Builder(Role.REPLICA, directory, 2);
    }

    private enum Role {
        PRIMARY,
        REPLICA
    }

    /** What a server is to be; {@link #start} makes it so. */
    public static final class Builder {
        private final Role role;
        private final Path directory;
        private final List<String> options = new ArrayList<>();
        private @Nullable ServerBinaries binaries;
        private int serverId;
        private Duration startLimit = Duration.ofSeconds(60);

        private Builder(Role role, Path directory, int serverId) {
            this.role = role;
            this.directory = directory;
            this.serverId = serverId;
        }

        /** Which server; the bundled MariaDB unless said otherwise. */
        public Builder binaries(ServerBinaries binaries) {
            this.binaries = binaries;
            return this;
        }

        /** 1 for a primary and 2 for a replica unless said otherwise. */
        public Builder serverId(int serverId) {
            this.serverId = serverId;
            return this;
        }

        /** More options of the server; they win over those that its role gives it. */
        public Builder options(String... options) {
            this.options.addAll(List.of(options));
            return this;
        }

        /** How long a start may take, recovery after a kill included; 60 s unless said otherwise. */
        public Builder startLimit(Duration startLimit) {
            this.startLimit = startLimit;
            return this;
        }

        /** Starts the server on the data in its folder, or on none when there is no data yet. */
        public DatabaseServer start() {
            try {
                Files.createDirectories(directory);
                var server = new DatabaseServer(this, directory.toRealPath());
                server.start();
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("the server's folder " + directory + " can't be used", e);
            }
        }
    }

    /** Starts it again after {@link #stop} or {@link #kill}, on the same data and port. */
    public void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name() + " runs already");
        }
        DataDirectory.initialise(binaries, dataDirectory(), logFile());
        process = ChildProcess.start(name(), command(), directory, logFile());
        process.awaitReady(this::answers, startLimit);
    }

    /** Ends it in order (SIGTERM). */
    public void stop() {
        if (process != null) {
            process.stop(STOP_LIMIT);
        }
    }

    /** Ends it without notice (SIGKILL). */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }

    public ServerBinaries binaries() {
        return binaries;
    }

    public int port() {
        return port;
    }

    /** Of the process that was started last. */
    public long pid() {
        return started().pid();
    }

    /** Processor time that the process which was started last has used. */
    public double cpuSeconds() {
        return started().cpuSeconds();
    }

    public long residentMegabytes() {
        return started().residentMegabytes();
    }

    public Path logFile() {
        return directory.resolve("server.log");
    }

    /** Without user and password; the driver's other defaults would ask for TLS. */
    public String jdbcUrl() {
        return "jdbc:mariadb://" + LoopbackPorts.HOST + ":" + port
                + "/?sslMode=disable&allowPublicKeyRetrieval=true&connectTimeout=" + CONNECT_MILLIS;
    }

    /**
     * A connection as {@code root}.
     *
     * @param settings of the driver, as {@code name=value}
     */
    public Connection connect(String... settings) throws SQLException {
        return DriverManager.getConnection(jdbcUrl() + "&" + String.join("&", settings), "root", "");
    }

    /** Executes statements one after the other as {@code root}. */
    public void execute(String... statements) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /**
     * Makes a user who may log in from anywhere. It stays out of the binlog: users belong to a server, not to what is replicated.
     *
     * @param grants what on what: {@code REPLICATION SLAVE ON *.*} for example
     */
    public void createUser(String name, String password, String... grants) throws SQLException {
        String user = literal(name) + "@'%'";
        var statements = new ArrayList<String>();
        statements.add("SET SESSION sql_log_bin = 0");
        statements.add("CREATE USER " + user + " IDENTIFIED BY " + literal(password));
        for (String grant : grants) {
            statements.add("GRANT " + grant + " TO " + user);
        }
        execute(statements.toArray(String[]::new));
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private String name() {
        return binaries.kind() + " " + binaries.version() + " (" + role + ", port " + port + ")";
    }

    private Path dataDirectory() {
        return directory.resolve("data");
    }

    private ChildProcess started() {
        if (process == null) {
            throw new IllegalStateException(name() + " was not started");
        }
        return process;
    }

    /** Asks for the data directory too: another server on this port would answer as well. */
    private boolean answers() {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT @@datadir")) {
            return row.next() && Path.of(row.getString(1)).equals(dataDirectory());
        } catch (SQLException e) {
            return false;
        }
    }

    private List<String> command() {
        var command = new ArrayList<>(binaries.launcher());
        command.addAll(DataDirectory.commonOptions(binaries, dataDirectory()));
        command.addAll(List.of(
                "--bind-address=" + LoopbackPorts.HOST,
                "--port=" + port,
                // relative to the data directory: an absolute path could pass the 107 bytes that a socket's may have
                "--socket=server.sock",
                "--pid-file=server.pid",
                "--skip-name-resolve",
                "--server-id=" + serverId,
                "--character-set-server=utf8mb4",
                "--max-allowed-packet=64M",
                "--innodb-flush-log-at-trx-commit=2"));
        boolean mySql = binaries.kind() == ServerBinaries.Kind.MYSQL;
        // MariaDB would make a certificate at each start, which takes up to 20 s of computing
        command.add(mySql ? "--mysqlx=OFF" : "--skip-ssl");
        switch (role) {
            case PRIMARY -> {
                command.addAll(List.of(
                        "--log-bin=binlog",
                        "--binlog-format=ROW",
                        "--binlog-row-metadata=FULL",
                        "--binlog-row-image=FULL",
                        "--sync-binlog=0"));
                command.addAll(
                        mySql
                                ? List.of("--gtid-mode=ON", "--enforce-gtid-consistency=ON")
                                : List.of("--gtid-strict-mode=ON"));
            }
            case REPLICA -> command.add("--skip-log-bin");
        }
        command.addAll(options);
        return command;
    }
}
