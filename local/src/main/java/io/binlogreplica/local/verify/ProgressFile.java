package io.binlogreplica.local.verify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.binlogreplica.record.TableId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Notes which tables are done and how far others are, so that a verification that is ended goes on from there. */
final class ProgressFile {

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /**
     * A table that is done in part.
     *
     * @param definition tells whether the table is still the same
     * @param after the last key that was compared; null for none
     */
    record Part(
            int definition, @Nullable List<String> after, long primaryRows, long replicaRows, List<Finding> findings) {}

    /** What is in the file. */
    record Content(String servers, Map<String, Part> parts, Map<String, TableVerdict> done) {}

    private final @Nullable Path file;
    private final Content content;

    private ProgressFile(@Nullable Path file, Content content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Reads what an earlier run noted.
     *
     * @param file null for none
     * @param servers which two; a file of others is refused
     */
    static ProgressFile open(@Nullable Path file, String servers) {
        var empty = new Content(servers, new TreeMap<>(), new TreeMap<>());
        if (file == null || !Files.exists(file)) {
            return new ProgressFile(file, empty);
        }
        try {
            Content content = JSON.readValue(file.toFile(), Content.class);
            if (!content.servers.equals(servers)) {
                throw new IllegalArgumentException(file + " has the progress of other servers: " + content.servers
                        + ", not " + servers + "; delete it, or name another file");
            }
            return new ProgressFile(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read as a verification's progress; delete it", e);
        }
    }

    @Nullable
    TableVerdict done(TableId table) {
        return content.done.get(table.toString());
    }

    /** Null when there is none, or the table was changed. */
    @Nullable
    Part part(TableId table, int definition) {
        Part part = content.parts.get(table.toString());
        return part == null || part.definition != definition ? null : part;
    }

    void note(TableId table, Part part) {
        content.parts.put(table.toString(), part);
        write();
    }

    void note(TableVerdict verdict) {
        content.parts.remove(verdict.table().toString());
        content.done.put(verdict.table().toString(), verdict);
        write();
    }

    /** The verification is complete; the next one begins anew. */
    void delete() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        if (file == null) {
            return;
        }
        Path absolute = file.toAbsolutePath();
        Path next = absolute.resolveSibling(absolute.getFileName() + ".next");
        try {
            JSON.writeValue(next.toFile(), content);
            Files.move(next, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("progress cannot be noted in " + file, e);
        }
    }
}
