package io.binlogreplica.source;

import io.binlogreplica.database.Collations;
import io.binlogreplica.database.Database;
import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.ForeignKeys;
import io.binlogreplica.database.Identifier;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.GtidSet;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.config.SourceConfig;
import io.binlogreplica.source.schema.DatedDefinition;
import io.binlogreplica.source.schema.PresentTables;
import io.binlogreplica.source.snapshot.ReadViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Questions to the primary over a connection of their own, which is opened again when it was lost. */
final class Primary implements PresentTables, AutoCloseable {

    /** Text in its own charset, times in UTC, all digits. */
    private static final String SESSION = "time_zone='+00:00',character_set_results=NULL,sql_mode='',"
            + "wait_timeout=28800,net_write_timeout=600,net_read_timeout=600,"
            // keys are at most 3,072 bytes, or a few times that as their collation weighs them; rows that differ behind
            // what is
            // compared are in no order
            + "max_sort_length=8192";

    /** In seconds, each once, of all months that a TIMESTAMP may be in. */
    private static final String SYSTEM_DISTANCES = "WITH RECURSIVE months AS"
            + " (SELECT 0 AS number UNION ALL SELECT number + 1 FROM months WHERE number < 815)"
            + " SELECT DISTINCT TIMESTAMPDIFF(SECOND, utc, CONVERT_TZ(utc, '+00:00', 'SYSTEM')) FROM"
            + " (SELECT TIMESTAMP('1970-01-02 00:00:00') + INTERVAL number MONTH AS utc FROM months) AS instants";

    private static final int NO_SUCH_TABLE = 1146;
    private static final int DEFINITION_WAIT_SECONDS = 5;

    private final Database database;
    private @Nullable Connection connection;
    /** Null before it was asked. */
    private @Nullable Boolean namesAreInLowerCase;

    Primary(DatabaseConfig config, Logins logins) {
        this.database = new Database(
                config,
                logins,
                SESSION,
                Map.of("useServerPrepStmts", "false", "tinyInt1isBit", "false", "allowMultiQueries", "true"));
    }

    /** For connections of others, with the same session. */
    Database database() {
        return database;
    }

    /** The server that is asked. */
    DatabaseConfig host() {
        return database.config();
    }

    /** From now on another server is asked, and {@link #database} opens connections to it. */
    void moveTo(DatabaseConfig host) {
        close();
        namesAreInLowerCase = null;
        database.moveTo(host);
    }

    /** Asks once, and once more over a new connection if the old one was lost. */
    private <T> T ask(Question<T> question) throws SQLException {
        boolean fresh = connection == null;
        try {
            return question.ask(connected());
        } catch (SQLException e) {
            close();
            if (fresh || !SqlErrors.isTransient(e)) {
                throw e;
            }
            return question.ask(connected());
        }
    }

    /** Something to ask a server. */
    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    List<Preflight.Problem> preflight(CaptureConfig capture) throws SQLException {
        return ask(asked -> Preflight.problems(asked, capture));
    }

    /** Likewise, and what makes this choice of tables and columns unsafe. Asks for each table. */
    List<Preflight.Problem> problems(SourceConfig config) throws SQLException {
        var problems = new ArrayList<>(preflight(config.capture()));
        List<TableId> tables =
                tables().stream().filter(config.capture()::includes).toList();
        problems.addAll(
                Choice.problems(config, tables, foreignKeys(tables), logsCascades(), logsComputedColumns(), this));
        return problems;
    }

    Flavor flavor() throws SQLException {
        return ask(Database::flavor);
    }

    boolean logsCascades() throws SQLException {
        return ask(Database::cascadesByItself);
    }

    boolean logsComputedColumns() throws SQLException {
        return ask(Database::logsComputedColumns);
    }

    Collations collations() throws SQLException {
        return ask(Collations::of);
    }

    /** All, whether captured or not. */
    List<TableId> tables() throws SQLException {
        return ask(asked -> new InformationSchema(asked).tables());
    }

    /** What creates the captured databases where they are not, by name. */
    Map<String, String> databases(CaptureConfig capture) throws SQLException {
        return ask(asked -> {
            var statements = new TreeMap<String, String>();
            try (Statement statement = asked.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME,"
                            + " DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA")) {
                while (rows.next()) {
                    if (capture.includesDatabase(rows.getString(1))) {
                        statements.put(
                                rows.getString(1),
                                "CREATE DATABASE IF NOT EXISTS " + Identifier.quote(rows.getString(1))
                                        + " CHARACTER SET " + rows.getString(2) + " COLLATE " + rows.getString(3));
                    }
                }
            }
            return statements;
        });
    }

    ForeignKeys foreignKeys(Collection<TableId> tables) throws SQLException {
        return ask(asked -> ForeignKeys.of(tables, asked));
    }

    @Override
    public @Nullable TableSchema find(TableId table) {
        try {
            // null is an answer here, which ask() as a generic method would not allow
            return ask(asked -> Optional.ofNullable(new InformationSchema(asked).table(table)))
                    .orElse(null);
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    new IOException("cannot ask the primary for table " + table + ": " + e.getMessage(), e));
        }
    }

    @Override
    public @Nullable String type(TableId table) {
        try {
            return ask(asked -> Optional.ofNullable(new InformationSchema(asked).type(table)))
                    .orElse(null);
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    new IOException("cannot ask the primary for table " + table + ": " + e.getMessage(), e));
        }
    }

    BinlogExtent extent() throws SQLException {
        return ask(BinlogExtent::of);
    }

    /**
     * A position in this server's own binlog from which on everything behind the saved one is found: the saved one itself if it is of
     * this server, else one that is not behind it.
     */
    BinlogPosition locate(BinlogPosition saved, BinlogExtent extent) throws SQLException {
        return saved.gtids() == null || resolve(saved).gtids() == null ? saved : extent.begin(saved.gtids());
    }

    /**
     * The time zone of the primary's machine as a distance to UTC; empty when that was not always the same since 1970, or will not be.
     *
     * @throws UncheckedIOException when the primary cannot be asked
     */
    Optional<String> systemTimeZone() {
        try {
            return ask(Primary::systemDistance);
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    new IOException("cannot ask the primary for its time zone: " + e.getMessage(), e));
        }
    }

    @Override
    public boolean namesAreInLowerCase() {
        if (namesAreInLowerCase == null) {
            try {
                namesAreInLowerCase = ask(Primary::foldsNames);
            } catch (SQLException e) {
                throw new UncheckedIOException(new IOException(
                        "cannot ask the primary in which case it has names of tables: " + e.getMessage(), e));
            }
        }
        return namesAreInLowerCase;
    }

    private static boolean foldsNames(Connection asked) throws SQLException {
        try (Statement statement = asked.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@lower_case_table_names")) {
            row.next();
            return row.getInt(1) == 1;
        }
    }

    private static Optional<String> systemDistance(Connection asked) throws SQLException {
        try (Statement statement = asked.createStatement();
                ResultSet rows = statement.executeQuery(SYSTEM_DISTANCES)) {
            rows.next();
            int seconds = rows.getInt(1);
            return rows.next() || seconds % 60 != 0
                    ? Optional.empty()
                    : Optional.of("%s%02d:%02d"
                            .formatted(seconds < 0 ? "-" : "+", Math.abs(seconds) / 3600, Math.abs(seconds) / 60 % 60));
        }
    }

    /** How much the primary's clock is ahead of this machine's; half of the way there and back is taken for the way there. */
    Duration clockAhead() throws SQLException {
        return ask(asked -> {
            try (Statement statement = asked.createStatement()) {
                long askedMillis = System.currentTimeMillis();
                try (ResultSet row = statement.executeQuery(
                        "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000")) {
                    row.next();
                    return Duration.ofMillis(row.getLong(1) - (askedMillis + System.currentTimeMillis()) / 2);
                }
            }
        });
    }

    /**
     * The definition is read while a transaction has used the table: no statement that changes it can come to its end in between, and
     * those that have are in the binlog before the place that is read then.
     */
    @Override
    public @Nullable DatedDefinition findDated(TableId table) {
        try {
            return ask(asked -> Optional.ofNullable(dated(table, asked))).orElse(null);
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    new IOException("cannot ask the primary for table " + table + ": " + e.getMessage(), e));
        }
    }

    private static @Nullable DatedDefinition dated(TableId table, Connection asked) throws SQLException {
        try (Statement statement = asked.createStatement()) {
            statement.execute("SET SESSION lock_wait_timeout = " + DEFINITION_WAIT_SECONDS);
            statement.execute("START TRANSACTION");
            try {
                statement.execute("SELECT 1 FROM " + Identifier.quote(table) + " LIMIT 0");
                TableSchema schema = new InformationSchema(asked).table(table);
                return schema == null ? null : new DatedDefinition(schema, written(statement));
            } catch (SQLException e) {
                if (e.getErrorCode() == NO_SUCH_TABLE) {
                    return null;
                }
                throw e;
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    /** The place behind all that is in the binlog: by GTIDs on MySQL, by file and position on MariaDB. */
    private static BinlogPosition written(Statement statement) throws SQLException {
        if (Database.flavor(statement.getConnection()) == Flavor.MYSQL) {
            try (ResultSet rows = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
                rows.next();
                return new BinlogPosition("", 0, GtidSet.parse(Flavor.MYSQL, rows.getString(1)));
            }
        }
        try (ResultSet rows = statement.executeQuery("SHOW MASTER STATUS")) {
            if (!rows.next()) {
                throw new SQLException("the server does not say where its binlog ends");
            }
            return new BinlogPosition(rows.getString(1), rows.getLong(2), null);
        }
    }

    /** Where the binlog ends now, at a transaction's end. */
    BinlogPosition end() throws SQLException {
        return ask(asked -> {
            try (ReadViews views = ReadViews.of(asked, database)) {
                return views.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted while asking for the end of the binlog", e);
            }
        });
    }

    /**
     * The position to give to the server: file and position alone where they are, on this server, the place that the GTIDs say;
     * otherwise the GTIDs. MySQL finds the place by GTIDs only.
     */
    BinlogPosition resolve(BinlogPosition saved) throws SQLException {
        if (saved.gtids() == null || flavor() == Flavor.MYSQL) {
            return saved;
        }
        String gtids = saved.gtids().text();
        return ask(asked -> {
            try (PreparedStatement statement = asked.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
                statement.setString(1, saved.file());
                statement.setLong(2, saved.position());
                try (ResultSet rows = statement.executeQuery()) {
                    String here = rows.next() ? rows.getString(1) : null;
                    return Objects.equals(here, gtids)
                            ? new BinlogPosition(saved.file(), saved.position(), null)
                            : saved;
                }
            }
        });
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            connection = database.connect();
        }
        return connection;
    }

    @Override
    public void close() {
        Database.close(connection);
        connection = null;
    }
}
