package io.binlogreplica.source.binlog;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the session was set that ran a statement: the variables that its event has. Layout: {@code Query_event} in MySQL's
 * statement_events.h, {@code Query_log_event} in MariaDB's log_event.h.
 *
 * @param micros the microseconds of the statement's time
 * @param sqlMode the bits of {@code sql_mode}
 * @param clientCollation the number of {@code character_set_client}'s default collation; -1 when it is not known
 * @param serverCollation the number of {@code collation_server}; -1 when it is not known
 * @param timeZone {@code time_zone}; null where the statement has not used it
 * @param explicitDefaults {@code explicit_defaults_for_timestamp}; null where the event does not say
 * @param charsetCollations the collations of charsets that come without one: the number of another of the charset, and its own
 */
public record StatusVariables(
        int micros,
        long sqlMode,
        int clientCollation,
        int serverCollation,
        @Nullable String timeZone,
        @Nullable Boolean explicitDefaults,
        Map<Integer, Integer> charsetCollations) {

    private static final int FLAGS2 = 0;
    private static final int SQL_MODE = 1;
    private static final int CATALOG = 2;
    private static final int AUTO_INCREMENT = 3;
    private static final int CHARSET = 4;
    private static final int TIME_ZONE = 5;
    private static final int CATALOG_NZ = 6;
    private static final int LC_TIME_NAMES = 7;
    private static final int CHARSET_DATABASE = 8;
    private static final int TABLE_MAP_FOR_UPDATE = 9;
    private static final int MASTER_DATA_WRITTEN = 10;
    private static final int INVOKER = 11;
    private static final int UPDATED_DATABASES = 12;
    private static final int MICROSECONDS = 13;
    private static final int EXPLICIT_DEFAULTS_FOR_TIMESTAMP = 16;
    private static final int DDL_LOGGED_WITH_XID = 17;
    private static final int DEFAULT_COLLATION_FOR_UTF8MB4 = 18;
    private static final int SQL_REQUIRE_PRIMARY_KEY = 19;
    private static final int DEFAULT_TABLE_ENCRYPTION = 20;
    private static final int MARIADB_MICROSECONDS = 128;
    private static final int MARIADB_XID = 129;
    private static final int MARIADB_GTID_FLAGS = 130;
    private static final int MARIADB_CHARSET_COLLATIONS = 131;

    /** More databases than are named. */
    private static final int TOO_MANY_DATABASES = 254;

    private static final long MARIADB_EXPLICIT_DEFAULTS = 1L << 24;
    private static final int COMMIT_OR_ROLLBACK_ALTER = 4 | 8;

    public StatusVariables {
        charsetCollations = Map.copyOf(charsetCollations);
    }

    /** Variables have no lengths: what is behind one that is not known cannot be read, and need not be in any version so far. */
    static StatusVariables read(byte[] variables, boolean mariaDb) {
        var reader = new Reader(new ByteCursor(variables, 0, variables.length), mariaDb);
        while (reader.in.hasRemaining() && reader.readOne()) {
            // reads on
        }
        return reader.result();
    }

    private static final class Reader {
        private final ByteCursor in;
        private final boolean mariaDb;
        private final Map<Integer, Integer> charsetCollations = new TreeMap<>();
        private int micros;
        private long sqlMode;
        private int clientCollation = -1;
        private int serverCollation = -1;
        private @Nullable String timeZone;
        private @Nullable Boolean explicitDefaults;

        Reader(ByteCursor in, boolean mariaDb) {
            this.in = in;
            this.mariaDb = mariaDb;
        }

        /** False behind the last that is known. */
        boolean readOne() {
            switch (in.u8()) {
                case FLAGS2 -> {
                    long flags = in.u32();
                    if (mariaDb) {
                        explicitDefaults = (flags & MARIADB_EXPLICIT_DEFAULTS) != 0;
                    }
                }
                case SQL_MODE -> sqlMode = in.i64();
                case CATALOG -> in.skip(in.u8() + 1);
                case AUTO_INCREMENT, MASTER_DATA_WRITTEN -> in.skip(4);
                case CHARSET -> {
                    clientCollation = in.u16();
                    in.skip(2);
                    serverCollation = in.u16();
                }
                case TIME_ZONE -> timeZone = new String(in.take(in.u8()), StandardCharsets.US_ASCII);
                case CATALOG_NZ -> in.skip(in.u8());
                case LC_TIME_NAMES, CHARSET_DATABASE -> in.skip(2);
                case DEFAULT_COLLATION_FOR_UTF8MB4 -> {
                    int collation = in.u16();
                    charsetCollations.put(collation, collation);
                }
                case TABLE_MAP_FOR_UPDATE, DDL_LOGGED_WITH_XID, MARIADB_XID -> in.skip(8);
                case INVOKER -> {
                    in.skip(in.u8());
                    in.skip(in.u8());
                }
                case UPDATED_DATABASES -> skipDatabases(in.u8());
                case MICROSECONDS, MARIADB_MICROSECONDS -> micros = in.u24();
                case EXPLICIT_DEFAULTS_FOR_TIMESTAMP -> explicitDefaults = in.u8() != 0;
                case SQL_REQUIRE_PRIMARY_KEY, DEFAULT_TABLE_ENCRYPTION -> in.skip(1);
                case MARIADB_GTID_FLAGS -> in.skip((in.u8() & COMMIT_OR_ROLLBACK_ALTER) != 0 ? 8 : 0);
                case MARIADB_CHARSET_COLLATIONS -> {
                    for (int count = in.u8(); count > 0; count--) {
                        charsetCollations.put(in.u16(), in.u16());
                    }
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void skipDatabases(int count) {
            if (count == TOO_MANY_DATABASES) {
                return;
            }
            for (int i = 0; i < count; i++) {
                while (in.u8() != 0) {
                    // the name
                }
            }
        }

        StatusVariables result() {
            return new StatusVariables(
                    micros, sqlMode, clientCollation, serverCollation, timeZone, explicitDefaults, charsetCollations);
        }
    }
}
