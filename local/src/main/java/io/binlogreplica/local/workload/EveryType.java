package io.binlogreplica.local.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A column of each common type, with values from its whole range. */
final class EveryType implements DemoTable {

    /** A nullable column and how a value for it is made. */
    private record TypedColumn(String name, String type, Function<SplittableRandom, String> literal) {

        String value(SplittableRandom random) {
            return random.nextInt(10) == 0 ? "NULL" : literal.apply(random);
        }
    }

    private static final List<TypedColumn> COLUMNS = List.of(
            new TypedColumn("tiny", "TINYINT", r -> RandomValues.integer(r, -128, 127)),
            new TypedColumn("tiny_u", "TINYINT UNSIGNED", r -> RandomValues.integer(r, 0, 255)),
            new TypedColumn("small", "SMALLINT", r -> RandomValues.integer(r, -32768, 32767)),
            new TypedColumn("small_u", "SMALLINT UNSIGNED", r -> RandomValues.integer(r, 0, 65535)),
            new TypedColumn("medium", "MEDIUMINT", r -> RandomValues.integer(r, -8388608, 8388607)),
            new TypedColumn("medium_u", "MEDIUMINT UNSIGNED", r -> RandomValues.integer(r, 0, 16777215)),
            new TypedColumn("whole", "INT", r -> RandomValues.integer(r, Integer.MIN_VALUE, Integer.MAX_VALUE)),
            new TypedColumn("whole_u", "INT UNSIGNED", r -> RandomValues.integer(r, 0, 4294967295L)),
            new TypedColumn("big", "BIGINT", r -> RandomValues.integer(r, Long.MIN_VALUE, Long.MAX_VALUE)),
            new TypedColumn("big_u", "BIGINT UNSIGNED", RandomValues::unsignedBigint),
            new TypedColumn("price", "DECIMAL(10,2)", r -> RandomValues.decimal(r, 10, 2)),
            new TypedColumn("exact", "DECIMAL(65,30)", r -> RandomValues.decimal(r, 65, 30)),
            new TypedColumn("single", "FLOAT", RandomValues::floating),
            new TypedColumn("twice", "DOUBLE", RandomValues::doubled),
            new TypedColumn("flag", "BIT(1)", r -> RandomValues.bits(r, 1)),
            new TypedColumn("flags", "BIT(64)", r -> RandomValues.bits(r, 64)),
            new TypedColumn("fixed", "CHAR(20)", r -> RandomValues.text(r, 20)),
            new TypedColumn("western", "VARCHAR(100) CHARACTER SET latin1", r -> RandomValues.latin1(r, 100)),
            new TypedColumn("worldwide", "VARCHAR(100)", r -> RandomValues.text(r, 100)),
            new TypedColumn("essay", "TEXT", r -> RandomValues.text(r, r.nextInt(100) == 0 ? 10_000 : 200)),
            new TypedColumn("digest", "BINARY(16)", r -> RandomValues.binary(r, 16)),
            new TypedColumn("packet", "VARBINARY(64)", r -> RandomValues.binary(r, 64)),
            new TypedColumn("image", "BLOB", r -> RandomValues.binary(r, r.nextInt(100) == 0 ? 60_000 : 200)),
            new TypedColumn("day", "DATE", RandomValues::date),
            new TypedColumn("duration", "TIME(6)", RandomValues::time),
            new TypedColumn("moment", "DATETIME", r -> RandomValues.datetime(r, 0)),
            new TypedColumn("exact_moment", "DATETIME(6)", r -> RandomValues.datetime(r, 6)),
            new TypedColumn("instant", "TIMESTAMP(6)", RandomValues::timestamp),
            new TypedColumn("vintage", "YEAR", RandomValues::year),
            new TypedColumn(
                    "size",
                    "ENUM('small','it''s medium','größer')",
                    r -> RandomValues.oneOf(r, "'small'", "'it''s medium'", "'größer'")),
            new TypedColumn(
                    "colours", "SET('red','green','blue')", r -> RandomValues.oneOf(r, "''", "'red'", "'green,blue'")),
            new TypedColumn("document", "JSON", RandomValues::json));

    private final LiveKeys keys = new LiveKeys();

    @Override
    public List<String> definition() {
        String columns = COLUMNS.stream()
                .map(column -> column.name() + " " + column.type() + " NULL")
                .collect(Collectors.joining(",\n  "));
        return List.of("CREATE TABLE every_type (\n  id BIGINT NOT NULL PRIMARY KEY,\n  version INT NOT NULL,\n  "
                + columns + ")");
    }

    @Override
    public void insert(Transaction transaction, SplittableRandom random, int rows) {
        var sql = new StringBuilder("INSERT INTO every_type VALUES ");
        for (int i = 0; i < rows; i++) {
            sql.append(i == 0 ? "(" : ",(").append(keys.add(random)).append(",0");
            for (TypedColumn column : COLUMNS) {
                sql.append(',').append(column.value(random));
            }
            sql.append(')');
        }
        transaction.add(sql, rows);
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(10);
        if (kind < 3 || keys.size() == 0) {
            insert(transaction, random, 1 + random.nextInt(3));
        } else if (kind < 5) {
            for (int key : keys.take(random, 2)) {
                transaction.add("DELETE FROM every_type WHERE id = " + key, 1);
            }
        } else if (kind < 9) {
            for (int key : keys.pick(random, 3)) {
                update(transaction, random, key);
            }
        } else {
            int old = keys.take(random, 1)[0];
            transaction.add("UPDATE every_type SET id = " + keys.addFresh() + " WHERE id = " + old, 1);
        }
    }

    private static void update(Transaction transaction, SplittableRandom random, int key) {
        var sql = new StringBuilder("UPDATE every_type SET version = version + 1");
        for (int i = random.nextInt(6); i >= 0; i--) {
            TypedColumn column = COLUMNS.get(random.nextInt(COLUMNS.size()));
            sql.append(", ").append(column.name()).append(" = ").append(column.value(random));
        }
        transaction.add(sql.append(" WHERE id = ").append(key), 1);
    }
}
