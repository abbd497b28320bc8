package io.binlogreplica.sink.apply;

import io.binlogreplica.sink.plan.Weights;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the replica what texts weigh, many at a time. */
final class ServerWeights implements Weights {

    private static final int TEXTS_AT_ONCE = 200;

    private final Connection connection;

    ServerWeights(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Map<String, Long> of(String charset, String collation, Collection<String> texts) throws SQLException {
        var weights = new HashMap<String, Long>();
        List<String> all = new ArrayList<>(texts);
        // names of the server's own, which have nothing but letters, digits and underscores
        String one = "WEIGHT_STRING(CONVERT(? USING " + charset + ") COLLATE " + collation + ")";
        String sql = "SELECT " + String.join(", ", Collections.nCopies(TEXTS_AT_ONCE, one));
        for (int from = 0; from < all.size(); from += TEXTS_AT_ONCE) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < TEXTS_AT_ONCE; i++) {
                    statement.setString(i + 1, from + i < all.size() ? all.get(from + i) : "");
                }
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    for (int i = 0; i < TEXTS_AT_ONCE && from + i < all.size(); i++) {
                        weights.put(all.get(from + i), hash(row.getBytes(i + 1)));
                    }
                }
            }
        }
        return weights;
    }

    private static long hash(byte[] weight) {
        return (long) Arrays.hashCode(weight) << 32 | weight.length;
    }
}
