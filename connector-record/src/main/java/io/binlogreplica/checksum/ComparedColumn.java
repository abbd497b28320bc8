package io.binlogreplica.checksum;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.SqlType;
import io.binlogreplica.record.SqlType.Family;
import java.util.Objects;

/**
 * A column that both servers have, and how its value is put into a row's digest: exact, and in the same form on both.
 *
 * @param column as the primary has it
 * @param nullable whether either server's column is
 * @param expression of SQL
 * @param readable an expression for people
 * @param isOfAnyLength whether the expression's value may hold what separates it from its neighbour
 */
public record ComparedColumn(
        Column column, boolean nullable, String expression, String readable, boolean isOfAnyLength) {

    /** Longer than any value that is put into the digest's text as it is. */
    static final long BYTES_MAX = 65_535;

    /**
     * A column.
     *
     * @param sameFamily whether both servers are MySQL, or both are MariaDB
     * @param digestLong whether values of some thousand bytes are digested by themselves too, so that a row's text stays small
     * @throws IllegalArgumentException when no form is the same on both servers; the message says why
     */
    public static ComparedColumn of(Column primary, Column replica, boolean sameFamily, boolean digestLong) {
        String name = Identifier.quote(primary.name());
        Family family = primary.type().type().family();
        boolean nullable = primary.nullable() || replica.nullable();
        if (primary.generated() == Column.Generated.VIRTUAL && replica.isGenerated()) {
            throw new IllegalArgumentException(
                    "column " + primary.name() + ": VIRTUAL, made of columns that are compared");
        }
        if ((family == Family.JSON) != (replica.type().type().family() == Family.JSON)) {
            throw new IllegalArgumentException("column " + primary.name()
                    + ": JSON, which one server keeps as text and the other in a form of its own");
        }
        return switch (family) {
            case INTEGER, DECIMAL, TEMPORAL -> new ComparedColumn(primary, nullable, name, name, false);
            case FLOAT -> floating(primary, nullable, sameFamily);
            case BIT -> simple(primary, nullable, "CAST(" + name + " AS UNSIGNED)");
            case ADDRESS -> simple(primary, nullable, "CAST(" + name + " AS CHAR)");
            case LABELS ->
                Objects.equals(primary.type().labels(), replica.type().labels())
                        ? new ComparedColumn(primary, nullable, "CAST(" + name + " AS UNSIGNED)", name, false)
                        : ofAnyLength(primary, nullable, "CAST(CONVERT(" + name + " USING utf8mb4) AS BINARY)");
            case TEXT -> text(primary, replica, nullable, digestLong);
            case BINARY ->
                isLong(primary, replica, digestLong)
                        ? new ComparedColumn(primary, nullable, RowSql.sha2(name), hex(name), false)
                        : new ComparedColumn(primary, nullable, name, hex(name), true);
            case JSON -> document(primary, nullable);
            case GEOMETRY, VECTOR ->
                new ComparedColumn(primary, nullable, RowSql.sha2("HEX(" + name + ")"), hex(name), false);
        };
    }

    /**
     * As text, or by its bits, in which a geometry has it: MySQL and MariaDB print the same number in different ways. Some versions of
     * MariaDB keep no zero below zero.
     */
    private static ComparedColumn floating(Column column, boolean nullable, boolean sameFamily) {
        String name = Identifier.quote(column.name());
        String exact = column.type().type() == SqlType.FLOAT ? "CAST(" + name + " AS DOUBLE)" : name;
        String number = exact + " + 0";
        return new ComparedColumn(
                column, nullable, sameFamily ? number : "HEX(ST_AsBinary(POINT(" + number + ", 0)))", exact, false);
    }

    /** What a server makes of the text: the replica was sent text, and has a double where the primary may have a DECIMAL. */
    private static ComparedColumn document(Column column, boolean nullable) {
        String name = Identifier.quote(column.name());
        return new ComparedColumn(
                column, nullable, RowSql.sha2(print("CAST(" + print(name) + " AS JSON)")), name, false);
    }

    private static String print(String document) {
        return "CAST(" + document + " AS CHAR CHARACTER SET utf8mb4)";
    }

    /** The bytes where the charsets are the same, the characters where they are not. */
    private static ComparedColumn text(Column primary, Column replica, boolean nullable, boolean digestLong) {
        String name = Identifier.quote(primary.name());
        String bytes = Objects.equals(primary.type().charset(), replica.type().charset())
                ? name
                : "CONVERT(" + name + " USING utf8mb4)";
        return isLong(primary, replica, digestLong)
                ? new ComparedColumn(primary, nullable, RowSql.sha2(bytes), name, false)
                : ofAnyLength(primary, nullable, "CAST(" + bytes + " AS BINARY)");
    }

    private static ComparedColumn simple(Column column, boolean nullable, String expression) {
        return new ComparedColumn(column, nullable, expression, expression, false);
    }

    private static ComparedColumn ofAnyLength(Column column, boolean nullable, String expression) {
        return new ComparedColumn(column, nullable, expression, Identifier.quote(column.name()), true);
    }

    private static String hex(String name) {
        return "CONCAT('0x', HEX(" + name + "))";
    }

    private static boolean isLong(Column primary, Column replica, boolean digestLong) {
        long bytes = Math.max(bytesMax(primary), bytesMax(replica));
        return bytes > BYTES_MAX || (digestLong && bytes > 1_000);
    }

    /** How long a value of a text or binary column can be, in bytes of utf8mb4; 0 for others. */
    public static long bytesMax(Column column) {
        return switch (column.type().type()) {
            case CHAR, VARCHAR -> Math.min(4L * column.type().length(), BYTES_MAX);
            case BINARY, VARBINARY -> column.type().length();
            case TINYTEXT, TINYBLOB -> 255;
            case TEXT, BLOB -> BYTES_MAX;
            case MEDIUMTEXT, MEDIUMBLOB, LONGTEXT, LONGBLOB -> BYTES_MAX + 1;
            default -> 0;
        };
    }

    String quoted() {
        return Identifier.quote(column.name());
    }
}
