package io.binlogreplica.sink.table;

import io.binlogreplica.record.SqlType;
import java.sql.SQLDataException;

/**
 * A column of type FLOAT(M,D) or DOUBLE(M,D), which rounds what is written into it, and says nothing. Neither binlogs nor records tell
 * whether the primary's column does the same: if so, its values are rounded already.
 *
 * @param digits how many it keeps behind the point
 */
record RoundedColumn(SqlType type, int digits) {

    /**
     * Looks whether it keeps a number as it is.
     *
     * @throws SQLDataException when it does not
     */
    void requireKept(double number) throws SQLDataException {
        double kept = rounded(number);
        if (Double.compare(kept, number) != 0) {
            throw new SQLDataException(
                    "the number " + number + " would become " + kept + " on the replica, whose column has " + digits
                            + " digits behind the point: give it the type that the primary's has",
                    "22003");
        }
    }

    /** As servers do it ({@code Field_real::truncate}). */
    private double rounded(double number) {
        double whole = Math.floor(number);
        double unit = Double.parseDouble("1e" + digits);
        double kept = whole + Math.rint((number - whole) * unit) / unit;
        return type == SqlType.FLOAT ? (float) kept : kept;
    }
}
