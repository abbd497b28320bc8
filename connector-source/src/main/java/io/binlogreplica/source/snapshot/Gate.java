package io.binlogreplica.source.snapshot;

import io.binlogreplica.record.TableId;
import io.binlogreplica.source.Wakeup;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the stream from running past the position of what is still being read. While a read view is being opened the stream
 * stays between two transactions; once the view's position is known, the stream may go on as far as there.
 */
final class Gate {

    private final Wakeup stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition between = lock.newCondition();

    // Guarded by lock.
    private final List<Due> reads = new ArrayList<>();
    private int opening;
    private boolean insideTransaction;
    private BinlogPosition lastTransactionEnd;

    /**
     * A gate with nothing being read.
     *
     * @param start where the stream begins
     * @param insideTransaction whether that is within a transaction, of which rows were sent before
     * @param stream wakes the stream's thread when there is something for it
     */
    Gate(BinlogPosition start, boolean insideTransaction, Wakeup stream) {
        this.lastTransactionEnd = start;
        this.insideTransaction = insideTransaction;
        this.stream = stream;
    }

    // Called by the threads that read chunks.

    /**
     * Holds the stream between two transactions, until {@link #opened} or {@link #notOpened}.
     *
     * @return where the stream is: the view must not be before that
     */
    private BinlogPosition opening() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            opening++;
            try {
                while (insideTransaction) {
                    between.await();
                }
            } catch (InterruptedException e) {
                opening--;
                throw e;
            }
            return lastTransactionEnd;
        } finally {
            lock.unlock();
        }
    }

    /** Opens a view that has all that the stream has, which stays there until {@link #opened} or {@link #notOpened}. */
    ReadView open(ReadViews views, TableId table, boolean transactional) throws SQLException, InterruptedException {
        BinlogPosition reached = opening();
        boolean opened = false;
        try {
            ReadView view = views.open(table, transactional, reached);
            opened = true;
            return view;
        } finally {
            if (!opened) {
                notOpened();
            }
        }
    }

    void opened(Due read) {
        changed(() -> {
            opening--;
            reads.add(read);
        });
    }

    /** What was to be read in the view is not: {@link #opened} does not follow. */
    void notOpened() {
        changed(() -> opening--);
    }

    /** It will not be read to its end, or all of it is in the stream. */
    void remove(Due read) {
        boolean[] removed = new boolean[1];
        changed(() -> removed[0] = reads.remove(read));
        if (removed[0]) {
            read.finished();
        }
    }

    // Called by the stream's thread.

    /**
     * Whether the stream may begin the transaction at {@code position}, or go on with it; if so, it is inside it until {@link #leave}.
     */
    boolean enter(BinlogPosition position) {
        lock.lock();
        try {
            if (!insideTransaction && (opening > 0 || due(position) != null)) {
                return false;
            }
            insideTransaction = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A transaction ended there. */
    void leave(BinlogPosition position) {
        lock.lock();
        try {
            insideTransaction = false;
            lastTransactionEnd = position;
            between.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The connection failed within a transaction, before any of its rows was sent; the stream will begin it again. */
    void leave() {
        lock.lock();
        try {
            insideTransaction = false;
            between.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The stream goes on in another server's binlog: nothing that was read has a place in it. */
    void moved(BinlogPosition there) {
        List<Due> given = new ArrayList<>();
        changed(() -> {
            lastTransactionEnd = there;
            given.addAll(reads);
            reads.clear();
        });
        given.forEach(Due::finished);
    }

    /** What belongs in the stream at {@code position}, or is void; of several the first. */
    @Nullable
    Due due(BinlogPosition position) {
        lock.lock();
        try {
            Due first = null;
            for (Due read : reads) {
                if (read.isVoid()) {
                    return read;
                }
                if (position.reached(read.position())
                        && (first == null || !read.position().reached(first.position()))) {
                    first = read;
                }
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void changed(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
        stream.call();
    }
}
