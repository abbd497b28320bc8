package io.binlogreplica.source.stream;

import io.binlogreplica.record.Milestone;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.StatementSession;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogEvent;
import io.binlogreplica.source.binlog.BinlogException;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.BinlogReader;
import io.binlogreplica.source.binlog.RowsEvent;
import io.binlogreplica.source.binlog.TableMap;
import io.binlogreplica.source.binlog.Xid;
import io.binlogreplica.source.config.CaptureConfig;
import io.binlogreplica.source.config.EventFailure;
import io.binlogreplica.source.offset.StreamOffset;
import io.binlogreplica.source.schema.Definitions;
import io.binlogreplica.source.schema.PresentTables;
import io.binlogreplica.source.schema.SavepointStatement;
import io.binlogreplica.source.schema.Statement;
import io.binlogreplica.source.schema.TableSchemas;
import io.binlogreplica.source.schema.XaStatement;
import io.binlogreplica.source.snapshot.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the binlog with the copies of tables into one sequence of changes. Of one thread, which owns all its state.
 *
 * <p>A row is given out one step late: only the next event tells whether it ends its transaction. When the connection fails,
 * reading begins again at the last transaction's end, and rows that were given out already are passed over.
 */
public final class ChangeStream {

    private static final Logger log = LoggerFactory.getLogger(ChangeStream.class);

    private static final String STATEMENT_REMEDY = ": set binlog_format=ROW for all sessions";

    private final CaptureConfig capture;
    private final String captured;
    private final TableSchemas schemas;
    private final Snapshot snapshot;
    private final Outlet outlet;
    private final CopiedRows copies;
    private final Ddl ddl;
    private final PresentTables presentTables;
    private final Sessions sessions;
    private final LeftOutTables leftOut;
    private final EventFailure onFailure;
    private final RowLimit limit;
    private final EventFailure onLarger;

    /** The tables of the current transaction's TABLE_MAP events; null for those that are not captured. */
    private final Map<Long, @Nullable TableMap> tables = new HashMap<>();

    /** The last transaction's end: the only place where reading can begin. */
    private StreamOffset end;
    /** How far reading is between two transactions; events that are no transactions lie before it. */
    private BinlogPosition position;

    /** Of the last transaction that was read in this run. */
    private @Nullable String lastGtid;

    /** The end of the last transaction, if nothing of it was given out. */
    private @Nullable TableChange passed;

    private long rowBytes;
    /** Captured rows of the next, or of the current, transaction that were given out. */
    private long rowsGivenOut;

    /** The transaction that these are of; null where it has no GTID, or an earlier version has counted them. */
    private @Nullable String givenOutOf;
    /** Readers are to be told that what they have of a transaction is no part of anything. */
    private boolean brokenOff;

    private final PreparedTransactions prepared;

    /** Tables that the stream has not seen begin, and that were looked for. */
    private final Set<TableId> lookedFor = new HashSet<>();

    private @Nullable BinlogReader reader;
    /** Whether reading has to go on at another place than where the reader is. */
    private boolean elsewhere;

    private @Nullable BinlogEvent deferred;
    private @Nullable Transaction transaction;
    private @Nullable EventRows rows;
    private @Nullable RowChange held;
    /** The prepared transaction that the current one commits, while its rows are given out. */
    private @Nullable Committing committing;
    /** Not null while the reader is ahead of the stream. */
    private @Nullable LookAhead lookAhead;

    /**
     * A stream that is not connected yet.
     *
     * @param start where to begin
     * @param onFailure what becomes of a table whose changes cannot be carried
     * @param onLarger what becomes of a table with a row that is beyond {@code limit}
     * @param clock for the time at which rows are read from tables
     */
    public ChangeStream(
            String prefix,
            CaptureConfig capture,
            StreamOffset start,
            TableSchemas schemas,
            PresentTables presentTables,
            Sessions sessions,
            Snapshot snapshot,
            EventFailure onFailure,
            RowLimit limit,
            EventFailure onLarger,
            Clock clock) {
        this.capture = capture;
        this.captured = capture.fingerprint();
        this.schemas = schemas;
        this.snapshot = snapshot;
        this.outlet = new Outlet(prefix, start);
        this.leftOut = new LeftOutTables(snapshot, outlet);
        this.copies = new CopiedRows(snapshot, outlet, leftOut, limit, onLarger, clock);
        this.presentTables = presentTables;
        this.sessions = sessions;
        this.ddl = new Ddl(capture, presentTables, snapshot, outlet, start, clock);
        this.onFailure = onFailure;
        this.limit = limit;
        this.onLarger = onLarger;
        this.end = start;
        this.position = start.position();
        this.rowsGivenOut = start.rows();
        this.givenOutOf = start.within();
        this.prepared = new PreparedTransactions(start.prepared());
    }

    /**
     * Gives out statements that create the captured databases, before anything else: their tables come to have their charset.
     *
     * @param statements by database
     */
    public void create(Map<String, String> statements) {
        statements.forEach(ddl::createDatabase);
    }

    /** Where a reader of the binlog has to begin. */
    public BinlogPosition start() {
        if (lookAhead != null) {
            return lookAhead.from();
        }
        return committing == null ? end.position() : committing.position();
    }

    /** Whether the reader must be replaced by one that begins at {@link #start}; there is no change until then. */
    public boolean goesOnElsewhere() {
        return elsewhere;
    }

    /** Where the last transaction ended. */
    public StreamOffset offset() {
        return end;
    }

    /** How much of the binlog's rows was read for captured tables, in bytes. */
    public long rowBytes() {
        return rowBytes;
    }

    /** Likewise, with what was read from tables. */
    public long bytes() {
        return rowBytes + copies.bytes();
    }

    /** How far reading is; for the log. */
    public BinlogPosition position() {
        return position;
    }

    /** Takes events from that reader, which must begin at {@link #start}. */
    public void connected(BinlogReader newReader) {
        reader = newReader;
        elsewhere = false;
    }

    /** Reading goes on in another server's binlog, from there on. Only while not connected. */
    public void moved(BinlogPosition there) {
        end = end.withPosition(there);
        position = there;
    }

    /** The reader is no more; what it had not given whole is read again. */
    public void disconnected() {
        reader = null;
        lookAhead = null;
        elsewhere = false;
        schemas.clear();
        backToEnd();
    }

    private void backToEnd() {
        deferred = null;
        rows = null;
        held = null;
        tables.clear();
        position = end.position();
        transaction = null;
        committing = null;
        if (isBetweenTransactions()) {
            snapshot.leave();
        }
    }

    /** Not so behind a part of a transaction either: copied rows would tear it for whoever reads the topic. */
    private boolean isBetweenTransactions() {
        return transaction == null && rowsGivenOut == 0;
    }

    /** Whether the next change is there, and must be saved together with the last. */
    public boolean goesOnTogether() {
        return outlet.goesOnTogether();
    }

    /**
     * The next change.
     *
     * @return null when there is none yet
     * @throws IOException when the connection failed: {@link #disconnected} must be called; likewise after an
     *     {@link java.io.UncheckedIOException}
     * @throws BinlogException when the binlog cannot be carried on exactly
     */
    public @Nullable SourceChange next() throws IOException {
        while (outlet.isEmpty()) {
            if (!progress()) {
                return null;
            }
        }
        return outlet.poll();
    }

    /** False when there is nothing to go on with yet. */
    private boolean progress() throws IOException {
        leftOut.copyDue();
        if (lookAhead != null) {
            return look(lookAhead);
        }
        try {
            if (rows != null) {
                return nextRow(rows);
            }
            if (isBetweenTransactions() && copies.next(position, end.sequence(), lastGtid, this::savePassed)) {
                return true;
            }
            return committing == null ? nextEvent() : nextOfPrepared(committing);
        } catch (BinlogException e) {
            TableId table = e.table();
            if (table == null || onFailure == EventFailure.FAIL || transaction == null) {
                throw new BinlogException("cannot go on behind " + place() + ": " + e.getMessage(), e);
            }
            leaveOut(table, Objects.requireNonNullElse(e.getMessage(), e.toString()));
            return true;
        } catch (UncheckedIOException | ConnectException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BinlogException("cannot go on behind " + place() + ": " + e, e);
        }
    }

    // Events

    private boolean nextEvent() throws IOException {
        BinlogEvent event = deferred;
        deferred = null;
        if (event == null && reader != null && !elsewhere) {
            event = reader.next();
        }
        return event != null && read(event, Objects.requireNonNull(reader));
    }

    private String place() {
        return transaction == null ? position.toString() : position + ", in transaction " + transaction.id();
    }

    /** False when the event has to wait for rows that are due before it. */
    private boolean read(BinlogEvent event, BinlogReader from) {
        if (event instanceof BinlogEvent.TransactionStart start) {
            if (!snapshot.enter(position)) {
                deferred = event;
                return false;
            }
            begin(start);
        } else if (event instanceof BinlogEvent.Table table) {
            TableMap map = table.map();
            boolean wanted = capture.includes(map.id()) && isWantedFrom(from) && !schemas.isSequence(map);
            tables.put(map.number(), wanted ? map : null);
        } else if (event instanceof BinlogEvent.Rows found) {
            rows(found.event(), from);
        } else if (event instanceof BinlogEvent.Query query) {
            query(query, from);
        } else if (event instanceof BinlogEvent.Commit) {
            commit(from);
        } else if (event instanceof BinlogEvent.XaPrepare prepare) {
            prepared(prepare, from);
        } else if (event instanceof BinlogEvent.Rotate rotate) {
            position = new BinlogPosition(rotate.file(), rotate.position(), position.gtids());
        } else if (event instanceof BinlogEvent.Ignored) {
            if (transaction == null) {
                advance(from);
            }
        } else {
            throw new AssertionError(event);
        }
        return true;
    }

    /** Whether the last event comes from a server whose changes are captured. */
    private boolean isWantedFrom(BinlogReader from) {
        return capture.includesOrigin(from.serverId(), transaction == null ? null : transaction.gtid());
    }

    private void begin(BinlogEvent.TransactionStart start) {
        if (transaction != null) {
            throw new BinlogException("a transaction begins within another");
        }
        if (rowsGivenOut > 0 && givenOutOf != null && !givenOutOf.equals(start.gtid())) {
            breakOff(givenOutOf, start);
        }
        transaction = new Transaction(start, position, next(end.sequence()));
        if (start.nature() == BinlogEvent.Nature.PREPARED) {
            transaction.letWait(prepared.collect(0));
        }
        tables.clear();
    }

    private static Sequence next(Sequence last) {
        return new Sequence(last.epoch(), last.transaction() + 1);
    }

    /** A transaction that was sent in part does not follow on this server; the one that does is another one to readers too. */
    private void breakOff(String sent, BinlogEvent.TransactionStart following) {
        log.warn(
                "[HEALTH] {} rows of transaction {} were sent, and on this server {} follows. Readers of the ordered topic leave"
                        + " them out; where topics are of single tables they are applied already: compare the tables with"
                        + " ./replica verify",
                rowsGivenOut,
                sent,
                following.gtid());
        rowsGivenOut = 0;
        givenOutOf = null;
        brokenOff = true;
        end = end.withSequence(next(end.sequence()));
    }

    private Transaction open() {
        if (transaction == null) {
            throw new BinlogException("rows or a statement outside a transaction");
        }
        return transaction;
    }

    private void rows(RowsEvent event, BinlogReader from) {
        if (!tables.containsKey(event.tableNumber())) {
            throw new BinlogException("rows of table number " + event.tableNumber() + ", which was not announced");
        }
        TableMap map = tables.get(event.tableNumber());
        if (map == null) {
            return;
        }
        open().countEvent(map.id());
        WaitingRows waiting = open().waiting();
        if (waiting != null) {
            waiting.add(map, event);
        } else {
            long behind = from.endPosition();
            go(map, event, from, behind == 0 ? position.position() : behind - from.length(), 0);
        }
    }

    /** Goes on with the binlog ahead of the stream; what it was about to read it reads again then. */
    private void lookAhead(Definitions.Unseen unseen) {
        lookAhead = new LookAhead(unseen, schemas.definitions(), this::statement);
        elsewhere = true;
        backToEnd();
    }

    private boolean look(LookAhead ahead) throws IOException {
        BinlogReader from = reader;
        while (!ahead.isComplete()) {
            BinlogEvent event = from == null || elsewhere ? null : from.next();
            if (from == null || event == null) {
                return false;
            }
            ahead.read(event, from);
        }
        ahead.complete();
        lookAhead = null;
        elsewhere = true;
        return true;
    }

    /** Goes through the rows of an event. */
    private void go(TableMap map, RowsEvent event, BinlogReader from, long pos, long firstIndex) {
        if (!snapshot.sends(map.id())) {
            open().count(map, event, 0);
            if (!snapshot.isPresent(map.id()) && lookedFor.add(map.id())) {
                lookFor(map.id());
            }
            return;
        }
        Definitions.Unseen unseen = schemas.unseen(map, open().begin());
        if (unseen != null) {
            lookAhead(unseen);
            return;
        }
        try {
            rowBytes += event.plainLength();
            rows = new EventRows(
                    map,
                    schemas.decoder(map, open().begin()),
                    event,
                    from.serverId(),
                    open().micros(from.timestampSeconds()),
                    position.file(),
                    pos,
                    (int) firstIndex);
        } catch (BinlogException | IndexOutOfBoundsException e) {
            open().count(map, event, 0);
            throw new BinlogException(map.id(), Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    /** Nothing of the table was sent before, and it was not there when copies began. */
    private void lookFor(TableId table) {
        if (presentTables.find(table) != null) {
            leaveOut(
                    List.of(table),
                    "the table is there, and the binlog does not have its beginning, as with sql_log_bin=0");
        } else {
            log.warn(
                    "[TRANSFER] changes of {} are left out: nothing of it was sent before, and it is not to be seen now: it"
                            + " was dropped or renamed since, or the user lacks SELECT on it",
                    table);
        }
    }

    private boolean nextRow(EventRows from) {
        TableId table = from.table().id();
        if (!snapshot.sends(table) || !advance(from)) {
            rows = null;
            return true;
        }
        RowChange.TransactionPlace place = open().next(table);
        if (place.totalOrder() <= rowsGivenOut) {
            return true;
        }
        Origin origin = from.origin(open());
        RowChange change = from.change(origin, place);
        String excess = limit.excess(change);
        if (excess != null) {
            rows = null;
            open().count(from.map(), from.event(), from.rowsRead());
            if (onLarger == EventFailure.FAIL) {
                throw new BinlogException(excess);
            }
            leaveOut(table, excess);
            return true;
        }
        giveOutHeld(false);
        outlet.define(from.table(), origin);
        held = change;
        return true;
    }

    private boolean advance(EventRows from) {
        try {
            return from.advance();
        } catch (BinlogException e) {
            rows = null;
            open().count(from.map(), from.event(), from.rowsRead());
            throw e;
        }
    }

    private void leaveOut(Collection<TableId> tablesOfTransaction, String reason) {
        requireToLeaveOut(tablesOfTransaction, reason);
        List.copyOf(tablesOfTransaction).forEach(table -> leaveOut(table, reason));
    }

    private void requireToLeaveOut(Collection<TableId> tablesOfTransaction, String reason) {
        if (onFailure == EventFailure.FAIL && !tablesOfTransaction.isEmpty()) {
            throw new BinlogException(reason + "; copy these tables again: " + tablesOfTransaction);
        }
    }

    /** The table's changes are left out from here on. */
    private void leaveOut(TableId table, String reason) {
        giveOutHeld(false);
        Origin origin = originOf(table, null, Objects.requireNonNull(reader));
        open().leavesOut(origin);
        leftOut.leaveOut(table, reason, origin);
    }

    // Statements

    private Statement statement(BinlogEvent.Query query) {
        Statement statement =
                Statement.parse(query.sql(), query.database(), query.variables().sqlMode());
        boolean named = !statement.actions().isEmpty() || statement.database() != null;
        return named && presentTables.namesAreInLowerCase() ? statement.inLowerCase() : statement;
    }

    private void query(BinlogEvent.Query query, BinlogReader from) {
        Statement statement = statement(query);
        switch (statement.kind()) {
            case BEGIN -> open().begun();
            case COMMIT -> commit(from);
            case ROLLBACK -> {
                leaveOut(
                        open().tables(),
                        "a transaction that was rolled back has logged rows, as servers do when it made a temporary table or"
                                + " wrote to an engine without transactions");
                end(from);
            }
            case XA -> xa(XaStatement.parse(query.sql()), from);
            case TABLE, DATABASE, DROP_DATABASE -> ddl(query, statement, from);
            case DML -> {
                if (isWantedFrom(from)) {
                    written(query, statement);
                }
                if (open().isStatement()) {
                    end(from);
                }
            }
            case CALL -> {
                if (isWantedFrom(from)) {
                    writtenSomewhere();
                }
                if (open().isStatement()) {
                    end(from);
                }
            }
            case SAVEPOINT -> savepoint(SavepointStatement.parse(query.sql()));
            case OTHER -> {
                if (open().isStatement()) {
                    end(from);
                }
            }
        }
    }

    /** A statement was logged that changes rows; those that its triggers change besides are not told of. */
    private void written(BinlogEvent.Query query, Statement statement) {
        TableId table = statement.actions().isEmpty()
                ? null
                : statement.actions().get(0).table();
        if (table != null && !PresentTables.VIEW.equals(presentTables.type(table))) {
            if (capture.includes(table)) {
                leaveOut(
                        List.of(table),
                        "a statement that changes rows of table " + table + " was logged instead of the rows"
                                + STATEMENT_REMEDY);
            }
        } else if (table != null || names(query)) {
            writtenSomewhere();
        }
    }

    private void writtenSomewhere() {
        leaveOut(
                snapshot.tables(),
                "a statement was logged instead of the rows that it changes, and which tables have these is not known"
                        + STATEMENT_REMEDY);
    }

    /** Whether a statement of several tables may be about one that is captured. */
    private boolean names(BinlogEvent.Query query) {
        return capture.includesDatabase(query.database())
                || snapshot.tables().stream().map(TableId::database).distinct().anyMatch(query.sql()::contains);
    }

    private void ddl(BinlogEvent.Query query, Statement statement, BinlogReader from) {
        Transaction within = open();
        if (within.isAnnounced()) {
            end(from);
            return;
        }
        schemas.changed(statement, within.begin());
        if (!isWantedFrom(from)) {
            ddl.passOverForeign(statement);
        } else if (!query.exact()) {
            leaveOut(
                    ddl.tables(statement),
                    "a statement has characters of its client's charset, which was not UTF-8, so its text is not known exactly");
        } else if (ddl.isCaptured(statement)) {
            captured(query, statement, within, from);
        }
        if (within.isStatement()) {
            end(from);
        }
    }

    private void captured(BinlogEvent.Query query, Statement statement, Transaction within, BinlogReader from) {
        StatementSession session = sessions.of(query.variables(), from.timestampSeconds());
        Ddl.Unlogged unlogged = ddl.unlogged(statement, session, query.threadSpecific());
        if (unlogged != null) {
            unlogged(unlogged, query, statement, session, from);
        } else if (within.rows() < rowsGivenOut) {
            ddl.given(statement);
        } else if (ddl.isWanted(statement)) {
            giveOutHeld(false);
            StreamOffset behind = within.isStatement() ? endOf(within, from, null) : null;
            ddl.give(statement, query, session, originOf(query, statement, from), within, behind);
        } else {
            ddl.passOver(statement);
        }
    }

    private Origin originOf(BinlogEvent.Query query, Statement statement, BinlogReader from) {
        String database = statement.database();
        return originOf(
                database != null
                        ? new TableId(database, "")
                        : ddl.captured(statement).get(0).table(),
                query.sql(),
                from);
    }

    /** Of what was just read, and is no row. */
    private Origin originOf(TableId table, @Nullable String sql, BinlogReader from) {
        return new Origin(
                open().micros(from.timestampSeconds()),
                Origin.STREAMED,
                table,
                open().sequence(),
                from.serverId(),
                open().gtid(),
                position.file(),
                position.position(),
                0,
                sql);
    }

    /** The rows that tables have behind a statement are not in the binlog. */
    private void unlogged(
            Ddl.Unlogged unlogged,
            BinlogEvent.Query query,
            Statement statement,
            StatementSession session,
            BinlogReader from) {
        requireToLeaveOut(unlogged.tables(), unlogged.reason());
        Origin origin = originOf(query, statement, from);
        // first in its transaction: the replica commits it by itself
        giveOutHeld(false);
        if (!unlogged.given()) {
            ddl.drop(unlogged.gone(), origin);
        } else if (ddl.isWanted(statement)) {
            ddl.give(statement, query, session, origin, open(), null);
        } else {
            ddl.passOver(statement);
        }
        open().leavesOut(origin);
        unlogged.tables().forEach(ddl::replaced);
        leaveOut(unlogged.tables(), unlogged.reason());
    }

    // XA transactions

    private void xa(XaStatement statement, BinlogReader from) {
        switch (statement.verb()) {
            case START -> open().letWait(prepared.collect(0));
            case END -> {
                // its XA PREPARE follows
            }
            case COMMIT -> {
                snapshot.committed(statement.xid(), open().begin());
                PreparedTransactions.Prepared found = prepared.find(statement.xid());
                if (found == null) {
                    leaveOut(
                            snapshot.tables(),
                            "the rows of XA transaction " + statement.xid() + " are not known, since it was prepared"
                                    + " before this connector began to read, or rolls back to a savepoint");
                    end(from);
                } else {
                    giveOut(new Committing(statement.xid(), found, endOf(open(), from, statement.xid())));
                }
            }
            case ROLLBACK -> {
                prepared.remove(statement.xid());
                end(from);
            }
        }
    }

    private void prepared(BinlogEvent.XaPrepare event, BinlogReader from) {
        snapshot.prepared(event.xid());
        WaitingRows waiting = open().waiting();
        if (waiting == null) {
            throw new BinlogException("XA transaction " + event.xid() + " ends without a beginning");
        }
        if (event.onePhase()) {
            giveOut(new Committing(event.xid(), open().begin(), waiting, endOf(open(), from, null)));
        } else if (waiting.isRolledBack()) {
            // which rows are left is not saved: as if it had not been seen
            end(from);
        } else {
            prepared.add(event.xid(), new PreparedTransactions.Prepared(open().begin(), waiting.kept()));
            end(from);
        }
    }

    /** What waited becomes rows of the current transaction, and ends it. */
    private void giveOut(Committing waited) {
        committing = waited;
        elsewhere = !waited.isKept();
    }

    /** What comes behind a savepoint waits: with engines of both kinds it may be logged and rolled back all the same. */
    private void savepoint(SavepointStatement statement) {
        WaitingRows waiting = open().waiting();
        switch (statement.verb()) {
            case SET -> {
                if (waiting == null) {
                    waiting = prepared.collect(open().events());
                    open().letWait(waiting);
                }
                waiting.savepoint(statement.name());
            }
            case ROLL_BACK_TO -> {
                if (waiting == null) {
                    throw new BinlogException(
                            "rows are rolled back to savepoint " + statement.name() + ", which was not set");
                }
                waiting.rollBackTo(statement.name());
            }
            case RELEASE -> {
                // it is rolled back to no more
            }
        }
    }

    private boolean nextOfPrepared(Committing from) throws IOException {
        WaitingRows.RowsOfTable next = from.next(elsewhere ? null : reader, capture);
        if (next != null) {
            go(next.table(), next.event(), Objects.requireNonNull(reader), position.position(), open().rows());
            return true;
        }
        if (!from.isComplete()) {
            return false;
        }
        elsewhere = !from.isKept();
        committing = null;
        if (from.xid() != null) {
            prepared.remove(from.xid());
        }
        end(from.behind());
        return true;
    }

    // Ends

    private void commit(BinlogReader from) {
        WaitingRows waiting = open().waiting();
        if (waiting == null) {
            end(from);
        } else {
            giveOut(new Committing(null, open().begin(), waiting, endOf(open(), from, null)));
        }
    }

    private void end(BinlogReader from) {
        end(endOf(open(), from, null));
    }

    private void end(StreamOffset behind) {
        end = behind;
        position = behind.position();
        lastGtid = open().gtid();
        passed = null;
        if (held != null) {
            giveOutHeld(true);
            Milestone.TRANSACTION_EMITTED.reached();
        } else if (rowsGivenOut > 0 || brokenOff || open().leftOutAt() != null) {
            outlet.give(endWithoutRow(), behind);
        } else {
            passed = endWithoutRow();
        }
        rowsGivenOut = 0;
        brokenOff = false;
        transaction = null;
        snapshot.leave(position);
    }

    /**
     * Rows of a table that is not copied yet are left out: its copy has them. So nothing of the copy may be saved before that they
     * were passed, or they would be sent behind it after a restart.
     */
    private void savePassed() {
        if (passed != null) {
            outlet.give(passed, end);
            passed = null;
        }
    }

    /** Ends a transaction whose last rows are left out, for readers of those before. */
    private TableChange endWithoutRow() {
        Transaction ended = open();
        Origin at = ended.leftOutAt();
        Origin origin = at != null
                ? at
                : new Origin(
                        ended.micros(0),
                        Origin.STREAMED,
                        new TableId("", ""),
                        ended.sequence(),
                        0,
                        ended.gtid(),
                        position.file(),
                        position.position(),
                        0,
                        null);
        return new TableChange(TableChange.Kind.END, origin, null, null, List.of(), true);
    }

    /**
     * The offset behind a transaction whose last event was just read.
     *
     * @param completed a prepared transaction that it commits, if it does
     */
    private StreamOffset endOf(Transaction ended, BinlogReader from, @Nullable Xid completed) {
        BinlogPosition before = end.position();
        return new StreamOffset(
                new BinlogPosition(
                        position.file(),
                        Math.max(from.endPosition(), position.position()),
                        before.gtids() == null || ended.gtid() == null
                                ? before.gtids()
                                : before.gtids().with(ended.gtid())),
                ended.sequence(),
                prepared.positionsWithout(completed));
    }

    private void advance(BinlogReader from) {
        if (from.endPosition() > position.position()) {
            position = new BinlogPosition(position.file(), from.endPosition(), position.gtids());
        }
    }

    // What goes out

    private void giveOutHeld(boolean last) {
        RowChange change = held;
        if (change == null) {
            return;
        }
        held = null;
        if (last) {
            outlet.give(change.asLast(), end);
        } else {
            long order = Objects.requireNonNull(change.transaction()).totalOrder();
            rowsGivenOut = order;
            givenOutOf = change.origin().gtid();
            outlet.give(change, end.withRows(order, captured, givenOutOf));
        }
        Milestone.ROW_EMITTED.reached();
    }
}
