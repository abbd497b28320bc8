package io.binlogreplica.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.binlogreplica.local.ConnectorStatus.Part;
import io.binlogreplica.local.ConnectorStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface of a Connect cluster, by way of any of its workers. Requests that a worker can't take because its cluster is
 * rebalancing are repeated for a while.
 */
public final class ConnectRest {

    /** Longer than Connect's own limit of 90 s, so that its reason arrives. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(100);

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(2);
    private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(60);
    private static final int LOOK_AGAIN_MILLIS = 100;

    /** A failed task shows its old state for a moment after it was told to start again. */
    private static final Duration FAILURE_STANDS = Duration.ofSeconds(10);

    private static final int CONFLICT = 409;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI worker;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /**
     * A client of that worker.
     *
     * @param worker {@code http://HOST:PORT}
     */
    public ConnectRest(URI worker) {
        this.worker = worker;
    }

    /** Where the interface is: {@code http://HOST:PORT}. */
    public URI address() {
        return worker;
    }

    /** The version of Connect that answers. */
    public String version() {
        return send("GET", "/", null).path("version").asText();
    }

    /** Creates the connector as its file says; fails when there is one of that name. */
    public void create(ConnectorFile connector) {
        send("POST", "/connectors", connector);
    }

    /** The settings of a connector; none when there is no such connector. */
    public Map<String, String> config(String connector) {
        try {
            return JSON.convertValue(
                    send("GET", path(connector) + "/config", null), new TypeReference<Map<String, String>>() {});
        } catch (ConnectRestException e) {
            if (e.httpStatus() == ConnectRestException.NOT_FOUND) {
                return Map.of();
            }
            throw e;
        }
    }

    /** Creates the connector, or gives it another configuration. */
    public void putConfig(String connector, Map<String, String> config) {
        send("PUT", path(connector) + "/config", config);
    }

    /**
     * Has a configuration checked by the connector's class, without creating anything.
     *
     * @return the errors of each setting that has any
     */
    public Map<String, List<String>> validate(String connectorClass, Map<String, String> config) {
        var complete = new LinkedHashMap<>(config);
        complete.put("connector.class", connectorClass);
        JsonNode answer = send("PUT", "/connector-plugins/" + encoded(connectorClass) + "/config/validate", complete);
        var errors = new LinkedHashMap<String, List<String>>();
        for (JsonNode setting : answer.path("configs")) {
            var messages = new ArrayList<String>();
            setting.path("value").path("errors").forEach(message -> messages.add(message.asText()));
            if (!messages.isEmpty()) {
                errors.put(setting.path("value").path("name").asText(), messages);
            }
        }
        return errors;
    }

    /** The names of all connectors. */
    public List<String> connectors() {
        var names = new ArrayList<String>();
        send("GET", "/connectors", null).forEach(name -> names.add(name.asText()));
        return names;
    }

    public ConnectorStatus status(String connector) {
        JsonNode answer = send("GET", path(connector) + "/status", null);
        var tasks = new ArrayList<Part>();
        answer.path("tasks")
                .forEach(task -> tasks.add(part("task " + task.path("id").asInt(), task)));
        return new ConnectorStatus(part("connector", answer.path("connector")), tasks);
    }

    /** Waits until the connector and all its tasks run; fails when they do not in time, or have failed for good. */
    public void waitUntilRunning(String connector, Duration limit) {
        waitUntil(connector, "running", ConnectorStatus::isRunning, limit);
    }

    /**
     * Waits until its status is as wanted; fails when it is not in time, or a part of it has failed for good.
     *
     * @param wanted for the message: what the connector should be
     */
    public void waitUntil(String connector, String wanted, Predicate<ConnectorStatus> condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        long failedUntil = Long.MAX_VALUE;
        while (true) {
            String found;
            try {
                ConnectorStatus status = status(connector);
                if (condition.test(status)) {
                    return;
                }
                if (!status.hasFailed()) {
                    failedUntil = Long.MAX_VALUE;
                } else if (failedUntil == Long.MAX_VALUE) {
                    failedUntil = System.nanoTime() + FAILURE_STANDS.toNanos();
                }
                found = status.toString();
            } catch (ConnectRestException e) {
                // a new connector has no status yet
                found = e.getMessage();
            }
            long now = System.nanoTime();
            if (now > end || now > failedUntil) {
                throw new IllegalStateException("connector " + connector + " is not " + wanted
                        + (now > end ? " after " + limit.toSeconds() + " s" : "") + ": " + found);
            }
            pause();
        }
    }

    /** Asks it to pause, and waits for nothing: tasks finish what they are at. */
    public void pause(String connector) {
        send("PUT", path(connector) + "/pause", null);
    }

    /** Pauses it and waits until all its tasks stand still. */
    public void pause(String connector, Duration limit) {
        pause(connector);
        waitUntil(
                connector,
                "paused",
                status -> status.connector().state() == State.PAUSED
                        && status.tasks().stream().allMatch(task -> task.state() == State.PAUSED),
                limit);
    }

    public void resume(String connector) {
        send("PUT", path(connector) + "/resume", null);
    }

    /** Stops it and waits until it has no tasks: only then can its offsets be changed. */
    public void stop(String connector, Duration limit) {
        send("PUT", path(connector) + "/stop", null);
        waitUntil(
                connector,
                "stopped",
                status -> status.connector().state() == State.STOPPED
                        && status.tasks().isEmpty(),
                limit);
    }

    /** Restarts the connector and all its tasks. */
    public void restart(String connector) {
        send("POST", path(connector) + "/restart?includeTasks=true&onlyFailed=false", null);
    }

    /** Restarts what of the connector has failed. */
    public void restartFailed(String connector) {
        send("POST", path(connector) + "/restart?includeTasks=true&onlyFailed=true", null);
    }

    public void delete(String connector) {
        send("DELETE", path(connector), null);
    }

    public List<ConnectorOffset> offsets(String connector) {
        var offsets = new ArrayList<ConnectorOffset>();
        for (JsonNode offset : send("GET", path(connector) + "/offsets", null).path("offsets")) {
            offsets.add(new ConnectorOffset(
                    (ObjectNode) offset.get("partition"),
                    offset.get("offset") instanceof ObjectNode position ? position : null));
        }
        return offsets;
    }

    /** Changes offsets of a stopped connector; partitions that are not named stay as they are. */
    public void patchOffsets(String connector, List<ConnectorOffset> offsets) {
        ObjectNode body = JSON.createObjectNode();
        var list = body.putArray("offsets");
        for (ConnectorOffset offset : offsets) {
            ObjectNode entry = list.addObject();
            entry.set("partition", offset.partition());
            entry.set("offset", offset.offset() == null ? NullNode.getInstance() : offset.offset());
        }
        send("PATCH", path(connector) + "/offsets", body);
    }

    /** Forgets all offsets of a stopped connector. */
    public void deleteOffsets(String connector) {
        send("DELETE", path(connector) + "/offsets", null);
    }

    /** Whether the worker is up and has joined its cluster. */
    boolean isReady() {
        try {
            var request = HttpRequest.newBuilder(worker.resolve("/health")).timeout(HEALTH_LIMIT);
            return http.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Part part(String name, JsonNode status) {
        return new Part(
                name,
                State.valueOf(status.path("state").asText()),
                status.path("worker_id").asText(),
                status.path("trace").asText());
    }

    private static String path(String connector) {
        return "/connectors/" + encoded(connector);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode send(String method, String path, @Nullable Object body) {
        long end = System.nanoTime() + REBALANCE_LIMIT.toNanos();
        HttpResponse<String> response = sendOnce(method, path, body);
        while (response.statusCode() == CONFLICT && System.nanoTime() < end) {
            pause();
            response = sendOnce(method, path, body);
        }
        try {
            if (response.statusCode() >= 300) {
                throw new ConnectRestException(
                        response.statusCode(),
                        method + " " + worker + path + " was answered with " + response.statusCode() + ": "
                                + response.body());
            }
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(method + " " + worker + path + " was answered with no JSON", e);
        }
    }

    private HttpResponse<String> sendOnce(String method, String path, @Nullable Object body) {
        try {
            var request = HttpRequest.newBuilder(worker.resolve(path))
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build();
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    method + " " + worker + path + " had no answer: does the worker run? Its log says more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method + " " + worker + path, e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a Connect worker", e);
        }
    }
}
