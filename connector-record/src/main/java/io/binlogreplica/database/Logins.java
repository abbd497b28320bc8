package io.binlogreplica.database;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom a task logs in. A password may be changed while the task runs: settings refer to where it is kept, and are read again when a
 * server refuses the login. Of any thread.
 */
public final class Logins {

    private static final Logger log = LoggerFactory.getLogger(Logins.class);

    private final @Nullable Supplier<Map<String, String>> settings;

    /** Guarded by this object. */
    private Login known;

    /** A user and the password. */
    public record Login(String user, Password password) {}

    private Logins(DatabaseConfig config, @Nullable Supplier<Map<String, String>> settings) {
        this.known = new Login(config.user(), config.password());
        this.settings = settings;
    }

    /** This login and no other. */
    public static Logins fixed(DatabaseConfig config) {
        return new Logins(config, null);
    }

    /**
     * This login, until a server refuses it.
     *
     * @param settings the task's, with what they refer to as it is now
     */
    public static Logins renewed(DatabaseConfig config, Supplier<Map<String, String>> settings) {
        return new Logins(config, settings);
    }

    /** The one to try. */
    public synchronized Login login() {
        return known;
    }

    /** The one to try in place of one that was refused; null when there is no other. */
    synchronized @Nullable Login insteadOf(Login refused, String server) {
        if (settings == null) {
            return null;
        }
        if (known.equals(refused)) {
            known = read(settings, refused, server);
        }
        return known.equals(refused) ? null : known;
    }

    private static Login read(Supplier<Map<String, String>> settings, Login refused, String server) {
        try {
            Map<String, String> now = settings.get();
            var read = new Login(Objects.requireNonNullElse(now.get(DatabaseConfig.USER), refused.user()), (Password)
                    ConfigDef.parseType(
                            DatabaseConfig.PASSWORD,
                            Objects.requireNonNullElse(now.get(DatabaseConfig.PASSWORD), ""),
                            ConfigDef.Type.PASSWORD));
            if (read.equals(refused)) {
                log.warn(
                        "[RETRY] {} refuses the login of {}. Has its password been changed? Change it where {} refers to,"
                                + " which is read again at each attempt, or in the connector's settings",
                        server,
                        refused.user(),
                        DatabaseConfig.PASSWORD);
            } else {
                log.info("[RETRY] {} refuses the login of {}; the settings have another now", server, refused.user());
            }
            return read;
        } catch (RuntimeException e) {
            log.warn(
                    "[RETRY] {} refuses the login of {}, and the settings cannot be read again: {}",
                    server,
                    refused.user(),
                    e.getMessage());
            return refused;
        }
    }
}
