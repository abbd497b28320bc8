package io.binlogreplica.it.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as the script believes it to be. It has {@code id} and {@code k}, a key of these or none, and columns of any type; what it does
 * not know, such as generated columns, no statement names.
 */
final class RandomTable {

    /** How rows are told from each other. */
    private enum Key {
        ID("PRIMARY KEY (id)"),
        BOTH("PRIMARY KEY (id, k)"),
        TEXT("PRIMARY KEY (k)"),
        UNIQUE("UNIQUE KEY (id)"),
        NULLABLE("UNIQUE KEY (k)"),
        NONE("");

        private final String clause;

        Key(String clause) {
            this.clause = clause;
        }
    }

    private final String name;
    private final Map<String, RandomValue> columns;
    private final Key key;

    private RandomTable(String name, Map<String, RandomValue> columns, Key key) {
        this.name = name;
        this.columns = columns;
        this.key = key;
    }

    String name() {
        return name;
    }

    /** Whether another table's foreign key can refer to its id. */
    boolean isParent() {
        return key == Key.ID;
    }

    RandomTable renamed(String newName) {
        return new RandomTable(newName, new LinkedHashMap<>(columns), key);
    }

    /** A new one, whose definition goes to {@code statement}. */
    static RandomTable create(
            SplittableRandom random, String name, @Nullable RandomTable parent, StringBuilder statement) {
        Key key = Key.values()[random.nextInt(Key.values().length)];
        var columns = new LinkedHashMap<String, RandomValue>();
        for (int i = random.nextInt(1, 5); i >= 0; i--) {
            columns.put("c" + i, RandomValue.any(random));
        }
        String collation = RandomValue.oneOf(
                random, "utf8mb4_general_ci", "utf8mb4_bin", "utf8mb4_unicode_ci", "latin1_swedish_ci");
        var definitions = new ArrayList<String>();
        definitions.add("id INT NOT NULL");
        definitions.add("k VARCHAR(20) COLLATE " + collation + (key == Key.NULLABLE ? " NULL" : " NOT NULL"));
        columns.forEach((column, value) -> definitions.add(column + " " + value.type()));
        if (random.nextInt(3) == 0) {
            definitions.add("g INT GENERATED ALWAYS AS (id * 2) " + RandomValue.oneOf(random, "STORED", "VIRTUAL"));
        }
        if (!key.clause.isEmpty()) {
            definitions.add(key.clause);
        }
        if (random.nextInt(3) == 0) {
            definitions.add("u INT NULL");
            definitions.add("UNIQUE KEY u (u)");
            columns.put("u", RandomValue.INT);
        }
        if (random.nextInt(4) == 0) {
            definitions.add("UNIQUE KEY kc (k(2), id)");
        }
        if (parent != null) {
            definitions.add("p INT NULL");
            definitions.add("FOREIGN KEY (p) REFERENCES " + parent.name + " (id) ON DELETE "
                    + RandomValue.oneOf(random, "CASCADE", "SET NULL", "RESTRICT") + " ON UPDATE "
                    + RandomValue.oneOf(random, "CASCADE", "SET NULL", "RESTRICT"));
            columns.put("p", RandomValue.INT);
        }
        statement
                .append("CREATE TABLE ")
                .append(name)
                .append(" (")
                .append(String.join(", ", definitions))
                .append(")");
        return new RandomTable(name, columns, key);
    }

    /** A statement that changes rows. */
    String change(SplittableRandom random) {
        int kind = random.nextInt(20);
        if (kind < 8) {
            String verb = kind < 4 ? "INSERT IGNORE" : kind < 6 ? "INSERT" : "REPLACE";
            return verb + insert(random);
        }
        if (kind < 10) {
            return "INSERT" + insert(random) + " ON DUPLICATE KEY UPDATE " + assignments(random);
        }
        if (kind < 16) {
            return "UPDATE " + name + " SET " + assignments(random) + where(random);
        }
        if (kind < 17) {
            return "UPDATE IGNORE " + name + " SET id = id + " + random.nextInt(1, 3) + where(random)
                    + " ORDER BY id DESC";
        }
        return "DELETE FROM " + name + where(random) + (random.nextInt(3) == 0 ? " LIMIT 1" : "");
    }

    private String insert(SplittableRandom random) {
        String rows = random.ints(random.nextInt(1, 5), 0, 1)
                .mapToObj(row -> "(" + id(random) + ", " + RandomValue.text(random)
                        + columns.values().stream()
                                .map(value -> ", " + value.literal(random))
                                .collect(Collectors.joining())
                        + ")")
                .collect(Collectors.joining(", "));
        return " INTO " + name + " (id, k"
                + columns.keySet().stream().map(column -> ", " + column).collect(Collectors.joining()) + ") VALUES "
                + rows;
    }

    private String assignments(SplittableRandom random) {
        var assignments = new ArrayList<String>();
        if (random.nextInt(4) == 0) {
            assignments.add("id = " + id(random));
        }
        if (random.nextInt(4) == 0) {
            assignments.add("k = " + RandomValue.text(random));
        }
        columns.forEach((column, value) -> {
            if (random.nextInt(3) == 0) {
                assignments.add(column + " = " + value.literal(random));
            }
        });
        if (assignments.isEmpty()) {
            assignments.add("id = id + 100");
        }
        return String.join(", ", assignments);
    }

    private static String where(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> " WHERE id % 3 = " + random.nextInt(3);
            case 1 -> " WHERE k = " + RandomValue.text(random);
            case 2 -> " WHERE id BETWEEN " + id(random) + " AND " + id(random);
            default -> " WHERE id = " + id(random);
        };
    }

    private static String id(SplittableRandom random) {
        return RandomValue.number(random.nextInt(15));
    }

    /** A statement that changes the definition; what is believed of it changes at once, though the statement may fail. */
    String alter(SplittableRandom random, int number) {
        List<String> names = List.copyOf(columns.keySet());
        String column = names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
        boolean plain = column.startsWith("c");
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                RandomValue value = RandomValue.any(random);
                columns.put("c" + number, value);
                return "ALTER TABLE " + name + " ADD COLUMN c" + number + " " + value.type()
                        + RandomValue.oneOf(random, "", " FIRST", " AFTER id");
            }
            case 2 -> {
                if (plain && columns.size() > 1) {
                    columns.remove(column);
                    return "ALTER TABLE " + name + " DROP COLUMN " + column;
                }
                return "ALTER TABLE " + name + " COMMENT = 'number " + number + "'";
            }
            case 3 -> {
                if (plain) {
                    RandomValue value = columns.remove(column);
                    columns.put("c" + number, value);
                    return "ALTER TABLE " + name + " RENAME COLUMN " + column + " TO c" + number;
                }
                return "ALTER TABLE " + name + " ADD INDEX i" + number + " (k, id)";
            }
            case 4 -> {
                return "ALTER TABLE " + name + " MODIFY k VARCHAR(" + random.nextInt(20, 60)
                        + ") COLLATE utf8mb4_bin NOT NULL";
            }
            case 5 -> {
                return "ALTER TABLE " + name + " MODIFY id BIGINT NOT NULL";
            }
            case 6 -> {
                return "ALTER TABLE " + name + " ADD UNIQUE KEY u" + number + " (id, k)";
            }
            case 7 -> {
                return "TRUNCATE TABLE " + name;
            }
            default -> {
                return "ALTER TABLE " + name + " ENGINE = InnoDB, COMMENT = 'rebuilt'";
            }
        }
    }
}
