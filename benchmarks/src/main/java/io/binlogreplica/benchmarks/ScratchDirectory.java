package io.binlogreplica.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for the data of one benchmark, which goes with it. */
final class ScratchDirectory implements AutoCloseable {

    private final Path path;

    ScratchDirectory() throws IOException {
        path = Files.createTempDirectory("binlog-replica-benchmark");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(path)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.delete(file);
        }
    }
}
