package io.binlogreplica.local.workload;

import java.util.List;
import java.util.SplittableRandom;

/** A key of two columns, the first of them text that a collation compares. */
final class OrderLines implements DemoTable {

    private static final int LINES = 3;
    private static final String[] CITIES = {"oslo", "München", "São Paulo", "東京", "İzmir"};
    private static final String[] ARTICLES = {"chair", "table", "lamp", "Rock 'n' Roll", "Fußmatte", ""};

    /** A key is the number of the order times {@link #LINES}, plus the line. */
    private final LiveKeys keys = new LiveKeys();

    @Override
    public List<String> definition() {
        return List.of("""
                CREATE TABLE order_lines (
                  order_code VARCHAR(40) NOT NULL,
                  line SMALLINT UNSIGNED NOT NULL,
                  article VARCHAR(80) NOT NULL,
                  quantity INT NOT NULL,
                  price DECIMAL(12,2) NOT NULL,
                  note VARCHAR(200) NULL,
                  PRIMARY KEY (order_code, line))""");
    }

    @Override
    public void insert(Transaction transaction, SplittableRandom random, int rows) {
        var sql = new StringBuilder("INSERT INTO order_lines VALUES ");
        for (int i = 0; i < rows; i++) {
            int key = keys.add(random);
            sql.append(i == 0 ? "('" : ",('").append(code(key)).append("',").append(line(key));
            sql.append(",'").append(RandomValues.oneOf(random, ARTICLES).replace("'", "''"));
            sql.append("',").append(random.nextInt(1_000));
            sql.append(',').append(random.nextInt(1_000_000)).append('.').append(random.nextInt(10, 100));
            sql.append(',')
                    .append(random.nextInt(3) == 0 ? "NULL" : RandomValues.text(random, 20))
                    .append(')');
        }
        transaction.add(sql, rows);
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(10);
        if (kind < 3 || keys.size() == 0) {
            insert(transaction, random, 1 + random.nextInt(5));
        } else if (kind < 5) {
            for (int key : keys.take(random, 3)) {
                transaction.add("DELETE FROM order_lines" + where(key), 1);
            }
        } else if (kind < 9) {
            for (int key : keys.pick(random, 3)) {
                transaction.add("UPDATE order_lines SET quantity = quantity + 1" + where(key), 1);
            }
        } else {
            int old = keys.take(random, 1)[0];
            int key = keys.addFresh();
            transaction.add(
                    "UPDATE order_lines SET order_code = '" + code(key) + "', line = " + line(key) + where(old), 1);
        }
    }

    private static String where(int key) {
        return " WHERE order_code = '" + code(key) + "' AND line = " + line(key);
    }

    private static String code(int key) {
        int order = key / LINES;
        return CITIES[order % CITIES.length] + "-" + Integer.toString(order, Character.MAX_RADIX);
    }

    private static int line(int key) {
        return key % LINES + 1;
    }
}
