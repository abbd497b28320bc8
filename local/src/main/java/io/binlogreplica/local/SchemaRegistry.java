package io.binlogreplica.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A schema registry in a child process, on a loopback port and with everything in memory. It is Apicurio's, which understands Confluent's
 * requests too.
 */
public final class SchemaRegistry implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(150);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int HEAP_MEGABYTES = 384;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port = LoopbackPorts.free();
    private final ChildProcess process;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private SchemaRegistry(Path directory, Path program) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=" + LoopbackPorts.HOST,
                "-Dquarkus.http.port=" + port,
                "-jar",
                jar(program).toString());
        process = ChildProcess.start(
                "schema registry (port " + port + ")", command, directory, directory.resolve("registry.log"));
    }

    /**
     * Starts one, and waits for nothing: {@link #awaitReady} does.
     *
     * @param directory for its log
     * @param program the unpacked archive of {@code apicurio-registry-app}
     */
    public static SchemaRegistry start(Path directory, Path program) {
        return new SchemaRegistry(directory.toAbsolutePath(), program.toAbsolutePath());
    }

    public void awaitReady() {
        process.awaitReady(this::answers, START_LIMIT);
    }

    @Override
    public void close() {
        process.stop(STOP_LIMIT);
    }

    /** What Confluent's clients take for {@code schema.registry.url}. */
    public String confluentUrl() {
        return address() + "/apis/ccompat/v7";
    }

    /** What Apicurio's clients take for {@code apicurio.registry.url}. */
    public String apicurioUrl() {
        return address() + "/apis/registry/v2";
    }

    public List<String> subjects() {
        return JSON.convertValue(send("GET", "/subjects", ""), new TypeReference<List<String>>() {});
    }

    /** The numbers of a subject's versions. */
    public List<Integer> versions(String subject) {
        return JSON.convertValue(
                send("GET", "/subjects/" + encoded(subject) + "/versions", ""), new TypeReference<List<Integer>>() {});
    }

    /** Says what new versions are to be compatible with: {@code BACKWARD}, {@code NONE}. */
    public void setCompatibility(String level) {
        send("PUT", "/config", json(Map.of("compatibility", level)));
    }

    private String address() {
        return "http://" + LoopbackPorts.HOST + ":" + port;
    }

    private boolean answers() {
        try {
            return exchange("GET", "/subjects", "").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private JsonNode send(String method, String path, String body) {
        try {
            HttpResponse<String> answer = exchange(method, path, body);
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(method + " " + confluentUrl() + path + " was answered with "
                        + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + confluentUrl() + path + " had no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + method + " " + confluentUrl() + path, e);
        }
    }

    private HttpResponse<String> exchange(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(confluentUrl() + path))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static String json(Map<String, String> body) {
        return JSON.valueToTree(body).toString();
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Path jar(Path program) {
        try (Stream<Path> files = Files.list(program)) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(program + " has no *-runner.jar"));
        } catch (IOException e) {
            throw new UncheckedIOException("no schema registry in " + program, e);
        }
    }
}
