package io.binlogreplica.it.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The statements of a seed: always the same ones. */
final class RandomScript {

    static final int SESSIONS = 3;

    private final SplittableRandom random;
    private final List<RandomTable> tables = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final boolean[] open = new boolean[SESSIONS];
    private int number;

    private RandomScript(long seed) {
        this.random = new SplittableRandom(seed);
    }

    static List<Step> of(long seed, int length) {
        var script = new RandomScript(seed);
        for (int i = script.random.nextInt(2, 5); i > 0; i--) {
            script.createTable(0);
        }
        while (script.steps.size() < length) {
            script.addStep();
        }
        for (int session = 0; session < SESSIONS; session++) {
            script.add(session, "COMMIT");
        }
        return List.copyOf(script.steps);
    }

    private void addStep() {
        int session = random.nextInt(SESSIONS);
        int kind = random.nextInt(100);
        if (kind < 3) {
            ddl(session);
        } else if (kind < 20) {
            if (open[session]) {
                add(session, random.nextInt(5) == 0 ? "ROLLBACK" : "COMMIT");
            } else {
                add(session, "START TRANSACTION");
            }
            open[session] = !open[session];
        } else if (kind < 24 && open[session]) {
            add(session, "SAVEPOINT s" + random.nextInt(2));
        } else if (kind < 27 && open[session]) {
            add(session, "ROLLBACK TO s" + random.nextInt(2));
        } else if (kind < 29 && !open[session]) {
            add(session, "SET foreign_key_checks = " + random.nextInt(2));
        } else {
            add(session, table().change(random));
        }
    }

    /** Its own session's transaction ends with it. */
    private void ddl(int session) {
        open[session] = false;
        switch (random.nextInt(10)) {
            case 0 -> createTable(session);
            case 1 -> {
                if (tables.size() > 2) {
                    RandomTable table = table();
                    tables.remove(table);
                    add(session, "DROP TABLE " + table.name());
                }
            }
            case 2 -> {
                RandomTable table = table();
                String newName = "t" + ++number;
                tables.remove(table);
                tables.add(table.renamed(newName));
                add(session, "RENAME TABLE " + table.name() + " TO " + newName);
            }
            case 3 -> {
                RandomTable table = table();
                String newName = "t" + ++number;
                tables.add(table.renamed(newName));
                add(session, "CREATE TABLE " + newName + " LIKE " + table.name());
            }
            case 4 -> {
                RandomTable one = table();
                RandomTable other = table();
                if (one != other) {
                    tables.remove(one);
                    tables.remove(other);
                    tables.add(one.renamed(other.name()));
                    tables.add(other.renamed(one.name()));
                    add(
                            session,
                            "RENAME TABLE " + one.name() + " TO swapped, " + other.name() + " TO " + one.name()
                                    + ", swapped TO " + other.name());
                }
            }
            default -> add(session, table().alter(random, ++number));
        }
    }

    private void createTable(int session) {
        List<RandomTable> parents =
                tables.stream().filter(RandomTable::isParent).toList();
        RandomTable parent =
                parents.isEmpty() || random.nextBoolean() ? null : parents.get(random.nextInt(parents.size()));
        var statement = new StringBuilder();
        tables.add(RandomTable.create(random, "t" + ++number, parent, statement));
        add(session, statement.toString());
    }

    private RandomTable table() {
        return tables.get(random.nextInt(tables.size()));
    }

    private void add(int session, String sql) {
        steps.add(new Step(session, sql));
    }
}
