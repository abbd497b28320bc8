package io.binlogreplica.local.verify;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Some rows in little space. The sum does not depend on the rows' order, and counts equal rows as often as they are there.
 *
 * @param rows how many
 * @param sum of 64 bits of each row's SHA-256
 */
record Checksum(long rows, BigDecimal sum) {

    /** What {@link RowSql} adds for a row that the server could not digest; more than all rows' digests can sum up to. */
    static final String UNDIGESTED = "10000000000000000000000000000000000000000";

    static Checksum read(ResultSet row, int first) throws SQLException {
        BigDecimal sum = row.getBigDecimal(first + 1);
        if (sum.compareTo(new BigDecimal(UNDIGESTED)) >= 0) {
            throw new SQLException(
                    "it could not compute SHA2 of a row, which may be larger than its max_allowed_packet");
        }
        return new Checksum(row.getLong(first), sum.stripTrailingZeros());
    }
}
