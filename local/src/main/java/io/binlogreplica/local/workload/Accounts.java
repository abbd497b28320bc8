package io.binlogreplica.local.workload;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Two unique keys besides the primary key. Rows exchange their unique values, and a new row takes over the value of one that goes:
 * what was one row's value a moment ago is another's now, so their changes must not change places.
 */
final class Accounts implements DemoTable {

    /** Only fresh keys are added: a row begins with its key as its unique values, which stay with it or its heirs. */
    private final LiveKeys keys = new LiveKeys();

    @Override
    public List<String> definition() {
        return List.of("""
                CREATE TABLE accounts (
                  id INT NOT NULL PRIMARY KEY,
                  email VARCHAR(120) NOT NULL,
                  seat INT NULL,
                  balance DECIMAL(14,2) NOT NULL,
                  UNIQUE KEY email (email),
                  UNIQUE KEY seat (seat))""");
    }

    @Override
    public void insert(Transaction transaction, SplittableRandom random, int rows) {
        var sql = new StringBuilder("INSERT INTO accounts VALUES ");
        for (int i = 0; i < rows; i++) {
            int key = keys.addFresh();
            sql.append(i == 0 ? "(" : ",(").append(key);
            sql.append(",'User").append(key).append("@example.org',").append(key);
            sql.append(',').append(random.nextInt(-10_000, 1_000_000)).append(".50)");
        }
        transaction.add(sql, rows);
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(12);
        if (kind < 2 || keys.size() < 2) {
            insert(transaction, random, 1 + random.nextInt(5));
        } else if (kind < 3) {
            transaction.add("DELETE FROM accounts WHERE id = " + keys.take(random, 1)[0], 1);
        } else if (kind < 6) {
            for (int key : keys.pick(random, 4)) {
                transaction.add("UPDATE accounts SET balance = balance + 1 WHERE id = " + key, 1);
            }
        } else if (kind < 8) {
            swap(transaction, keys.pick(random, 2), "seat", "NULL");
        } else if (kind < 10) {
            swap(transaction, keys.pick(random, 2), "email", "'in exchange'");
        } else if (kind < 11) {
            handOver(transaction, keys.take(random, 1)[0], keys.addFresh());
        } else {
            int old = keys.take(random, 1)[0];
            transaction.add("UPDATE accounts SET id = " + keys.addFresh() + " WHERE id = " + old, 1);
        }
    }

    private static void swap(Transaction transaction, int[] ids, String column, String meanwhile) {
        String update = "UPDATE accounts SET " + column + " = ";
        transaction
                .add(remember("@first", column, ids[0]), 0)
                .add(remember("@second", column, ids[1]), 0)
                .add(update + meanwhile + " WHERE id = " + ids[0], 1)
                .add(update + "@first WHERE id = " + ids[1], 1)
                .add(update + "@second WHERE id = " + ids[0], 1);
    }

    private static void handOver(Transaction transaction, int from, int to) {
        transaction
                .add(remember("@seat", "seat", from), 0)
                .add(remember("@email", "email", from), 0)
                .add("DELETE FROM accounts WHERE id = " + from, 1)
                .add("INSERT INTO accounts VALUES (" + to + ", @email, @seat, 0)", 1);
    }

    private static String remember(String variable, String column, int id) {
        return "SET " + variable + " = (SELECT " + column + " FROM accounts WHERE id = " + id + ")";
    }
}
