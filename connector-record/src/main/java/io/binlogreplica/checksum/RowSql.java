package io.binlogreplica.checksum;

import io.binlogreplica.database.Identifier;
import io.binlogreplica.record.Checksum;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.KeyRange;
import io.binlogreplica.record.RowDigest;
import io.binlogreplica.record.SqlType;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements that compare a table. They are the same on both servers, whichever kind these are, and give the same digest for a
 * row if and only if all its values are the same.
 */
public final class RowSql {

    /** What is added for a row that the server could not digest; more than all rows' digests can sum up to. */
    private static final String UNDIGESTED = "10000000000000000000000000000000000000000";

    private final String table;
    private final List<Column> key;
    private final List<ComparedColumn> columns;
    private final String digest;
    private final String keyLiterals;
    private final String order;

    /**
     * Statements for a table.
     *
     * @param table quoted, with its database
     * @param key columns to go through the rows by; empty when whole rows are compared
     */
    public RowSql(String table, List<Column> key, List<ComparedColumn> columns) {
        this.table = table;
        this.key = key;
        this.columns = columns;
        this.digest = digest(columns);
        this.keyLiterals = key.stream().map(RowSql::literal).collect(Collectors.joining(", "));
        this.order = key.stream().map(column -> Identifier.quote(column.name())).collect(Collectors.joining(", "));
    }

    public int keyColumns() {
        return key.size();
    }

    // Digests

    /** NULLs are told from texts by a bitmap, neighbours from each other by their lengths. */
    private static String digest(List<ComparedColumn> columns) {
        var parts = new ArrayList<String>();
        String nulls = columns.stream()
                .filter(ComparedColumn::nullable)
                .map(column -> "ISNULL(" + column.quoted() + ")")
                .collect(Collectors.joining(", "));
        parts.add(nulls.isEmpty() ? "''" : "CONCAT(" + nulls + ")");
        for (ComparedColumn column : columns) {
            if (column.isOfAnyLength()) {
                parts.add("LENGTH(" + column.expression() + ")");
            }
            parts.add(column.expression());
        }
        return number(sha2("CONCAT_WS(',', " + String.join(", ", parts) + ")"));
    }

    /** A digest that every server has: MySQL has no MD5 from 9.6 on. */
    static String sha2(String expression) {
        return "SHA2(" + expression + ", 256)";
    }

    private static String number(String hex) {
        return "CAST(CONV(LEFT(" + hex + ", 16), 16, 10) AS UNSIGNED)";
    }

    private String checksums(String rows) {
        return "SELECT COUNT(*), COALESCE(SUM(COALESCE(h, " + UNDIGESTED + ")), 0) FROM (SELECT " + digest
                + " AS h FROM " + table + rows + ") AS digests";
    }

    /** Reads what {@link #checksum()}, among others, returns, from that column on. */
    public static Checksum readChecksum(ResultSet row, int first) throws SQLException {
        BigDecimal sum = row.getBigDecimal(first + 1);
        if (sum.compareTo(new BigDecimal(UNDIGESTED)) >= 0) {
            throw undigested();
        }
        return new Checksum(row.getLong(first), sum);
    }

    private static SQLException undigested() {
        return new SQLException("it could not compute SHA2 of a row, which may be larger than its max_allowed_packet");
    }

    // By key

    /** The key of the row that is so many behind a key; no row when the table ends before. */
    public String boundary(KeyRange range, long rows) {
        return "SELECT " + keyLiterals + " FROM " + table + where(range) + " ORDER BY " + order + " LIMIT " + (rows - 1)
                + ", 1";
    }

    public String checksum(KeyRange range) {
        return checksums(where(range));
    }

    /**
     * Likewise, of no more rows than that: servers that find as many have more rows in the range than they are to have, whichever
     * these are.
     */
    public String checksum(KeyRange range, long rowsMax) {
        return checksums(where(range) + " LIMIT " + rowsMax);
    }

    /** Of the first rows of a range in the key's order: keys, digests, and some digits of each column's digest, see {@link RowDigest}. */
    public String digests(KeyRange range, long rowsMax) {
        return "SELECT " + keyLiterals + ", " + digest
                + columns.stream()
                        .map(column -> ", LEFT(" + sha2("CONCAT(" + column.expression() + ")") + ", 8)")
                        .collect(Collectors.joining())
                + " FROM " + table + where(range) + " ORDER BY " + order + " LIMIT " + rowsMax;
    }

    /** Reads what {@link #digests} returns. */
    public List<RowDigest> readDigests(ResultSet rows) throws SQLException {
        var digests = new ArrayList<RowDigest>();
        while (rows.next()) {
            var literals = new ArrayList<String>(key.size());
            for (int i = 1; i <= key.size(); i++) {
                literals.add(rows.getString(i));
            }
            String ofRow = rows.getString(key.size() + 1);
            if (ofRow == null) {
                throw undigested();
            }
            var ofColumns = new ArrayList<String>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                ofColumns.add(Objects.requireNonNullElse(rows.getString(key.size() + 1 + i), ""));
            }
            digests.add(new RowDigest(literals, ofRow, ofColumns));
        }
        return digests;
    }

    /** A condition that is true of rows with these keys. */
    public String condition(Collection<List<String>> keys) {
        return keys.stream().map(this::equal).collect(Collectors.joining(" OR "));
    }

    /** Deletes a row. */
    public String delete(List<String> rowKey) {
        return "DELETE FROM " + table + " WHERE " + equal(rowKey);
    }

    /** A range for people. */
    public String readable(KeyRange range) {
        if (range.after() == null && range.upTo() == null) {
            return "all rows";
        }
        String from =
                range.after() == null ? "the rows from the first" : "the rows behind " + readableKey(range.after());
        return from + (range.upTo() == null ? " to the last" : " up to " + readableKey(range.upTo()));
    }

    /** Keys and digests of a range. */
    public String rows(KeyRange range) {
        return "SELECT " + keyLiterals + ", " + digest + " FROM " + table + where(range);
    }

    /** Keys and digests of some rows. */
    public String rows(Collection<List<String>> keys) {
        return "SELECT " + keyLiterals + ", " + digest + " FROM " + table + " WHERE " + condition(keys);
    }

    /** Each column's digest for one row, the key's literals before. */
    public String columnDigests(List<String> rowKey) {
        return "SELECT " + keyLiterals
                + columns.stream()
                        .map(column -> ", " + sha2("CONCAT(" + column.expression() + ")"))
                        .collect(Collectors.joining())
                + " FROM " + table + " WHERE " + equal(rowKey);
    }

    private String where(KeyRange range) {
        var conditions = new ArrayList<String>();
        if (range.after() != null) {
            conditions.add(bound(range.after(), ">", ">"));
        }
        if (range.upTo() != null) {
            conditions.add(bound(range.upTo(), "<", "<="));
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /**
     * Spelled out, since servers do not use an index for {@code (a, b) > (x, y)}; the first condition alone already bounds the range
     * for those that do not look into the rest.
     *
     * @param last how the last column compares in a row that is the same in all before
     */
    private String bound(List<String> literals, String comparison, String last) {
        String condition = "";
        for (int i = key.size() - 1; i >= 0; i--) {
            String name = Identifier.quote(key.get(i).name());
            String literal = literals.get(i);
            condition = condition.isEmpty()
                    ? name + " " + last + " " + literal
                    : name + " " + comparison + "= " + literal + " AND (" + name + " " + comparison + " " + literal
                            + " OR (" + condition + "))";
        }
        return condition;
    }

    private String equal(List<String> literals) {
        var conditions = new ArrayList<String>();
        for (int i = 0; i < key.size(); i++) {
            conditions.add(Identifier.quote(key.get(i).name()) + " = " + literals.get(i));
        }
        return "(" + String.join(" AND ", conditions) + ")";
    }

    /** An SQL expression that gives a key's value as an SQL literal, to be compared in the column's own collation. */
    private static String literal(Column column) {
        String name = Identifier.quote(column.name());
        SqlType type = column.type().type();
        return switch (type.family()) {
            case INTEGER, DECIMAL -> "CAST(" + name + " AS CHAR)";
            // some versions of MariaDB keep no zero below zero
            case FLOAT -> "CAST(CAST(" + name + " AS DOUBLE) + 0 AS CHAR)";
            case BIT, LABELS -> "CAST(CAST(" + name + " AS UNSIGNED) AS CHAR)";
            case TEMPORAL ->
                type == SqlType.YEAR
                        ? "CAST(CAST(" + name + " AS UNSIGNED) AS CHAR)"
                        : "CONCAT('''', CAST(" + name + " AS CHAR), '''')";
            case ADDRESS -> "CONCAT('''', CAST(" + name + " AS CHAR), '''')";
            case TEXT -> "CONCAT('_" + column.type().charset() + " x''', HEX(" + name + "), '''')";
            case BINARY -> "CONCAT('x''', HEX(" + name + "), '''')";
            case JSON, GEOMETRY, VECTOR -> throw new IllegalArgumentException(column + " cannot be part of a key");
        };
    }

    // By whole rows

    public String checksum() {
        return checksums("");
    }

    /** How many rows there are in each of some buckets, and their sum. */
    public String buckets(int buckets) {
        return "SELECT MOD(h, " + buckets + ") AS bucket, COUNT(*), SUM(COALESCE(h, " + UNDIGESTED + ")) FROM "
                + digests() + " GROUP BY bucket";
    }

    /** Digests in some buckets, and how many rows have each. */
    public String rowsOfBuckets(int buckets, Collection<Integer> wanted) {
        return "SELECT h, COUNT(*) FROM " + digests() + " WHERE MOD(h, " + buckets + ") IN (" + list(wanted)
                + ") GROUP BY h";
    }

    /** Some digests, and how many rows have each. */
    public String rowsOfDigests(Collection<String> wanted) {
        return "SELECT h, COUNT(*) FROM " + digests() + " WHERE h IN (" + list(wanted) + ") GROUP BY h";
    }

    /** The first bytes of each value of a row with that digest, for people. */
    public String values(String rowDigest, int bytesMax) {
        return "SELECT "
                + columns.stream()
                        .map(column -> "LEFT(CONCAT(" + column.readable() + "), " + bytesMax + ")")
                        .collect(Collectors.joining(", "))
                + " FROM " + table + " WHERE " + digest + " = " + rowDigest
                + " LIMIT 1";
    }

    public List<String> columnNames() {
        return columns.stream().map(column -> column.column().name()).toList();
    }

    private String digests() {
        return "(SELECT " + digest + " AS h FROM " + table + ") AS digests";
    }

    private static String list(Collection<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /**
     * A key for people: {@code id=7, name='x'}.
     *
     * @param literals null in places where the server had none
     */
    public String readableKey(List<String> literals) {
        var text = new ArrayList<String>();
        for (int i = 0; i < key.size(); i++) {
            text.add(key.get(i).name() + "=" + KeyLiteral.readable(literals.get(i), charset(key.get(i))));
        }
        return String.join(", ", text);
    }

    private static @Nullable String charset(Column column) {
        return column.type().charset();
    }
}
