package io.binlogreplica.source.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import io.binlogreplica.database.InformationSchema;
import io.binlogreplica.local.DatabaseServer;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Rows of sysbench's table decoded from a real server's events, on one thread: 190 bytes a row. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBenchmark {

    private static final int ROWS = 10_000;

    private List<RawEvent> events = List.of();
    private @Nullable TableSchema schema;

    /** Has a server write rows, and keeps its events as they came. */
    @Setup
    public void read() throws Exception {
        Path directory = Files.createTempDirectory("binlog-replica-decode");
        try (DatabaseServer server = DatabaseServer.primary(directory).start()) {
            server.execute(
                    "CREATE DATABASE b",
                    "CREATE TABLE b.t (id INT NOT NULL PRIMARY KEY, k INT NOT NULL, c CHAR(120) NOT NULL,"
                            + " pad CHAR(60) NOT NULL)",
                    "INSERT INTO b.t SELECT seq, seq * 7, RPAD(seq, 119, '68487932199-'), RPAD(seq, 59, '22195207048-')"
                            + " FROM b.seq_1_to_" + ROWS);
            try (Connection connection = server.connect()) {
                schema = new InformationSchema(connection).table(new TableId("b", "t"));
            }
            events = collect(server.port());
        }
    }

    private static List<RawEvent> collect(int port) throws Exception {
        var collected = new ArrayList<RawEvent>();
        var client = new BinaryLogClient("127.0.0.1", port, "root", "");
        client.setKeepAlive(false);
        client.setServerId(77);
        client.setBinlogFilename("binlog.000001");
        client.setEventDeserializer(new RawEventDeserializer());
        client.registerEventListener((Event event) -> {
            RawEvent raw = ((RawEventDeserializer.Raw) event.getData()).event();
            collected.add(raw);
            if (new EventDecoder(Flavor.MARIADB).decode(raw) instanceof BinlogEvent.Commit) {
                try {
                    client.disconnect();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        client.connect();
        return collected;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void decodeRows(Blackhole hole) {
        var decoder = new EventDecoder(Flavor.MARIADB);
        Map<Long, RowDecoder> decoders = new HashMap<>();
        for (RawEvent raw : events) {
            BinlogEvent event = decoder.decode(raw);
            if (event instanceof BinlogEvent.Table table) {
                decoders.put(table.map().number(), new RowDecoder(table.map(), Objects.requireNonNull(schema), true));
            } else if (event instanceof BinlogEvent.Rows rows) {
                RowDecoder of = Objects.requireNonNull(decoders.get(rows.event().tableNumber()));
                RowsEvent.Rows decoded = rows.event().rows(of);
                while (decoded.next()) {
                    hole.consume(decoded.after());
                }
            }
        }
    }
}
