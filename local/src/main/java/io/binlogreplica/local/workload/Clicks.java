package io.binlogreplica.local.workload;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * No key at all, with duplicates, NULLs and floating-point numbers: only all columns together say which row a change means. It is
 * kept small because the server looks at every row to find one.
 */
final class Clicks implements DemoTable {

    static final int ROWS_MAX = 1_000;

    private static final int PAGES = 512;

    /** How many rows, equal in all columns, each page has. */
    private final int[] rowsOfPage = new int[PAGES];

    private int rows;

    @Override
    public List<String> definition() {
        return List.of("""
                CREATE TABLE clicks (
                  visitor INT NULL,
                  page VARCHAR(60) NOT NULL,
                  seconds DOUBLE NULL,
                  share FLOAT NULL,
                  seen DATETIME(3) NULL)""");
    }

    @Override
    public void insert(Transaction transaction, SplittableRandom random, int count) {
        var sql = new StringBuilder("INSERT INTO clicks VALUES ");
        for (int i = 0; i < count; i++) {
            int page = random.nextInt(PAGES);
            move(-1, page, 1);
            sql.append(i == 0 ? "(" : ",(").append(visitor(page)).append(',').append(name(page));
            sql.append(',').append(seconds(page)).append(',').append(share(page));
            sql.append(',').append(seen(page)).append(')');
        }
        transaction.add(sql, count);
    }

    @Override
    public void change(Transaction transaction, SplittableRandom random) {
        int kind = random.nextInt(10);
        if (rows > ROWS_MAX) {
            kind = 8;
        }
        if (kind < 4 || rows == 0) {
            insert(transaction, random, 1 + random.nextInt(5));
            return;
        }
        int page = anyPage(random);
        if (kind < 6) {
            update(transaction, page, (page + 1) % PAGES, 1, " LIMIT 1");
        } else if (kind < 7) {
            update(transaction, page, (page + 7) % PAGES, rowsOfPage[page], "");
        } else {
            int gone = kind < 9 ? 1 : rowsOfPage[page];
            transaction.add("DELETE FROM clicks WHERE page = " + name(page) + (kind < 9 ? " LIMIT 1" : ""), gone);
            move(page, -1, gone);
        }
    }

    private void update(Transaction transaction, int from, int to, int count, String limit) {
        transaction.add(
                "UPDATE clicks SET visitor = " + visitor(to) + ", page = " + name(to) + ", seconds = " + seconds(to)
                        + ", share = " + share(to) + ", seen = " + seen(to) + " WHERE page = " + name(from) + limit,
                count);
        move(from, to, count);
    }

    /** Notes that rows changed their page; -1 is for rows that were not there before, or are not any more. */
    private void move(int from, int to, int count) {
        if (from >= 0) {
            rowsOfPage[from] -= count;
            rows -= count;
        }
        if (to >= 0) {
            rowsOfPage[to] += count;
            rows += count;
        }
    }

    private int anyPage(SplittableRandom random) {
        int first = random.nextInt(PAGES);
        return IntStream.range(0, PAGES)
                .map(i -> (first + i) % PAGES)
                .filter(page -> rowsOfPage[page] > 0)
                .findFirst()
                .orElseThrow();
    }

    private static String visitor(int page) {
        return page % 5 == 0 ? "NULL" : Integer.toString(page / 3);
    }

    private static String name(int page) {
        return "'/page/" + page + "'";
    }

    private static String seconds(int page) {
        return page % 7 == 0 ? "NULL" : page / 7.0 + "e0";
    }

    private static String share(int page) {
        return page % 11 == 0 ? "NULL" : page * 0.1f + "e0";
    }

    private static String seen(int page) {
        return page % 13 == 0
                ? "NULL"
                : String.format(Locale.ROOT, "'2026-01-01 00:%02d:%02d.%03d'", page % 60, page % 59, page);
    }
}
