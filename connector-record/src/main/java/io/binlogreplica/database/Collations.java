package io.binlogreplica.database;

import io.binlogreplica.record.Flavor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server's collations by the number that its binlog gives them. */
public final class Collations {

    /**
     * A collation.
     *
     * @param bytesMax how many bytes a character of the charset may take
     */
    public record Collation(String name, String charset, int bytesMax) {}

    private final Map<Integer, Collation> byNumber;
    private final Map<String, Integer> numbers = new HashMap<>();

    public Collations(Map<Integer, Collation> byNumber) {
        this.byNumber = Map.copyOf(byNumber);
        byNumber.forEach((number, collation) -> numbers.put(collation.name(), number));
    }

    /** Reads them all; MariaDB lists the many of its newer family in a table of its own. */
    public static Collations of(Connection connection) throws SQLException {
        String sql = Database.flavor(connection) == Flavor.MARIADB
                ? "SELECT a.ID, a.FULL_COLLATION_NAME, a.CHARACTER_SET_NAME, s.MAXLEN"
                        + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY a"
                        + " JOIN information_schema.CHARACTER_SETS s USING (CHARACTER_SET_NAME)"
                : "SELECT c.ID, c.COLLATION_NAME, c.CHARACTER_SET_NAME, s.MAXLEN"
                        + " FROM information_schema.COLLATIONS c"
                        + " JOIN information_schema.CHARACTER_SETS s USING (CHARACTER_SET_NAME)";
        var collations = new HashMap<Integer, Collation>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                collations.put(rows.getInt(1), new Collation(rows.getString(2), rows.getString(3), rows.getInt(4)));
            }
        }
        return new Collations(collations);
    }

    /** The number of the collation of that name; -1 when there is none. */
    public int number(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /** Whether there is one of that name. */
    public boolean has(String name) {
        return byNumber.values().stream().anyMatch(collation -> collation.name().equals(name));
    }

    public @Nullable Collation find(int number) {
        return byNumber.get(number);
    }
}
