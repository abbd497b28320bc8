package io.binlogreplica.it;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotAndStreamIT {

    /** With records and offsets in one Kafka transaction, and without, when a source may repeat itself. */
    @ParameterizedTest
    @CsvSource({"true,envelope,1", "false,block,4"})
    void replicaIsIdenticalAfterACopyUnderWritesAndAStream(
            boolean exactlyOnceSource, String format, String threads, @TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                        .exactlyOnceSource(exactlyOnceSource)
                        .start();
                var workload = new Workload(pipeline.primary(), 1)) {
            workload.createSchema();
            workload.load(50_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(2_000)) {
                pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", format)));
                pipeline.run(pipeline.sinkConnector().with(Map.of("apply.threads", threads)));
                pipeline.awaitCaughtUp(EndToEnd.LIMIT);
                writer.stop();
            }
            workload.write(20_000);
            EndToEnd.assertIdentical(pipeline);
        }
    }
}
