package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.Pipeline;
import io.binlogreplica.local.workload.BackgroundWriter;
import io.binlogreplica.local.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worker's JVM ends as by kill -9; then the replica must come to be identical, a table without any key included. */
class KilledWorkerIT {

    /** Where it ends, and at the how-manieth time: in the middle of the copy first, in the stream later. */
    private static final List<String> MILESTONES = List.of(
            "COPY_STARTED:3",
            "CHUNK_READ:5",
            "CHUNK_EMITTED:4",
            "ROWS_APPLIED:3",
            "COMMITTED:5",
            "POSITION_WRITTEN:9",
            "ROW_EMITTED:900",
            "TRANSACTION_EMITTED:700",
            "RECEIVED:20",
            "COMMITTED:15");

    private static final Pattern RESUMED =
            Pattern.compile("replica\\.orders resumes behind key \\[(\\d+)\\], (\\d+) rows are done");

    /** O1 on the topic too: with exactly-once sources, a {@code read_committed} reader only ever sees whole transactions. */
    @ParameterizedTest
    @CsvSource({"true,envelope,3", "false,block,1"})
    void tenKillsAtMilestonesLoseAndDoubleNothing(
            boolean exactlyOnceSource, String format, String threads, @TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory)
                        .exactlyOnceSource(exactlyOnceSource)
                        .start();
                var workload = new Workload(pipeline.primary(), 2)) {
            workload.createSchema();
            workload.load(60_000, rows -> {});
            try (BackgroundWriter writer = workload.startWriting(500)) {
                pipeline.run(pipeline.sourceConnector().with(Map.of("record.format", format)));
                pipeline.run(pipeline.sinkConnector().with(Map.of("apply.threads", threads)));
                try (TransactionWatch watch = exactlyOnceSource ? new TransactionWatch(pipeline) : null) {
                    for (String milestone : MILESTONES) {
                        pipeline.worker().kill();
                        pipeline.worker().startWith("-Dbinlogreplica.halt=" + milestone);
                        pipeline.awaitWorkerEnd(Duration.ofMinutes(2));
                    }
                    pipeline.worker().start();
                    writer.stop();
                    EndToEnd.assertIdentical(pipeline);
                    if (watch != null) {
                        assertThat(watch.transactionsOfSeveralRows()).isGreaterThan(100);
                    }
                }
            }
        }
    }

    @Test
    void aKillHalfWayThroughTheCopyReadsNoFinishedChunkAgain(@TempDir Path directory) throws Exception {
        try (Pipeline pipeline = EndToEnd.pipeline(directory).start();
                var workload = new Workload(pipeline.primary(), 3)) {
            workload.createSchema();
            workload.load(100_000, rows -> {});
            pipeline.worker().stop();
            pipeline.worker().startWith("-Dbinlogreplica.halt=CHUNK_EMITTED:26");
            pipeline.create(pipeline.sinkConnector());
            pipeline.create(pipeline.sourceConnector());
            pipeline.awaitWorkerEnd(Duration.ofMinutes(2));

            pipeline.worker().start();
            EndToEnd.assertIdentical(pipeline);

            String log = EndToEnd.log(pipeline);
            Matcher resumed = RESUMED.matcher(log);
            assertThat(resumed.find()).as("the copy of orders resumes").isTrue();
            long key = Long.parseLong(resumed.group(1));
            long done = Long.parseLong(resumed.group(2));
            assertThat(done).isBetween(10_000L, 80_000L);
            Matcher complete = Pattern.compile("replica\\.orders complete, (\\d+) rows, (\\d+) of them in this run")
                    .matcher(log);
            assertThat(complete.find()).isTrue();
            assertThat(Long.parseLong(complete.group(1)) - Long.parseLong(complete.group(2)))
                    .as("rows up to key %s are not read again", key)
                    .isEqualTo(done);
        }
    }
}
