package io.binlogreplica.source.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.database.Database;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.Xid;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commit visibility on MariaDB: a view has what is before its position in the binlog, or it is known that it may not. */
class MariaDbReadViewsTest {

    private static final TableId TABLE = new TableId("d", "t");
    private static final Pattern COMMIT = Pattern.compile("XA COMMIT X'([0-9a-f]+)'.*", Pattern.CASE_INSENSITIVE);
    private static final int VIEWS = 6_000;

    @TempDir
    private static Path directory;

    private static DatabaseServer server;

    @BeforeAll
    static void start() throws Exception {
        server = DatabaseServer.primary(directory).start();
        server.createUser(ReadDatabase.USER, ReadDatabase.PASSWORD, "ALL ON *.*");
        server.execute(
                "CREATE DATABASE d",
                "CREATE TABLE d.t (id INT PRIMARY KEY, last INT NOT NULL)",
                "INSERT INTO d.t VALUES (1, 0)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What one view has seen: the number of the last transaction, and where that should have been. */
    private record Seen(BinlogPosition position, Unsettled unsettled, int last) {}

    @Test
    void viewsThatLackAnXaTransactionAreDoubted() throws Exception {
        var writing = new AtomicBoolean(true);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        var seen = new ArrayList<Seen>();
        Database database = ReadDatabase.of(server);
        try (Connection connection = database.connect();
                ReadViews views = ReadViews.of(connection, database)) {
            BinlogPosition end = views.end();
            Future<?> written = writer.submit(() -> write(writing));
            for (int i = 0; i < VIEWS; i++) {
                try (ReadView view = views.open(TABLE, true, end)) {
                    seen.add(new Seen(view.position(), view.unsettled(), last(view.statement())));
                }
            }
            assertThat(written).as("still writing").isNotDone();
            writing.set(false);
            written.get();
        } finally {
            writing.set(false);
            writer.shutdown();
        }
        NavigableMap<BinlogPosition, Integer> commits = commits();
        assertThat(commits).hasSizeGreaterThan(100);
        int doubted = 0;
        for (Seen each : seen) {
            var before = new XaCommits();
            Map.Entry<BinlogPosition, Integer> last = commits.floorEntry(each.position);
            if (last != null) {
                before.committed(xid(last.getValue()), begin(last.getKey()));
            }
            boolean mayLack = before.mayLack(each.unsettled);
            doubted += mayLack ? 1 : 0;
            assertThat(mayLack || each.last == (last == null ? 0 : last.getValue()))
                    .as("the view at %s has %s of %s", each.position, each.last, last)
                    .isTrue();
        }
        assertThat(doubted).as("views that are read again").isLessThan(VIEWS);
    }

    @Test
    void aTransactionThatIsPreparedAgainUnderTheSameNameIsNotDoubtedForTheOneBefore() {
        var commits = new XaCommits();
        Xid xid = xid(1);
        var place = new BinlogPosition("binlog.000001", 100, null);
        var view = new Unsettled(new BinlogPosition("binlog.000001", 200, null), Set.of(xid));
        commits.committed(xid, place);
        assertThat(commits.mayLack(view)).isTrue();
        commits.prepared(xid);
        assertThat(commits.mayLack(view)).isFalse();
        commits.committed(xid(2), place);
        assertThat(commits.mayLack(view)).as("it was done before the view").isFalse();
        commits.committed(xid(3), new BinlogPosition("binlog.000001", 200, null));
        assertThat(commits.mayLack(view))
                .as("it came while the view was opened")
                .isTrue();
        assertThat(commits.mayLack(null)).isFalse();
        commits.clear();
        assertThat(commits.mayLack(view)).as("its places are another server's").isFalse();
    }

    private static Void write(AtomicBoolean writing) throws SQLException {
        try (Connection connection = server.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            for (int i = 1; writing.get(); i++) {
                statement.execute("XA START 'x" + i + "'; UPDATE d.t SET last = " + i + "; XA END 'x" + i
                        + "'; XA PREPARE 'x" + i + "'; XA COMMIT 'x" + i + "'");
            }
        }
        return null;
    }

    private static int last(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT last FROM d.t")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Each commit's number, by the place behind it. */
    private static NavigableMap<BinlogPosition, Integer> commits() throws SQLException {
        var commits = new TreeMap<BinlogPosition, Integer>((a, b) -> a.equals(b) ? 0 : a.reached(b) ? 1 : -1);
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            List<String> files = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
                while (rows.next()) {
                    files.add(rows.getString(1));
                }
            }
            for (String file : files) {
                try (ResultSet rows = statement.executeQuery("SHOW BINLOG EVENTS IN '" + file + "'")) {
                    while (rows.next()) {
                        Matcher commit = COMMIT.matcher(rows.getString("Info"));
                        if (commit.matches()) {
                            commits.put(
                                    new BinlogPosition(file, rows.getLong("End_log_pos"), null),
                                    number(commit.group(1)));
                        }
                    }
                }
            }
        }
        return commits;
    }

    private static BinlogPosition begin(BinlogPosition behind) {
        return new BinlogPosition(behind.file(), behind.position() - 1, null);
    }

    private static int number(String hex) {
        return Integer.parseInt(new String(HexFormat.of().parseHex(hex), US_ASCII).substring(1));
    }

    private static Xid xid(int number) {
        byte[] name = ("x" + number).getBytes(US_ASCII);
        return Xid.of(name, name.length, 0, 1);
    }
}
