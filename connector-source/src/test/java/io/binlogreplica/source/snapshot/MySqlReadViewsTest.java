package io.binlogreplica.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.local.PackagedServer;
import io.binlogreplica.record.TableId;
import io.binlogreplica.source.binlog.BinlogPosition;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commit visibility on MySQL: a view has exactly the transactions that its GTIDs say. */
@Tag("servers")
class MySqlReadViewsTest {

    private static final TableId TABLE = new TableId("d", "t");
    private static final Pattern INTERVAL = Pattern.compile(":(\\d+)(?:-(\\d+))?");
    private static final int VIEWS = 400;

    @TempDir
    private static Path directory;

    private static DatabaseServer server;

    @BeforeAll
    static void start() throws Exception {
        server = DatabaseServer.primary(directory)
                .binaries(PackagedServer.MYSQL_9_7.binaries())
                .start();
        server.createUser(ReadDatabase.USER, ReadDatabase.PASSWORD, "ALL ON *.*");
        server.execute(
                "CREATE DATABASE d", "CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT NOT NULL)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void viewsAreExactlyWhereTheirGtidsSayWithWritersOnTheirTable() throws Exception {
        var writing = new AtomicBoolean(true);
        ExecutorService writers = Executors.newFixedThreadPool(6);
        Database database = ReadDatabase.of(server);
        try (Connection connection = database.connect();
                ReadViews views = ReadViews.of(connection, database)) {
            long before = executed(views.end()) - rows(connection.createStatement());
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int writer = i;
                all.add(writers.submit(() -> write(writer, writing)));
            }
            BinlogPosition reached = views.end();
            for (int i = 0; i < VIEWS; i++) {
                try (ReadView view = views.open(TABLE, true, reached)) {
                    assertThat(rows(view.statement()))
                            .as("rows at %s", view.position())
                            .isEqualTo(executed(view.position()) - before);
                    assertThat(view.position().reached(reached)).isTrue();
                    reached = view.position();
                }
            }
            assertThat(all).as("still writing").noneMatch(Future::isDone);
            writing.set(false);
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            writing.set(false);
            writers.shutdown();
        }
    }

    @Test
    void aTransactionThatHoldsTheTableIsWaitedForOnlyIfOthersLeaveNoMoment() throws Exception {
        Database database = ReadDatabase.of(server);
        try (Connection holder = server.connect("allowMultiQueries=true");
                Statement holding = holder.createStatement();
                Connection connection = database.connect();
                ReadViews views = ReadViews.of(connection, database)) {
            holding.execute("BEGIN; INSERT INTO d.t (writer) VALUES (99)");
            BinlogPosition end = views.end();
            try (ReadView view = views.open(TABLE, true, end)) {
                assertThat(view.position().gtids()).isEqualTo(end.gtids());
            }
            // an owned GTID: no moment is quiet until it is given back
            try (Connection owner = server.connect();
                    Statement owning = owner.createStatement()) {
                owning.execute("SET gtid_next = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1'");
                assertThatThrownBy(() -> views.open(TABLE, true, end))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(SqlErrors.isTransient(e)).isTrue())
                        .hasMessageContaining("no lock on table d.t");
                holding.execute("ROLLBACK");
                try (ReadView view = views.open(TABLE, true, end)) {
                    assertThat(view.position().gtids()).isEqualTo(end.gtids());
                }
                owning.execute("ROLLBACK");
                owning.execute("SET gtid_next = AUTOMATIC");
            }
            holding.execute("INSERT INTO d.t (writer) VALUES (98)");
        }
    }

    private static Void write(int writer, AtomicBoolean writing) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            while (writing.get()) {
                statement.execute("INSERT INTO d.t (writer) VALUES (" + writer + ")");
            }
        }
        return null;
    }

    private static long rows(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("SELECT COUNT(*) FROM d.t")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long executed(BinlogPosition position) {
        long count = 0;
        Matcher interval = INTERVAL.matcher(position.gtids().text());
        while (interval.find()) {
            long first = Long.parseLong(interval.group(1));
            count += interval.group(2) == null ? 1 : Long.parseLong(interval.group(2)) - first + 1;
        }
        return count;
    }
}
