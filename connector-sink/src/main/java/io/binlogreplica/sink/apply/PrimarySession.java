package io.binlogreplica.sink.apply;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.SqlMode;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.StatementSession;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replica's session as the primary's was while it ran a statement: what columns that are added come to have, and what types that
 * are changed make of values, depends on its time, time zone and {@code sql_mode}; so do words and quotes.
 */
final class PrimarySession {

    private static final Logger log = LoggerFactory.getLogger(PrimarySession.class);

    private static final int UNKNOWN_COLLATION = 1273;
    private static final int UNKNOWN_VARIABLE = 1193;
    private static final int WRONG_VALUE = 1231;
    /** What a server says that has other collations, or none for charsets. */
    private static final Set<Integer> NOT_HERE = Set.of(UNKNOWN_COLLATION, UNKNOWN_VARIABLE, WRONG_VALUE);

    private final Connection connection;
    /** What the session is to have again. */
    private final List<String> former = new ArrayList<>();

    private PrimarySession(Connection connection) {
        this.connection = connection;
    }

    /**
     * Sets the session, until {@link #leave}.
     *
     * @param session null to leave it as it is
     * @throws SQLException when the server does not have the time zone, or does not let this user set what differs
     */
    static PrimarySession enter(@Nullable StatementSession session, Connection connection) throws SQLException {
        var entered = new PrimarySession(connection);
        if (session != null) {
            try {
                entered.set(session);
            } catch (SQLException e) {
                entered.leave();
                throw e;
            }
        }
        return entered;
    }

    private void set(StatementSession session) throws SQLException {
        Flavor flavor = Database.flavor(connection);
        String timestamp = BigDecimal.valueOf(session.timestampMicros(), 6).toPlainString();
        set("timestamp", timestamp, "DEFAULT");
        String timeZone = session.timeZone();
        if (timeZone != null && !timeZone.equals(StatementSession.SYSTEM)) {
            set("time_zone", quoted(timeZone), "'+00:00'");
        }
        Boolean explicitDefaults = session.explicitDefaults();
        if (explicitDefaults != null && explicitDefaults != hasExplicitDefaults()) {
            set("explicit_defaults_for_timestamp", explicitDefaults ? "1" : "0", "DEFAULT");
        }
        setIfKnown("collation_server", session.collationServer());
        if (flavor == Flavor.MARIADB) {
            setIfKnown("character_set_collations", session.charsetCollations());
        }
        set("sql_mode", quoted(sqlMode(session, flavor)), quoted(ReplicaSession.STRICT));
    }

    private static String sqlMode(StatementSession session, Flavor flavor) {
        Set<String> known = Stream.of(SqlMode.values())
                .filter(mode -> mode.isOf(flavor))
                .map(SqlMode::name)
                .collect(Collectors.toSet());
        return session.sqlMode().stream().filter(known::contains).collect(Collectors.joining(","));
    }

    private boolean hasExplicitDefaults() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@explicit_defaults_for_timestamp")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void setIfKnown(String variable, @Nullable String value) throws SQLException {
        if (value == null) {
            return;
        }
        try {
            set(variable, quoted(value), "DEFAULT");
        } catch (SQLException e) {
            if (!NOT_HERE.contains(e.getErrorCode())) {
                throw e;
            }
            // a server without the variable has what it says when it is empty
            if (!value.isEmpty()) {
                log.info("[DDL] the primary had {} = {}, the replica has not: {}", variable, value, e.getMessage());
            }
        }
    }

    private void set(String variable, String value, String before) throws SQLException {
        execute("SET " + variable + " = " + value);
        former.add(variable + " = " + before);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The session is again as {@link ReplicaSession} has it. */
    void leave() throws SQLException {
        if (!former.isEmpty()) {
            execute("SET " + String.join(", ", former));
            former.clear();
        }
    }
}
