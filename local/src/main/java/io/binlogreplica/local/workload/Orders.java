package io.binlogreplica.local.workload;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** The bulk of the rows: an integer key, a secondary index, about 190 bytes a row. The shape of sysbench's tables. */
final class Orders implements DemoTable {

    private static final int ROWS_MAX = 20;

    private final LiveKeys keys = new LiveKeys();

    @Override
    public List<String> definition() {
        return List.of("""
                CREATE TABLE orders (
                  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
                  k INT NOT NULL,
                  c CHAR(120) NOT NULL,
                  pad CHAR(60) NOT NULL,
                  KEY k (k))""");
    }

    @Override
    public void insert(Transaction transaction, SplittableRandom random, int rows) {
        var sql = new StringBuilder(rows * 200 + 100).append("INSERT INTO orders (id, k, c, pad) VALUES ");
        for (int i = 0; i < rows; i++) {
            appendRow(sql.append(i == 0 ? "" : ","), random, keys.add(random));
        }
        transaction.add(sql, rows);
    }

    private static void appendRow(StringBuilder sql, SplittableRandom random, int key) {
        sql.append('(')
                .append(key)
                .append(',')
                .append(key + random.nextInt(1_000))
                .append(",'");
        RandomValues.digitGroups(sql, random, 10);
        sql.append("','");
        RandomValues.digitGroups(sql, random, 5);
        sql.append("')");
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(100);
        int rows = 1 + random.nextInt(ROWS_MAX);
        if (kind < 25 || keys.size() < ROWS_MAX) {
            insert(transaction, random, rows);
        } else if (kind < 45) {
            delete(transaction, keys.take(random, rows));
        } else if (kind < 78) {
            update(transaction, random, keys.pick(random, rows));
        } else if (kind < 93) {
            for (int key : keys.pick(random, 5)) {
                update(transaction, random, key);
            }
        } else {
            int old = keys.take(random, 1)[0];
            transaction.add("UPDATE orders SET id = " + keys.addFresh() + " WHERE id = " + old, 1);
        }
    }

    /** That many rows and half as many again: some inserted, some updated, some deleted. */
    void changeMany(Transaction transaction, SplittableRandom random, int rows) {
        insert(transaction, random, rows / 2);
        update(transaction, random, keys.pick(random, rows / 2));
        delete(transaction, keys.take(random, rows / 2));
    }

    /** Changes of all kinds for a transaction that is rolled back. */
    void changeInVain(Transaction transaction, SplittableRandom random) {
        int[] picked = keys.pick(random, ROWS_MAX);
        if (picked.length > 1) {
            update(transaction, random, picked);
            delete(transaction, new int[] {picked[0]});
        }
        var sql = new StringBuilder("INSERT INTO orders (id, k, c, pad) VALUES ");
        appendRow(sql, random, -1);
        transaction.add(sql, 1);
    }

    /** Every second time, the change is also one of the secondary index. */
    private static void update(Transaction transaction, SplittableRandom random, int... ids) {
        var sql = new StringBuilder(200).append("UPDATE orders SET ");
        sql.append(random.nextBoolean() ? "k = k + 1, c = '" : "c = '");
        RandomValues.digitGroups(sql, random, 10);
        transaction.add(sql.append("' WHERE id IN (").append(list(ids)).append(')'), ids.length);
    }

    private static void delete(Transaction transaction, int[] ids) {
        transaction.add("DELETE FROM orders WHERE id IN (" + list(ids) + ")", ids.length);
    }

    private static String list(int[] ids) {
        return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
