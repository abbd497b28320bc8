package io.binlogreplica.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that writes to a log file and does not outlive this JVM: what still runs when the JVM exits is stopped, the last
 * started first. Only a JVM that is killed leaves its children behind. Ctrl-C, which a terminal sends to the children too, is left
 * to this JVM, so that they end in that order.
 */
final class ChildProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration END_AFTER_KILL = Duration.ofSeconds(10);
    private static final Duration END_AT_EXIT = Duration.ofSeconds(10);
    private static final List<String> DEAF_TO_INTERRUPTS = List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");
    private static final int TAIL_LINES = 25;
    private static final int TAIL_BYTES = 8_192;

    /** Those neither stopped nor killed, the last started first. Guarded by itself. */
    private static final Deque<ChildProcess> RUNNING = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::stopAll, "stop-child-processes"));
    }

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param name for messages: what the process is to a person
     * @param directory its working directory; made when missing
     * @param log where its output goes, behind what is there
     */
    static ChildProcess start(String name, List<String> command, Path directory, Path log) {
        return start(name, command, Map.of(), directory, log);
    }

    /** Likewise, with more variables in its environment than this JVM has. */
    static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path directory, Path log) {
        return start(name, command, environment, directory, log, new File("/dev/null"));
    }

    /** Runs a process that ends by itself; fails when it does not, or ends with anything but 0. */
    static void run(String name, List<String> command, Path directory, Path log, File input, Duration limit) {
        ChildProcess child = start(name, command, Map.of(), directory, log, input);
        if (!child.endsWithin(limit)) {
            child.kill();
            throw child.failure("did not end within " + limit.toSeconds() + " s");
        }
        child.forget();
        if (child.process.exitValue() != 0) {
            throw child.failure("ended with exit code " + child.process.exitValue());
        }
    }

    private static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path directory, Path log, File input) {
        var shielded = new ArrayList<>(DEAF_TO_INTERRUPTS);
        shielded.addAll(command);
        try {
            Files.createDirectories(directory);
            var builder = new ProcessBuilder(shielded)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(input);
            builder.environment().putAll(environment);
            Process process = builder.start();
            var child = new ChildProcess(name, process, log);
            synchronized (RUNNING) {
                RUNNING.addFirst(child);
            }
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be started: " + String.join(" ", command), e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    long pid() {
        return process.pid();
    }

    /** Processor time used so far, in user and in kernel mode. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Memory that is really in use; 0 when the process has ended. */
    long residentMegabytes() {
        return memoryMegabytes("VmRSS:");
    }

    /** The most memory that was ever in use; 0 when the process has ended. */
    long peakResidentMegabytes() {
        return memoryMegabytes("VmHWM:");
    }

    private long memoryMegabytes(String measure) {
        Path status = Path.of("/proc", Long.toString(pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(measure))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Waits until it is ready; kills it and fails when that takes longer than the limit, fails at once when the process ends. */
    void awaitReady(BooleanSupplier ready, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (endsWithin(LOOK_AGAIN)) {
                forget();
                throw failure("ended with exit code " + process.exitValue() + " before it was ready");
            }
            if (Thread.currentThread().isInterrupted()) {
                kill();
                throw new IllegalStateException("interrupted while waiting for " + name);
            }
            if (System.nanoTime() > end) {
                kill();
                throw failure("was not ready after " + limit.toSeconds() + " s and was killed");
            }
        }
    }

    /** Asks it to end (SIGTERM), and kills it when it has not after that time. */
    void stop(Duration limit) {
        process.destroy();
        if (endsWithin(limit)) {
            forget();
        } else {
            LOG.warn(
                    "{} (pid {}) did not end within {} s of SIGTERM and is killed; its log is {}",
                    name,
                    pid(),
                    limit.toSeconds(),
                    log);
            kill();
        }
    }

    /** Ends it without notice (SIGKILL). */
    void kill() {
        process.destroyForcibly();
        if (!endsWithin(END_AFTER_KILL)) {
            LOG.warn("{} (pid {}) is still there {} s after SIGKILL", name, pid(), END_AFTER_KILL.toSeconds());
        }
        forget();
    }

    private void forget() {
        synchronized (RUNNING) {
            RUNNING.remove(this);
        }
    }

    /** False too when the thread is interrupted; the flag stays set. */
    private boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(
                name + " (pid " + pid() + ") " + what + ". The end of its log " + log + ":\n" + tail(log));
    }

    private static String tail(Path log) {
        try (var channel = Files.newByteChannel(log, StandardOpenOption.READ)) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // read on until the end of the file
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            List<String> lines = text.lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(can't be read: " + e + ")";
        }
    }

    private static void stopAll() {
        while (true) {
            ChildProcess child;
            synchronized (RUNNING) {
                child = RUNNING.peekFirst();
            }
            if (child == null) {
                return;
            }
            child.stop(END_AT_EXIT);
        }
    }
}
