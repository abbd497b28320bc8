package io.binlogreplica.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder of program files that is made once and kept, whoever asks for it first. */
final class UnpackedFolder {

    /** Puts the files into an empty folder. */
    interface Unpacking {
        void into(Path folder) throws IOException;
    }

    private UnpackedFolder() {}

    /**
     * That folder below {@code cache}. It is made aside, then renamed, so that processes doing so at the same time never see half
     * of it; the first one wins.
     *
     * @param megabytes what it needs on the disk
     */
    static Path in(Path cache, String name, int megabytes, Unpacking unpacking) {
        Path target = cache.resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        try {
            Files.createDirectories(cache);
            Path aside = Files.createTempDirectory(cache, "unpacking-");
            try {
                unpacking.into(aside);
                rename(aside, target);
            } finally {
                FolderTree.delete(aside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    name + " could not be unpacked into " + cache + " (it needs " + megabytes + " MB there)", e);
        }
        return target;
    }

    private static void rename(Path aside, Path target) throws IOException {
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // the other one was first: "Directory not empty" has no exception of its own here
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }
}
