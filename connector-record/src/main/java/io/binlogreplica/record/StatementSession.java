package io.binlogreplica.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the session was set in which the primary ran a statement, as far as what the statement does depends on it.
 *
 * @param timestampMicros its {@code timestamp}, which {@code NOW()} gives: microseconds since 1970
 * @param sqlMode the names in its {@code sql_mode}, and what the other family calls that which goes without saying in this one
 * @param timeZone its {@code time_zone}; null where the statement does not depend on it, {@link #SYSTEM} where no other machine knows it
 * @param collationServer its {@code collation_server}, which new databases have; null where that is not known
 * @param charsetCollations MariaDB's {@code character_set_collations}: the collations of charsets that come without one; null where
 *     the server does not have that
 * @param explicitDefaults its {@code explicit_defaults_for_timestamp}; null where the statement does not depend on it
 */
public record StatementSession(
        long timestampMicros,
        List<String> sqlMode,
        @Nullable String timeZone,
        @Nullable String collationServer,
        @Nullable String charsetCollations,
        @Nullable Boolean explicitDefaults) {

    /** How servers call the time zone of their machine. */
    public static final String SYSTEM = "SYSTEM";

    public StatementSession {
        sqlMode = List.copyOf(sqlMode);
    }
}
