package io.binlogreplica.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Times a piece of work and the processor time that each process spends on it meanwhile. */
final class Meter {

    private final Map<String, DoubleSupplier> cpuSeconds = new LinkedHashMap<>();

    /**
     * One more process to watch.
     *
     * @param process its name in the results
     */
    void watch(String process, DoubleSupplier seconds) {
        cpuSeconds.put(process, seconds);
    }

    void forget(String process) {
        cpuSeconds.remove(process);
    }

    /** Work that ends when it is done. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Does the work once.
     *
     * @param count how many rows or changes it is
     */
    Measurement measure(String name, long count, Work work) throws Exception {
        Map<String, Double> before = read();
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        var spent = new LinkedHashMap<String, Double>();
        read().forEach((process, after) -> spent.put(process, after - before.getOrDefault(process, 0.0)));
        return new Measurement(name, count, seconds, spent);
    }

    private Map<String, Double> read() {
        var now = new LinkedHashMap<String, Double>();
        cpuSeconds.forEach((process, seconds) -> now.put(process, seconds.getAsDouble()));
        return now;
    }
}
