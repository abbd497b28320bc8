package io.binlogreplica.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a piece of work took.
 *
 * @param count rows or changes
 * @param cpuSeconds processor time by process
 */
record Measurement(String name, long count, double seconds, Map<String, Double> cpuSeconds) {

    double perSecond() {
        return count / seconds;
    }

    /** One line: the rate, and microseconds of processor time a row by process. */
    String line() {
        String cpu = cpuSeconds.entrySet().stream()
                .filter(process -> process.getValue() * 1e6 / count >= 0.05)
                .map(process ->
                        String.format(Locale.ROOT, "%s %.1f", process.getKey(), process.getValue() * 1e6 / count))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%-44s %,10.0f /s  %6.1f s   us/row: %s", name, perSecond(), seconds, cpu);
    }
}
