package io.binlogreplica.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

    /** {@code -Dupdate.docs=true} writes it anew. */
    @Test
    void thePageSaysWhatIsMeasured() throws Exception {
        Path page = Path.of(System.getProperty("basedir", "."), "../docs/metrics.md");
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(page, Metric.page());
        }
        assertThat(page).content().isEqualTo(Metric.page());
    }
}
