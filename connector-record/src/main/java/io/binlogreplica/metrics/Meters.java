package io.binlogreplica.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a task's metrics known, and forgets them when it is closed. */
public abstract class Meters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Meters.class);

    /** Makes the meters of a worker that takes a plugin's metrics. */
    @FunctionalInterface
    public interface OfWorker {

        /** Fails with a {@link LinkageError} on a worker that does not know them. */
        Meters make();
    }

    /** Something that can be forgotten again. */
    interface Registration {
        void remove();
    }

    /** A metric with the values of its tags. */
    private record Key(Metric metric, List<String> tagValues) {}

    private final Map<Key, Registration> registrations = new HashMap<>();

    /**
     * Meters of the worker if it takes any, else of JMX.
     *
     * @param connector its name
     */
    public static Meters of(OfWorker ofWorker, String connector) {
        try {
            return ofWorker.make();
        } catch (LinkageError e) {
            log.info("This worker takes no metrics of connectors; they are in JMX only");
            log.debug("Connect before 4.1", e);
            return new JmxMeters(connector);
        }
    }

    /**
     * Has a value be asked for whenever somebody looks; by any thread. Does nothing when it is known already.
     *
     * @param tagValues in the order of the metric's tags
     */
    public final synchronized void show(Metric metric, LongSupplier value, String... tagValues) {
        if (tagValues.length != metric.tags().size()) {
            throw new IllegalArgumentException(metric + " has the tags " + metric.tags());
        }
        registrations.computeIfAbsent(new Key(metric, List.of(tagValues)), key -> {
            var tags = new LinkedHashMap<String, String>();
            for (int i = 0; i < tagValues.length; i++) {
                tags.put(metric.tags().get(i), tagValues[i]);
            }
            return register(metric, tags, value);
        });
    }

    /** Forgets a value. */
    public final synchronized void hide(Metric metric, String... tagValues) {
        Registration registration = registrations.remove(new Key(metric, List.of(tagValues)));
        if (registration != null) {
            registration.remove();
        }
    }

    abstract Registration register(Metric metric, Map<String, String> tags, LongSupplier value);

    @Override
    public final synchronized void close() {
        registrations.values().forEach(Registration::remove);
        registrations.clear();
    }
}
