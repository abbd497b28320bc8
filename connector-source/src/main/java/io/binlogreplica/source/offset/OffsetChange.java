package io.binlogreplica.source.offset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.binlogreplica.record.Flavor;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** An offset that a user sets through Connect's REST interface. */
public final class OffsetChange {

    private static final JsonFactory JSON = new JsonFactory();

    /** Backticks are where they have to be, since a name that is written otherwise is another partition. */
    private static final String PART = "([^.`]+|`(?=[^`]*(\\.|``))([^`]|``)+`)";

    private static final Pattern TABLE = Pattern.compile(PART + "\\." + PART);

    private OffsetChange() {}

    /**
     * Checks one.
     *
     * @param prefix the connector's {@code topic.prefix}
     * @param offset null to forget what was saved
     * @return the place in the binlog to go on from, if it is one and belongs to that family; else null
     * @throws ConnectException when the connector could do nothing with it; the message says why
     */
    public static @Nullable StreamOffset check(
            String prefix, Map<String, ?> partition, @Nullable Map<String, ?> offset, Flavor flavor) {
        if (!prefix.equals(partition.get(StreamOffset.SERVER))) {
            throw new ConnectException(
                    "partition " + partition + " is not of this connector: its server must be " + prefix);
        }
        if (StreamOffset.isPartition(partition)) {
            return StreamOffset.of(offset, flavor);
        }
        if (partition.size() > 1
                && !StreamOffset.SERVER.equals(partition.keySet().iterator().next())) {
            throw new ConnectException("partition " + partition
                    + " must have its server first: Connect tells partitions apart by their text");
        }
        if (TableOffset.isPartition(partition)) {
            requireTable(String.valueOf(partition.get(TableOffset.TABLE)));
            TableOffset table = TableOffset.of(offset);
            if (table != null && table.key() != null) {
                requireArray(table.key());
            }
        } else if (SignalOffset.isPartition(partition)) {
            SignalOffset.of(offset);
        } else if (VerifyOffset.isPartition(partition)) {
            VerifyOffset.of(offset);
        } else {
            throw new ConnectException("partition " + partition + " is none of this connector: there are {server},"
                    + " {server, table}, {server, signals} and {server, verified}");
        }
        return null;
    }

    private static void requireTable(String name) {
        if (!TABLE.matcher(name).matches()) {
            throw new ConnectException("table " + name
                    + " must be database.table; names with dots or backticks, and no others, in backticks");
        }
    }

    private static void requireArray(String key) {
        try (JsonParser in = JSON.createParser(key)) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw new ConnectException("key must be a JSON array of the key's columns, not " + key);
            }
            in.skipChildren();
        } catch (IOException e) {
            throw new ConnectException("key must be a JSON array of the key's columns, not " + key, e);
        }
    }
}
