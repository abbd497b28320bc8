package io.binlogreplica.database;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and how to log in.
 *
 * @param password never in a message or log; {@link Password} prints as asterisks
 * @param trustStore whose certificates are trusted; null for those that Java trusts
 * @param connectTimeout for the connection and for the login, each
 */
public record DatabaseConfig(
        String host,
        int port,
        String user,
        Password password,
        SslMode sslMode,
        @Nullable TrustStore trustStore,
        Duration connectTimeout) {

    public static final String HOST = "database.hostname";
    public static final String PORT = "database.port";
    public static final String USER = "database.user";
    public static final String PASSWORD = "database.password";
    public static final String SSL_MODE = "database.ssl.mode";
    public static final String TRUST_STORE = "database.ssl.truststore";
    public static final String TRUST_STORE_PASSWORD = "database.ssl.truststore.password";
    public static final String CONNECT_TIMEOUT = "connect.timeout.ms";

    private static final String GROUP = "Connection";
    private static final Choices SSL_MODES = Choices.of((Object[]) SslMode.values());

    /**
     * Adds the settings to a connector's.
     *
     * @param server what the server is to the connector, for the descriptions: "primary" or "replica"
     */
    public static ConfigDef define(ConfigDef def, String server) {
        return def.define(
                        HOST,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "Host name or address of the " + server + "."
                                + (server.equals("primary")
                                        ? " Several, with commas between them, each host or host:port, for a primary"
                                                + " that fails over: the first is read that has all that was read"
                                                + " before."
                                        : ""),
                        GROUP,
                        1,
                        Width.MEDIUM,
                        "Host")
                .define(
                        PORT,
                        ConfigDef.Type.INT,
                        3306,
                        new NumberRange(1, 65_535),
                        Importance.HIGH,
                        "Port of the " + server + ".",
                        GROUP,
                        2,
                        Width.SHORT,
                        "Port")
                .define(
                        USER,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "User to log in to the " + server + " as; the README lists the grants it needs.",
                        GROUP,
                        3,
                        Width.MEDIUM,
                        "User")
                .define(
                        PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.HIGH,
                        "Its password. Better a reference to a config provider than the password itself.",
                        GROUP,
                        4,
                        Width.MEDIUM,
                        "Password")
                .define(
                        SSL_MODE,
                        ConfigDef.Type.STRING,
                        SslMode.PREFERRED.toString(),
                        SSL_MODES.validator(),
                        Importance.MEDIUM,
                        "disabled, preferred (encrypted when the server offers it), required (encrypted, with any"
                                + " certificate), verify_ca (with a trusted certificate), verify_identity (made out to"
                                + " this host).",
                        GROUP,
                        5,
                        Width.SHORT,
                        "TLS",
                        SSL_MODES)
                .define(
                        TRUST_STORE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "File with the certificates of those whose servers verify_ca and verify_identity trust: PEM, or a key"
                                + " store (PKCS12, JKS). Those that Java trusts when it is empty.",
                        GROUP,
                        6,
                        Width.MEDIUM,
                        "Trust store",
                        Choices.when(SSL_MODE, SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY))
                .define(
                        TRUST_STORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.LOW,
                        "Password of the key store.",
                        GROUP,
                        7,
                        Width.MEDIUM,
                        "Trust store password",
                        Choices.when(SSL_MODE, SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY))
                .define(
                        CONNECT_TIMEOUT,
                        ConfigDef.Type.LONG,
                        30_000L,
                        new NumberRange(100, 3_600_000),
                        Importance.LOW,
                        "How long connecting to the " + server + " may take, in milliseconds.",
                        GROUP,
                        8,
                        Width.SHORT,
                        "Connect timeout");
    }

    public static DatabaseConfig of(AbstractConfig config) {
        return new DatabaseConfig(
                config.getString(HOST),
                config.getInt(PORT),
                config.getString(USER),
                config.getPassword(PASSWORD),
                SslMode.named(config.getString(SSL_MODE).toLowerCase(Locale.ROOT)),
                trustStore(config),
                Duration.ofMillis(config.getLong(CONNECT_TIMEOUT)));
    }

    /** The same login at another server. */
    public DatabaseConfig at(String otherHost, int otherPort) {
        return new DatabaseConfig(otherHost, otherPort, user, password, sslMode, trustStore, connectTimeout);
    }

    /** The same server with another login. */
    public DatabaseConfig as(Logins.Login login) {
        return new DatabaseConfig(host, port, login.user(), login.password(), sslMode, trustStore, connectTimeout);
    }

    private static @Nullable TrustStore trustStore(AbstractConfig config) {
        String file = config.getString(TRUST_STORE);
        return file.isBlank() ? null : new TrustStore(Path.of(file), config.getPassword(TRUST_STORE_PASSWORD));
    }

    /**
     * What to tell a user when a connection could not be opened.
     *
     * @param server what the server is to the connector: "primary" or "replica"
     */
    public String unreachable(String server, SQLException cause) {
        return SqlErrors.isLoginRefused(cause)
                ? "the " + server + " at " + address() + " refuses the login of " + user + ": " + cause.getMessage()
                : "cannot connect to the " + server + " at " + address() + ": " + cause.getMessage();
    }

    /** {@code host:port}, for messages. */
    public String address() {
        return host + ":" + port;
    }
}
