package io.binlogreplica.local.workload;

import io.binlogreplica.local.DatabaseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the schema {@link #DATABASE} on a server and writes to it, on one connection, as applications would: inserts, updates,
 * deletes, changes of keys, exchanges of unique values, transactions over several tables, deletes that cascade, rollbacks. It
 * starts from an empty schema and knows all rows from having written them, so nobody else may write there. The same seed gives the
 * same transactions.
 *
 * <p>Each transaction leaves its number in the table {@code workload_progress}. So the highest number there says which state of
 * the schema a server shows, and a connection that was lost in a commit is no loss: the next one sees whether it happened.
 */
public final class Workload implements AutoCloseable {

    /** The schema's name. */
    public static final String DATABASE = "replica";

    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);

    /** How many rows {@code workload_progress} has: enough that it is no row which every transaction locks and changes. */
    private static final int PROGRESS_SLOTS = 100;

    private static final int LOAD_ROWS_PER_STATEMENT = 1_000;
    private static final int LARGE_TRANSACTION_ROWS = 2_000;

    /** How long a server may be away before writing to it fails. */
    private static final Duration RECONNECT_LIMIT = Duration.ofMinutes(2);

    private static final int RECONNECT_PAUSE_MILLIS = 200;

    private final DatabaseServer server;
    private final SplittableRandom random;
    private final Orders orders = new Orders();
    private final OrderLines orderLines = new OrderLines();
    private final Accounts accounts = new Accounts();
    private final Customers customers = new Customers();
    private final Clicks clicks = new Clicks();
    private final EveryType everyType = new EveryType();
    private final List<DemoTable> tables = List.of(orders, orderLines, accounts, customers, clicks, everyType);

    /** What the steps of a transaction are drawn from. */
    private final List<DemoTable> mix = List.of(
            orders,
            orders,
            orders,
            orders,
            orders,
            orders,
            orders,
            orders,
            orders,
            orders,
            orderLines,
            orderLines,
            accounts,
            accounts,
            customers,
            customers,
            clicks,
            everyType);

    private final AtomicLong committedChanges = new AtomicLong();
    private final AtomicLong committedTransactions = new AtomicLong();

    /** Null before the first transaction, and after the connection was lost. */
    private @Nullable Connection connection;

    /**
     * Writes to that server.
     *
     * @param seed decides all that is written
     */
    public Workload(DatabaseServer server, long seed) {
        this.server = server;
        this.random = new SplittableRandom(seed);
    }

    /** Creates the schema with empty tables; fails when it is there already. */
    public synchronized void createSchema() throws SQLException {
        server.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        try (Connection created = open();
                Statement statement = created.createStatement()) {
            statement.execute(
                    "CREATE TABLE workload_progress (slot INT NOT NULL PRIMARY KEY, transactions BIGINT NOT NULL)");
            for (int slot = 0; slot < PROGRESS_SLOTS; slot++) {
                statement.addBatch("INSERT INTO workload_progress VALUES (" + slot + ", 0)");
            }
            statement.executeBatch();
            committedChanges.addAndGet(PROGRESS_SLOTS);
            for (DemoTable table : tables) {
                for (String definition : table.definition()) {
                    statement.execute(definition);
                }
            }
        }
    }

    /**
     * Fills the tables, quickly and in large transactions: 85 of 100 rows go to {@code orders}.
     *
     * @param progress told now and then how many rows there are
     */
    public synchronized void load(long rows, LongConsumer progress) throws SQLException {
        long before = committedChanges.get();
        load(everyType, rows / 50, before, progress);
        load(accounts, rows * 3 / 100, before, progress);
        load(customers, rows / 20, before, progress);
        load(orderLines, rows / 25, before, progress);
        load(clicks, Math.min(rows / 100, Clicks.ROWS_MAX), before, progress);
        load(orders, before + rows - committedChanges.get(), before, progress);
    }

    private void load(DemoTable table, long rows, long before, LongConsumer progress) throws SQLException {
        long left = rows;
        while (left > 0) {
            var transaction = Transaction.committed(committedTransactions.get() + 1);
            table.insert(transaction, random, (int) Math.min(left, LOAD_ROWS_PER_STATEMENT));
            left -= transaction.changes();
            execute(transaction);
            progress.accept(committedChanges.get() - before);
        }
    }

    /** Executes transactions until they have made that many row changes, or a few more. */
    public void write(long changes) throws SQLException {
        long end = committedChanges.get() + changes;
        while (committedChanges.get() < end) {
            writeTransaction();
        }
    }

    /**
     * Starts a thread that executes transactions until it is stopped.
     *
     * @param changesPerSecond as many row changes as the thread aims at; {@link Double#POSITIVE_INFINITY} for as many as it can
     */
    public BackgroundWriter startWriting(double changesPerSecond) {
        return new BackgroundWriter(this, changesPerSecond);
    }

    /**
     * How many row changes it has committed, all that it loaded included; as many as are in a binlog of MariaDB, so without those
     * that foreign keys cascade to.
     */
    public long committedChanges() {
        return committedChanges.get();
    }

    public long committedTransactions() {
        return committedTransactions.get();
    }

    @Override
    public synchronized void close() throws SQLException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    synchronized void writeTransaction() throws SQLException {
        execute(nextTransaction());
    }

    private Transaction nextTransaction() {
        if (random.nextInt(40) == 0) {
            var inVain = Transaction.rolledBack();
            orders.changeInVain(inVain, random);
            return inVain;
        }
        var transaction = Transaction.committed(committedTransactions.get() + 1);
        if (random.nextInt(1_000) == 0) {
            orders.changeMany(transaction, random, LARGE_TRANSACTION_ROWS);
        }
        for (int steps = random.nextInt(4); steps >= 0; steps--) {
            mix.get(random.nextInt(mix.size())).change(transaction, random);
        }
        return transaction;
    }

    private void execute(Transaction transaction) throws SQLException {
        if (transaction.isCommitted()) {
            transaction.add(
                    "UPDATE workload_progress SET transactions = " + transaction.number() + " WHERE slot = "
                            + slot(transaction),
                    1);
        }
        long end = System.nanoTime() + RECONNECT_LIMIT.toNanos();
        while (!isDone(transaction, end)) {
            LOG.info("Transaction {} was not committed before the connection was lost; again", transaction.number());
        }
        if (transaction.isCommitted()) {
            committedTransactions.incrementAndGet();
            committedChanges.addAndGet(transaction.changes());
        }
    }

    /** False when the connection was lost and the transaction with it. */
    private boolean isDone(Transaction transaction, long end) throws SQLException {
        if (connection == null) {
            connection = reconnect(end);
        }
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            transaction.execute(statement);
            return true;
        } catch (SQLException e) {
            if (connection.isValid(1)) {
                throw e;
            }
            LOG.info("The connection to port {} was lost ({}); connecting again", server.port(), e.getMessage());
            connection = reconnect(end);
            return !transaction.isCommitted() || isCommitted(transaction, connection);
        }
    }

    private static boolean isCommitted(Transaction transaction, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT transactions FROM workload_progress WHERE slot = " + slot(transaction))) {
            return row.next() && row.getLong(1) == transaction.number();
        }
    }

    private static long slot(Transaction transaction) {
        return transaction.number() % PROGRESS_SLOTS;
    }

    private Connection reconnect(long end) throws SQLException {
        while (true) {
            try {
                return open();
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw new SQLException(
                            "the server on port " + server.port() + " was away for more than "
                                    + RECONNECT_LIMIT.toSeconds() + " s; its log is " + server.logFile(),
                            e);
                }
                pause();
            }
        }
    }

    private Connection open() throws SQLException {
        Connection opened = server.connect("allowMultiQueries=true", "useAffectedRows=true");
        try (Statement statement = opened.createStatement()) {
            statement.execute("SET SESSION time_zone = '+00:00',"
                    + " sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'");
            statement.execute("USE " + DATABASE);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(RECONNECT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for the server", e);
        }
    }
}
