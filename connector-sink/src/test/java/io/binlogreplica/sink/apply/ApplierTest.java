package io.binlogreplica.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.database.Database;
import io.binlogreplica.database.Logins;
import io.binlogreplica.metrics.Meters;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableChange;
import io.binlogreplica.record.TableId;
import io.binlogreplica.sink.batch.BatchQueue;
import io.binlogreplica.sink.batch.ChangeBatch;
import io.binlogreplica.sink.batch.Located;
import io.binlogreplica.sink.config.SinkConfig;
import io.binlogreplica.sink.failure.ErrantRecords;
import io.binlogreplica.sink.metrics.SinkMetrics;
import io.binlogreplica.sink.state.Position;
import io.binlogreplica.sink.state.Positions;
import io.binlogreplica.sink.state.StateTables;
import io.binlogreplica.sink.verify.SourceRequests;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class ApplierTest {

    private static final TopicPartition PARTITION = new TopicPartition("primary.changes", 0);

    /** The statement that a transaction begins with is applied before the transaction's end, and so the position stays where it is. */
    @Test
    void nothingIsAppliedBehindAStatementThatWasNot() {
        SinkConfig config =
                SinkConfig.of(Map.of("database.hostname", "h", "database.user", "u", "database.password", "p"));
        Database database = ReplicaSession.of(config.database(), Logins.renewed(config.database(), Map::of));
        try (var metrics = new SinkMetrics(meters());
                var requests = new SourceRequests(config, List.of());
                var applier = new Applier(
                        config,
                        database,
                        new StateTables("applier-test", "state"),
                        new BatchQueue(1, 1),
                        new ErrantRecords(null),
                        requests,
                        metrics)) {
            applier.own(PARTITION, new Positions.Taken(new Position(7, null, null, null), 1, null));
            var statement = new Work(batch(7, 7), 1, 7);
            var behind = new Work(batch(8, 9), 1, statement.to());
            assertThat(applier.isNext(behind)).isTrue();
            applier.fail(new ConnectException("the replica refuses a statement"));
            assertThat(applier.isNext(behind)).isFalse();
            assertThat(applier.owner(behind)).isNull();
        }
    }

    /** Of JMX, as on a worker that takes none. */
    private static Meters meters() {
        return Meters.of(
                () -> {
                    throw new LinkageError();
                },
                "applier-test");
    }

    private static ChangeBatch batch(long offset, long next) {
        var origin = new Origin(
                0, Origin.STREAMED, new TableId("d", "t"), new Sequence(1, 4), 1, null, "binlog.000001", 4, 0, null);
        var change = new TableChange(TableChange.Kind.DDL, origin, "d", "CREATE TABLE t AS SELECT 1", List.of(), false);
        return new ChangeBatch(
                PARTITION,
                List.of(new Located(change, offset)),
                new Position(next, null, null, origin),
                offset == next);
    }
}
