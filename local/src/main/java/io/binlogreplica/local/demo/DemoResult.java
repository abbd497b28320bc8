package io.binlogreplica.local.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.comparison.ComparisonResult;

/**
 * What a demonstration found.
 *
 * @param copied the copy of all tables, from creating the connectors until the replica had the last one
 * @param streamed the backlog, from resuming the source until the replica had the last transaction
 * @param latencies from a commit on the primary until the replica showed it
 * @param workerCpuSeconds processor time of the Connect worker, its start included
 * @param workerPeakMegabytes the most memory that the worker has had in use
 */
public record DemoResult(
        ComparisonResult comparison,
        Throughput copied,
        Throughput streamed,
        Latencies latencies,
        double workerCpuSeconds,
        long workerPeakMegabytes) {

    /** So many rows in so much time. */
    public record Throughput(long rows, double seconds) {

        public long rowsPerSecond() {
            return Math.round(rows / Math.max(seconds, 1e-3));
        }
    }

    public boolean identical() {
        return comparison.identical();
    }

    /** One line, for programs. */
    public String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("identical", identical());
        json.put("tables", comparison.tables().size());
        json.put("rows", comparison.rows());
        json.put("snapshot_rows_per_s", copied.rowsPerSecond());
        json.put("stream_rows_per_s", streamed.rowsPerSecond());
        json.put("lag_p50_ms", tenths(latencies.percentileMillis(50)));
        json.put("lag_p99_ms", tenths(latencies.percentileMillis(99)));
        json.put("worker_cpu_s", tenths(workerCpuSeconds));
        json.put("worker_rss_mb", workerPeakMegabytes);
        return json.toString();
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
