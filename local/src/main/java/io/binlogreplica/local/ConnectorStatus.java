package io.binlogreplica.local;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a Connect cluster says of a connector and its tasks.
 *
 * @param connector the state of the connector itself
 * @param tasks the states of its tasks; none before they were made, and while it is stopped
 */
public record ConnectorStatus(Part connector, List<Part> tasks) {

    private static final Pattern LOST_TRANSACTION =
            Pattern.compile("InvalidTxnStateException|ProducerFencedException|InvalidProducerEpochException");

    /**
     * A connector or one of its tasks.
     *
     * @param name {@code connector}, or {@code task 0}
     * @param trace the stack trace with which it failed; empty when it has not
     */
    public record Part(String name, State state, String worker, String trace) {

        @Override
        public String toString() {
            return name + " is " + state + " on " + worker + (trace.isEmpty() ? "" : ":\n" + trace);
        }
    }

    /** The states of Connect, by its own names. */
    public enum State {
        UNASSIGNED,
        RUNNING,
        PAUSED,
        STOPPED,
        FAILED,
        RESTARTING,
        DESTROYED
    }

    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /** Whether the connector and all tasks, of which there is at least one, run. */
    public boolean isRunning() {
        return !tasks.isEmpty() && parts().allMatch(part -> part.state() == State.RUNNING);
    }

    public boolean hasFailed() {
        return parts().anyMatch(part -> part.state() == State.FAILED);
    }

    /** The part to look at first: one that has failed, else one that does not run; the connector itself when all run. */
    public Part worst() {
        return parts().filter(part -> part.state() == State.FAILED)
                .findFirst()
                .or(() -> parts().filter(part -> part.state() != State.RUNNING).findFirst())
                .orElse(connector);
    }

    /**
     * Whether it has failed because the broker would not go on with a Kafka transaction: it took too long, or the producer's end of it
     * overtook its records, as clients of Kafka 4 do now and then on a busy machine. A restart goes on where the last transaction ended.
     */
    public boolean hasLostKafkaTransaction() {
        return parts().filter(part -> part.state() == State.FAILED)
                .anyMatch(part -> LOST_TRANSACTION.matcher(part.trace()).find());
    }

    private Stream<Part> parts() {
        return Stream.concat(Stream.of(connector), tasks.stream());
    }

    @Override
    public String toString() {
        return parts().map(Part::toString).collect(Collectors.joining("\n"));
    }
}
