package io.binlogreplica.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
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
    /** Those whose names a task still has that this one follows. */
    private final Map<Key, LongSupplier> waiting = new HashMap<>();

    private volatile boolean anyWaiting;

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
        var key = new Key(metric, List.of(tagValues));
        if (!registrations.containsKey(key)) {
            register(key, value);
        }
    }

    /**
     * Tries again to show what could not be shown: Connect starts a task anew although the one before it has not ended, when that one takes
     * longer to stop than {@code task.shutdown.graceful.timeout.ms}, and until then its metrics have the same names. Costs next to nothing.
     */
    public final void showWaiting() {
        if (anyWaiting) {
            synchronized (this) {
                Map.copyOf(waiting).forEach(this::register);
            }
        }
    }

    private void register(Key key, LongSupplier value) {
        var tags = new LinkedHashMap<String, String>();
        for (int i = 0; i < key.tagValues.size(); i++) {
            tags.put(key.metric.tags().get(i), key.tagValues.get(i));
        }
        Registration registration = register(key.metric, tags, value);
        if (registration == null) {
            waiting.put(key, value);
        } else {
            waiting.remove(key);
            registrations.put(key, registration);
        }
        anyWaiting = !waiting.isEmpty();
    }

    /** Forgets a value. */
    public final synchronized void hide(Metric metric, String... tagValues) {
        var key = new Key(metric, List.of(tagValues));
        waiting.remove(key);
        Registration registration = registrations.remove(key);
        if (registration != null) {
            registration.remove();
        }
    }

    /** Null when another task has a metric of that name. */
    abstract @Nullable Registration register(Metric metric, Map<String, String> tags, LongSupplier value);

    @Override
    public final synchronized void close() {
        registrations.values().forEach(Registration::remove);
        registrations.clear();
        waiting.clear();
    }
}
