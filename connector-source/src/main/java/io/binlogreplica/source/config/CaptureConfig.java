package io.binlogreplica.source.config;

import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.database.NumberRange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.offset.SourceOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * What is captured of the primary.
 *
 * @param serverId to register as among the primary's replicas
 * @param databases names of databases, as regular expressions
 * @param databasesExcluded those of them that are not captured
 * @param tables {@code database.table}, as regular expressions; empty for all tables of the databases
 * @param tablesExcluded those of them that are not captured
 * @param serversExcluded ids of servers that executed changes first which are not captured
 * @param domainsExcluded MariaDB's domains of GTIDs whose transactions are not captured
 */
public record CaptureConfig(
        long serverId,
        List<Pattern> databases,
        List<Pattern> databasesExcluded,
        List<Pattern> tables,
        List<Pattern> tablesExcluded,
        Set<Long> serversExcluded,
        Set<Long> domainsExcluded) {

    public static final String SERVER_ID = "database.server.id";
    public static final String DATABASES = "database.include.list";
    public static final String DATABASES_EXCLUDED = "database.exclude.list";
    public static final String TABLES = "table.include.list";
    public static final String TABLES_EXCLUDED = "table.exclude.list";
    public static final String SERVERS_EXCLUDED = "origin.server.id.exclude.list";
    public static final String DOMAINS_EXCLUDED = "origin.gtid.domain.exclude.list";

    private static final String GROUP = "Capture";

    public CaptureConfig {
        databases = List.copyOf(databases);
        databasesExcluded = List.copyOf(databasesExcluded);
        tables = List.copyOf(tables);
        tablesExcluded = List.copyOf(tablesExcluded);
        serversExcluded = Set.copyOf(serversExcluded);
        domainsExcluded = Set.copyOf(domainsExcluded);
    }

    /** Differs where another choice of what is captured may count other rows of a transaction. */
    public String fingerprint() {
        return SourceOffset.fingerprint(List.of(
                        databases,
                        databasesExcluded,
                        tables,
                        tablesExcluded,
                        new TreeSet<>(serversExcluded),
                        new TreeSet<>(domainsExcluded))
                .toString());
    }

    static ConfigDef define(ConfigDef def) {
        return def.define(
                        SERVER_ID,
                        ConfigDef.Type.LONG,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new NumberRange(1, 4_294_967_295L),
                        Importance.HIGH,
                        "The id this connector registers as among the primary's replicas; no other replica or connector"
                                + " may have it.",
                        GROUP,
                        1,
                        Width.SHORT,
                        "Server id")
                .define(
                        DATABASES,
                        ConfigDef.Type.LIST,
                        "replica",
                        Patterns.VALID,
                        Importance.HIGH,
                        "Databases to capture: regular expressions that match a whole name.",
                        GROUP,
                        2,
                        Width.MEDIUM,
                        "Databases")
                .define(
                        DATABASES_EXCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        Patterns.VALID,
                        Importance.MEDIUM,
                        "Databases not to capture, of those above: regular expressions that match a whole name.",
                        GROUP,
                        3,
                        Width.MEDIUM,
                        "Databases left out")
                .define(
                        TABLES,
                        ConfigDef.Type.LIST,
                        "",
                        Patterns.VALID,
                        Importance.MEDIUM,
                        "Tables to capture of these databases: regular expressions that match a whole database.table;"
                                + " empty for all.",
                        GROUP,
                        4,
                        Width.MEDIUM,
                        "Tables")
                .define(
                        TABLES_EXCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        Patterns.VALID,
                        Importance.MEDIUM,
                        "Tables not to capture, of those above: regular expressions that match a whole database.table.",
                        GROUP,
                        5,
                        Width.MEDIUM,
                        "Tables left out")
                .define(
                        SERVERS_EXCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        ConfigDef.LambdaValidator.with(CaptureConfig::requireNumbers, () -> "numbers"),
                        Importance.LOW,
                        "Ids of servers whose changes, DDL included, are not captured wherever they were read: what came"
                                + " from there does not go back. Changes keep the id of the server, or of the session,"
                                + " that executed them first. Copies of tables have all rows.",
                        GROUP,
                        6,
                        Width.MEDIUM,
                        "Servers left out")
                .define(
                        DOMAINS_EXCLUDED,
                        ConfigDef.Type.LIST,
                        "",
                        ConfigDef.LambdaValidator.with(CaptureConfig::requireNumbers, () -> "numbers"),
                        Importance.LOW,
                        "Likewise, by the domain of MariaDB's GTIDs.",
                        GROUP,
                        7,
                        Width.MEDIUM,
                        "GTID domains left out");
    }

    static CaptureConfig of(AbstractConfig config) {
        return new CaptureConfig(
                config.getLong(SERVER_ID),
                Patterns.of(config.getList(DATABASES)),
                Patterns.of(config.getList(DATABASES_EXCLUDED)),
                Patterns.of(config.getList(TABLES)),
                Patterns.of(config.getList(TABLES_EXCLUDED)),
                numbers(config.getList(SERVERS_EXCLUDED)),
                numbers(config.getList(DOMAINS_EXCLUDED)));
    }

    private static Set<Long> numbers(List<String> texts) {
        return texts.stream().map(Long::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static void requireNumbers(String name, Object value) {
        for (Object text : (List<?>) value) {
            if (!text.toString().matches("\\d{1,10}")) {
                throw new ConfigException(name, text, "must be a number");
            }
        }
    }

    /** Whether changes are left out by where they come from. */
    public boolean excludesOrigins() {
        return !serversExcluded.isEmpty() || !domainsExcluded.isEmpty();
    }

    /**
     * Whether changes that a server executed first are wanted.
     *
     * @param gtid of the transaction; null when it has none
     */
    public boolean includesOrigin(long server, @Nullable String gtid) {
        return !serversExcluded.contains(server)
                && (domainsExcluded.isEmpty()
                        || gtid == null
                        || gtid.indexOf('-') < 1
                        || gtid.indexOf(':') >= 0
                        || !domainsExcluded.contains(Long.valueOf(gtid.substring(0, gtid.indexOf('-')))));
    }

    /** Whether a table's changes are wanted. */
    public boolean includes(TableId table) {
        return includesDatabase(table.database())
                && (tables.isEmpty() || Patterns.match(tables, table.toString()))
                && !Patterns.match(tablesExcluded, table.toString());
    }

    /** Whether any table of a database can be wanted. */
    public boolean includesDatabase(String database) {
        return !InformationSchema.isSystem(database)
                && Patterns.match(databases, database)
                && !Patterns.match(databasesExcluded, database);
    }
}
