package io.binlogreplica.database;

import io.binlogreplica.record.Flavor;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Driver;

/** Opens connections to one server at a time. */
public final class Database {
    /** Longer than any statement of ours without an answer: the server is gone, though its host did not say so. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(10);

    private volatile DatabaseConfig config;
    private final Logins logins;
    private final String sessionVariables;
    private final Map<String, String> driverOptions;

    /** Opens connections as the configuration's user. */
    public Database(DatabaseConfig config, String sessionVariables, Map<String, String> driverOptions) {
        this(config, Logins.fixed(config), sessionVariables, driverOptions);
    }

    /**
     * Opens connections that all have the same session.
     *
     * @param logins as whom, in place of the configuration's user
     * @param sessionVariables what to set in each, as {@code SET} takes it
     * @param driverOptions options of MariaDB Connector/J beyond address, login and TLS
     */
    public Database(DatabaseConfig config, Logins logins, String sessionVariables, Map<String, String> driverOptions) {
        this.config = config;
        this.logins = logins;
        this.sessionVariables = sessionVariables;
        this.driverOptions = Map.copyOf(driverOptions);
    }

    /** Where connections are opened to, and with which login. */
    public DatabaseConfig config() {
        return config.as(logins.login());
    }

    /** Connections that are opened from now on are to that server. */
    public void moveTo(DatabaseConfig other) {
        config = other;
    }

    /**
     * Opens a connection.
     *
     * @throws SQLException when the server cannot be reached or refuses the login; its message has no secrets
     */
    public Connection connect() throws SQLException {
        Logins.Login login = logins.login();
        try {
            return connect(config.as(login));
        } catch (SQLException e) {
            Logins.Login other = SqlErrors.isLoginRefused(e) ? logins.insteadOf(login, config.address()) : null;
            if (other == null) {
                throw e;
            }
            return connect(config.as(other));
        }
    }

    /** Closes a connection, if there is one, that nobody needs any more. */
    public static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is lost already
            }
        }
    }

    private Connection connect(DatabaseConfig to) throws SQLException {
        if (to.sslMode() != SslMode.PREFERRED) {
            return connect(to, driverSslMode(to.sslMode()));
        }
        try {
            return connect(to, "trust");
        } catch (SQLException e) {
            if (!isWithoutTls(e)) {
                throw e;
            }
            return connect(to, "disable");
        }
    }

    /** The family of a server that one is connected to. */
    public static Flavor flavor(Connection connection) throws SQLException {
        return connection
                        .getMetaData()
                        .getDatabaseProductName()
                        .toLowerCase(Locale.ROOT)
                        .contains("mariadb")
                ? Flavor.MARIADB
                : Flavor.MYSQL;
    }

    /**
     * Whether the server does what foreign keys cascade to, and logs it, or leaves it to its engine: MySQL does from 9.6 on, unless
     * {@code innodb_native_foreign_keys} is on.
     */
    public static boolean cascadesByItself(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'")) {
            return row.next() && row.getString(2).equals("OFF");
        }
    }

    /**
     * Whether a changed row is logged with the columns that the server computes. MariaDB from 11.5 on leaves them out of the images of
     * updates and deletes, whatever {@code binlog_row_image} is.
     */
    public static boolean logsComputedColumns(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        int major = server.getDatabaseMajorVersion();
        return flavor(connection) == Flavor.MYSQL || major < 11 || major == 11 && server.getDatabaseMinorVersion() < 5;
    }

    private Connection connect(DatabaseConfig to, String sslMode) throws SQLException {
        var properties = new Properties();
        properties.putAll(driverOptions);
        properties.setProperty("user", to.user());
        properties.setProperty("password", to.password().value());
        properties.setProperty("sslMode", sslMode);
        properties.setProperty(
                "connectTimeout", Long.toString(to.connectTimeout().toMillis()));
        properties.setProperty("socketTimeout", Long.toString(SOCKET_TIMEOUT.toMillis()));
        // a host that is gone is noticed within two minutes, by connections without a time limit too
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("tcpKeepIdle", "60");
        properties.setProperty("tcpKeepInterval", "10");
        properties.setProperty("tcpKeepCount", "6");
        if (sslMode.equals("disable")) {
            properties.setProperty("allowPublicKeyRetrieval", "true");
        }
        trust(to, properties);
        properties.setProperty("sessionVariables", sessionVariables);
        // not through DriverManager, which does not see drivers of a plugin's class loader
        Connection connection = new Driver().connect("jdbc:mariadb://" + to.host() + ":" + to.port() + "/", properties);
        if (connection == null) {
            throw new SQLException("the driver does not take the address " + to.address());
        }
        return connection;
    }

    private static void trust(DatabaseConfig to, Properties properties) throws SQLException {
        TrustStore trusted = to.trustStore();
        if (trusted == null) {
            return;
        }
        try {
            trusted.load();
            if (trusted.isPem()) {
                properties.setProperty("serverSslCert", trusted.file().toString());
            } else {
                properties.setProperty("trustStore", trusted.file().toString());
                properties.setProperty("trustStorePassword", trusted.password().value());
            }
        } catch (IOException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private static String driverSslMode(SslMode mode) {
        return switch (mode) {
            case DISABLED -> "disable";
            case PREFERRED, REQUIRED -> "trust";
            case VERIFY_CA -> "verify-ca";
            case VERIFY_IDENTITY -> "verify-full";
        };
    }

    /** The driver has no code of its own for it. */
    private static boolean isWithoutTls(SQLException e) {
        String message = e.getMessage();
        return message != null && message.contains("ssl not enabled");
    }
}
