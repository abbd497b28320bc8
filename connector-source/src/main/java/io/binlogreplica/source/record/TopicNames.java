package io.binlogreplica.source.record;

import io.binlogreplica.record.TableId;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Names of the topics of one connector. Not for several threads. */
public final class TopicNames {

    private final String prefix;
    private final Map<String, TableId> tables = new HashMap<>();

    public TopicNames(String prefix) {
        this.prefix = prefix;
    }

    /** All changes, in the ordered layout. */
    public String changes() {
        return prefix + ".changes";
    }

    /**
     * Changes of one table, in the table layout.
     *
     * @throws ConnectException when another table has that topic: names differ in what Kafka does not take, or in where a point is
     */
    public String table(TableId table) {
        String topic = legal(prefix + "." + table.database() + "." + table.table());
        TableId other = tables.putIfAbsent(topic, table);
        if (other != null && !other.equals(table)) {
            throw new ConnectException("tables " + other + " and " + table + " would both have the topic " + topic
                    + ", where their rows could not be told apart: rename one, leave it out, or have it in a connector"
                    + " with another topic.prefix");
        }
        return topic;
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
