package io.binlogreplica.database;

import io.binlogreplica.record.Flavor;
import java.util.Arrays;
import java.util.List;

/** The parts of {@code sql_mode}, by the bit that each has in a binlog. */
public enum SqlMode {
    REAL_AS_FLOAT(0, true, true),
    PIPES_AS_CONCAT(1, true, true),
    ANSI_QUOTES(2, true, true),
    IGNORE_SPACE(3, true, true),
    IGNORE_BAD_TABLE_OPTIONS(4, false, true),
    ONLY_FULL_GROUP_BY(5, true, true),
    NO_UNSIGNED_SUBTRACTION(6, true, true),
    NO_DIR_IN_CREATE(7, true, true),
    ORACLE(9, false, true),
    ANSI(18, true, true),
    NO_AUTO_VALUE_ON_ZERO(19, true, true),
    NO_BACKSLASH_ESCAPES(20, true, true),
    STRICT_TRANS_TABLES(21, true, true),
    STRICT_ALL_TABLES(22, true, true),
    NO_ZERO_IN_DATE(23, true, true),
    NO_ZERO_DATE(24, true, true),
    ALLOW_INVALID_DATES(25, true, true),
    ERROR_FOR_DIVISION_BY_ZERO(26, true, true),
    TRADITIONAL(27, true, true),
    HIGH_NOT_PRECEDENCE(29, true, true),
    NO_ENGINE_SUBSTITUTION(30, true, true),
    PAD_CHAR_TO_FULL_LENGTH(31, true, true),
    EMPTY_STRING_IS_NULL(32, false, true),
    SIMULTANEOUS_ASSIGNMENT(33, false, true),
    /** MariaDB cuts fractions of seconds off unless it has this; MySQL rounds unless it has {@link #TIME_TRUNCATE_FRACTIONAL}. */
    TIME_ROUND_FRACTIONAL(34, false, true),
    TIME_TRUNCATE_FRACTIONAL(32, true, false);

    private final int bit;
    private final boolean mySql;
    private final boolean mariaDb;

    SqlMode(int bit, boolean mySql, boolean mariaDb) {
        this.bit = bit;
        this.mySql = mySql;
        this.mariaDb = mariaDb;
    }

    /** What servers of that family know. */
    public boolean isOf(Flavor flavor) {
        return flavor == Flavor.MYSQL ? mySql : mariaDb;
    }

    /** The modes that a server of that family has, where its binlog has these bits, and what makes one of the other do the same. */
    public static List<SqlMode> of(long bits, Flavor flavor) {
        return Arrays.stream(values())
                .filter(mode -> mode.isOf(flavor) ? mode.isIn(bits) : mode.isImplied(bits, flavor))
                .toList();
    }

    /** Whether a server whose family has it means it by these bits. */
    public boolean isIn(long bits) {
        return (bits >>> bit & 1) != 0;
    }

    private boolean isImplied(long bits, Flavor flavor) {
        return flavor == Flavor.MYSQL
                ? this == TIME_ROUND_FRACTIONAL && !TIME_TRUNCATE_FRACTIONAL.isIn(bits)
                : this == TIME_TRUNCATE_FRACTIONAL && !TIME_ROUND_FRACTIONAL.isIn(bits);
    }
}
