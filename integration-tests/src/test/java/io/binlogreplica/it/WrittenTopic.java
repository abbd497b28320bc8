package io.binlogreplica.it;

import io.binlogreplica.local.ConnectorFile;
import io.binlogreplica.local.Pipeline;
import io.binlogreplica.record.Column;
import io.binlogreplica.record.ColumnType;
import io.binlogreplica.record.Envelope;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.Op;
import io.binlogreplica.record.Origin;
import io.binlogreplica.record.RecordSchemas;
import io.binlogreplica.record.RowChange;
import io.binlogreplica.record.SchemaStyle;
import io.binlogreplica.record.Sequence;
import io.binlogreplica.record.TableId;
import io.binlogreplica.record.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.json.JsonConverter;

/** An ordered topic as a source of another primary would write it: for what the primary of these tests does not do. */
final class WrittenTopic {

    private final Pipeline pipeline;
    private final String name;
    private final RecordSchemas schemas;
    private final JsonConverter converter = new JsonConverter();
    private final List<RowChange> open = new ArrayList<>();
    private long transactions;

    WrittenTopic(Pipeline pipeline, String name) {
        this.pipeline = pipeline;
        this.name = name;
        this.schemas = new RecordSchemas(Flavor.MYSQL, name, SchemaStyle.PLAIN);
        converter.configure(Map.of("schemas.enable", "true"), false);
    }

    /** Makes the topic, with settings of its own. */
    void create(Map<String, String> settings) throws InterruptedException, ExecutionException {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    /** A table of the database {@code replica}, whose key is its first column. */
    static TableSchema table(String table, String... columnsAndTypes) {
        var columns = new ArrayList<Column>();
        for (int i = 0; i < columnsAndTypes.length; i += 2) {
            columns.add(new Column(
                    columnsAndTypes[i],
                    ColumnType.parse(columnsAndTypes[i + 1], null, null),
                    i > 0,
                    Column.Generated.NO));
        }
        return new TableSchema(new TableId("replica", table), columns, List.of(0));
    }

    /** A row of the transaction that is written next. */
    WrittenTopic row(TableSchema table, Op op, int flags, Object[] before, Object[] after) {
        var origin = new Origin(
                1_700_000_000_000_000L,
                Origin.STREAMED,
                table.id(),
                new Sequence(1, transactions + 1),
                1,
                "uuid:" + (transactions + 1),
                "mysql-bin.000001",
                100 * (transactions + 1),
                open.size(),
                null);
        var place = new RowChange.TransactionPlace("uuid:" + (transactions + 1), open.size() + 1, 1);
        open.add(new RowChange(table, op, before, after, origin, place, flags, false));
        return this;
    }

    /** Writes the rows as one transaction. */
    void commit() throws InterruptedException, ExecutionException {
        int last = open.size() - 1;
        open.set(last, open.get(last).asLast());
        var producerSettings = new HashMap<String, Object>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()));
        try (var producer =
                new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (RowChange row : open) {
                Envelope envelope = schemas.envelope(row.schema());
                Object[] image = row.after() == null ? row.before() : row.after();
                producer.send(new ProducerRecord<>(
                                name,
                                converter.fromConnectData(name, envelope.keySchema(), envelope.key(image)),
                                converter.fromConnectData(name, envelope.schema(), envelope.value(row, 0))))
                        .get();
            }
        }
        open.clear();
        transactions++;
    }

    /** A sink for this topic. */
    ConnectorFile sink(String connector) {
        return pipeline.sinkConnector()
                .named(connector)
                .with(Map.of(
                        "topics", name,
                        "resync.mode", "manual",
                        "conflict.detection", "true",
                        "key.converter", "org.apache.kafka.connect.json.JsonConverter",
                        "value.converter", "org.apache.kafka.connect.json.JsonConverter"));
    }

    static Object[] values(Object... values) {
        return Arrays.copyOf(values, values.length);
    }
}
