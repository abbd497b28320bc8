package io.binlogreplica.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder for the time of a demonstration, or one that is kept. */
record Throwaway(Path directory, boolean kept) implements AutoCloseable {

    /**
     * A folder.
     *
     * @param keep null for one that is removed in the end; otherwise one that must have nothing in it yet
     */
    static Throwaway create(@Nullable Path keep) throws IOException {
        if (keep == null) {
            return new Throwaway(Files.createTempDirectory("binlog-replica-demo-"), false);
        }
        Path directory = Files.createDirectories(keep).toRealPath();
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new IOException(directory + " is not empty: name another folder, or empty it");
            }
        }
        return new Throwaway(directory, true);
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            try {
                Files.delete(file);
            } catch (NoSuchFileException e) {
                // a process that was just stopped has removed it itself
            }
        }
    }
}
