package io.binlogreplica.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.local.comparison.ComparisonResult;
import io.binlogreplica.local.comparison.TableResult;
import io.binlogreplica.local.demo.DemoResult.Throughput;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoResultTest {

    private static final TableResult ORDERS = new TableResult("orders", 90, 90, List.of(), true);
    private static final TableResult CLICKS = new TableResult("clicks", 10, 10, List.of(), true);

    @Test
    void jsonHasOneLineWithAllMeasures() {
        assertThat(result(List.of()).json())
                .isEqualTo("{\"identical\":true,\"tables\":2,\"rows\":100,\"snapshot_rows_per_s\":20000,"
                        + "\"stream_rows_per_s\":12500,\"lag_p50_ms\":1.3,\"lag_p99_ms\":2.0,\"worker_cpu_s\":12.3,"
                        + "\"worker_rss_mb\":600}");
    }

    @Test
    void anyDifferenceIsToldInJson() {
        assertThat(result(List.of("orders: only the primary has: key k (k)")).json())
                .startsWith("{\"identical\":false,");
    }

    private static DemoResult result(List<String> structure) {
        return new DemoResult(
                new ComparisonResult(structure, List.of(ORDERS, CLICKS)),
                new Throughput(50_000, 2.5),
                new Throughput(5_000, 0.4),
                Latencies.of(List.of(1_250_000L, 2_000_000L)),
                12.345,
                600);
    }
}
