package io.binlogreplica.source.record;

import io.binlogreplica.record.TableId;

/** Names of the topics of one connector. */
public final class TopicNames {

    private final String prefix;

    public TopicNames(String prefix) {
        this.prefix = prefix;
    }

    /** All changes, in the ordered layout. */
    public String changes() {
        return prefix + ".changes";
    }

    /** Changes of one table, in the table layout. */
    public String table(TableId table) {
        return legal(prefix + "." + table.database() + "." + table.table());
    }

    /** DDL, in either layout. */
    public String schemaChanges() {
        return prefix;
    }

    /** Records that only carry an offset. */
    public String heartbeats() {
        return "__debezium-heartbeat." + prefix;
    }

    /** What Kafka does not take in a name becomes an underscore, as Debezium has it. */
    private static String legal(String name) {
        return name.replaceAll("[^a-zA-Z0-9._-]", "_");
    }
}
