package io.binlogreplica.source.config;

import io.binlogreplica.database.DatabaseConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/** The servers that may be the primary: {@code database.hostname} with commas between them, each with a port of its own or not. */
public final class PrimaryHosts {

    private static final Pattern HOST =
            Pattern.compile("(\\[[^]]+]|[^:\\s]+|[0-9a-fA-F:]+:[0-9a-fA-F:]*)(?::(\\d{1,5}))?");
    private static final int PORT_MAX = 65_535;

    private PrimaryHosts() {}

    /**
     * Each of them, in the user's order.
     *
     * @throws ConfigException when one is no host
     */
    public static List<DatabaseConfig> of(DatabaseConfig config) {
        var hosts = new ArrayList<DatabaseConfig>();
        for (String text : config.host().split(",", -1)) {
            Matcher host = HOST.matcher(text.trim());
            int port = config.port();
            if (!host.matches()) {
                throw new ConfigException(
                        DatabaseConfig.HOST, config.host(), "must be host or host:port, with commas between several");
            }
            if (host.group(2) != null) {
                port = Integer.parseInt(host.group(2));
            }
            if (port < 1 || port > PORT_MAX) {
                throw new ConfigException(DatabaseConfig.HOST, config.host(), "port " + port + " is none");
            }
            DatabaseConfig one = config.at(host.group(1), port);
            if (hosts.stream().anyMatch(other -> other.address().equals(one.address()))) {
                throw new ConfigException(DatabaseConfig.HOST, config.host(), "names " + one.address() + " twice");
            }
            hosts.add(one);
        }
        return List.copyOf(hosts);
    }
}
