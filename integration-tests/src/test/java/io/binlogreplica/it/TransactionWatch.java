package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.binlogreplica.it.Topics.Message;
import io.binlogreplica.local.Pipeline;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Reads the ordered topic with {@code read_committed} all the while, and looks, each time that it has come to the end, whether all
 * transactions of the primary that it has seen are whole, in order, and there once.
 */
final class TransactionWatch implements AutoCloseable {

    private final Set<String> seen = new HashSet<>();
    private final CompletableFuture<Void> reading;
    private volatile boolean stopped;
    private int ofSeveralRows;
    private String open = "";
    private long rows;
    private long lastOrder;

    TransactionWatch(Pipeline pipeline) {
        var topics = new Topics(pipeline);
        await().atMost(EndToEnd.LIMIT).until(() -> topics.names().contains(Pipeline.CHANGES_TOPIC));
        this.reading = CompletableFuture.runAsync(() -> read(topics));
    }

    /** How many transactions of more than one row there were. Ends the reading, at the topic's end. */
    int transactionsOfSeveralRows() throws Exception {
        stopped = true;
        try {
            reading.orTimeout(1, TimeUnit.MINUTES).join();
        } catch (CompletionException e) {
            throw new AssertionError(e.getCause());
        }
        return ofSeveralRows;
    }

    private void read(Topics topics) {
        try (Topics.Follower topic = topics.follow(Pipeline.CHANGES_TOPIC)) {
            boolean last;
            do {
                last = stopped;
                topic.readToEnd(this::add);
                assertThat(open)
                        .as("a transaction of which %d rows are there", rows)
                        .isEmpty();
            } while (!last);
        }
    }

    private void add(Message message) {
        String id = message.value().path("transaction").path("id").asText("");
        if (id.isEmpty()) {
            return;
        }
        if (!id.equals(open)) {
            assertThat(open)
                    .as("a transaction that ends without its end, before %s", id)
                    .isEmpty();
            assertThat(seen.add(id)).as("transaction %s comes once", id).isTrue();
            open = id;
            rows = 0;
            lastOrder = 0;
        }
        long order = message.value().path("transaction").path("total_order").asLong();
        assertThat(order).as("row of transaction %s", id).isGreaterThan(lastOrder);
        rows++;
        lastOrder = order;
        if (message.value().path("replica").path("last").asBoolean()) {
            open = "";
            // rows of tables whose copy is not begun are left out, and counted
            ofSeveralRows += rows > 1 && rows == order ? 1 : 0;
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
