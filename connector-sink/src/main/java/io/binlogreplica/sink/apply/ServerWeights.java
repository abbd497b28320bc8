package io.binlogreplica.sink.apply;

import io.binlogreplica.sink.plan.Weights;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the replica what texts weigh, many at a time. */
final class ServerWeights implements Weights {

    private static final int TEXTS_AT_ONCE = 200;

    /** Four bytes each at most: below what servers take in one packet. */
    private static final int CHARACTERS_AT_ONCE = 100_000;

    private final Connection connection;

    ServerWeights(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Map<String, Long> of(String charset, String collation, Collection<String> texts) throws SQLException {
        var weights = new HashMap<String, Long>();
        List<String> all = texts.stream()
                .filter(text -> text.length() <= CHARACTERS_AT_ONCE)
                .toList();
        // names of the server's own, which have nothing but letters, digits and underscores
        String one = "WEIGHT_STRING(CONVERT(? USING " + charset + ") COLLATE " + collation + ")";
        String sql = "SELECT " + String.join(", ", Collections.nCopies(TEXTS_AT_ONCE, one));
        int to;
        for (int from = 0; from < all.size(); from = to) {
            to = end(all, from);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < TEXTS_AT_ONCE; i++) {
                    statement.setString(i + 1, from + i < to ? all.get(from + i) : "");
                }
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    for (int i = from; i < to; i++) {
                        byte[] weight = row.getBytes(i - from + 1);
                        // none of a text whose weight may be larger than a packet
                        if (weight != null) {
                            weights.put(all.get(i), hash(weight));
                        }
                    }
                }
            }
        }
        return weights;
    }

    /** Where the texts end that one query asks for, from one on. */
    private static int end(List<String> texts, int from) {
        long characters = 0;
        for (int to = from; to < texts.size() && to < from + TEXTS_AT_ONCE; to++) {
            characters += texts.get(to).length();
            if (characters > CHARACTERS_AT_ONCE) {
                return to;
            }
        }
        return Math.min(texts.size(), from + TEXTS_AT_ONCE);
    }

    private static long hash(byte[] weight) {
        return (long) Arrays.hashCode(weight) << 32 | weight.length;
    }
}
