package io.binlogreplica.it.oracle;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Types of columns, and values for them that meet each other often. */
record RandomValue(String type, Function<SplittableRandom, String> maker) {

    static final RandomValue INT = new RandomValue("INT", r -> number(r.nextInt(-3, 12)));

    private static final List<RandomValue> ALL = List.of(
            INT,
            new RandomValue(
                    "BIGINT UNSIGNED", r -> oneOf(r, "0", "1", "7", "18446744073709551615", "9223372036854775808")),
            new RandomValue("DECIMAL(10,2)", r -> oneOf(r, "0", "-1.50", "99999999.99", "3.14")),
            new RandomValue("FLOAT", r -> oneOf(r, "0", "0.1", "-1e30", "16777217")),
            new RandomValue("DOUBLE", r -> oneOf(r, "0", "0.1", "-1e300", "2.5")),
            new RandomValue("BIT(9)", r -> oneOf(r, "b'0'", "b'100000001'", "b'11'")),
            new RandomValue("VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci", RandomValue::text),
            new RandomValue("VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", RandomValue::text),
            new RandomValue("VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", RandomValue::text),
            new RandomValue("TEXT", r -> oneOf(r, "''", "'text '", "REPEAT('0123456789', 900)", "'ü'")),
            new RandomValue("BLOB", r -> oneOf(r, "''", "X'00FF'", "REPEAT(X'80', 3000)")),
            new RandomValue("BINARY(4)", r -> oneOf(r, "X'00'", "X'61'", "X'61000000'", "X'FFFFFFFF'")),
            new RandomValue("DATE", r -> oneOf(r, "'2024-02-29'", "'0000-00-00'", "'1000-01-01'", "'9999-12-31'")),
            new RandomValue("TIME(2)", r -> oneOf(r, "'00:00:00'", "'-838:59:59'", "'12:34:56.78'")),
            new RandomValue(
                    "DATETIME(6)", r -> oneOf(r, "'2024-03-10 02:30:00.000001'", "'0000-00-00 00:00:00'", "NOW(6)")),
            new RandomValue(
                    "TIMESTAMP(3) NULL", r -> oneOf(r, "'2024-03-10 02:30:00.123'", "'1970-01-02 00:00:01'", "NOW(3)")),
            new RandomValue("YEAR", r -> oneOf(r, "0", "1901", "2155")),
            new RandomValue("ENUM('a','B','it''s')", r -> oneOf(r, "'a'", "'B'", "'it''s'", "'none'")),
            new RandomValue("SET('x','y','z')", r -> oneOf(r, "''", "'x'", "'x,z'")),
            new RandomValue("JSON", r -> oneOf(r, "'{}'", "'{\"a\": [1, null, \"ü\"]}'", "'1.50'")));

    static RandomValue any(SplittableRandom random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    String literal(SplittableRandom random) {
        return random.nextInt(8) == 0 ? "NULL" : maker.apply(random);
    }

    /** Texts that a collation may take for each other. */
    static String text(SplittableRandom random) {
        return oneOf(random, "'a'", "'A'", "'a '", "'b'", "'ä'", "'ss'", "''", "' '", "'long enough for a prefix'");
    }

    static String number(int number) {
        return Integer.toString(number);
    }

    static String oneOf(SplittableRandom random, String... values) {
        return values[random.nextInt(values.length)];
    }
}
