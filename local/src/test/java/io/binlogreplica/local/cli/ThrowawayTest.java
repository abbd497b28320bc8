package io.binlogreplica.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThrowawayTest {

    @TempDir
    Path directory;

    @Test
    void isRemovedWithAllThatIsInIt() throws IOException {
        Throwaway data = Throwaway.create(null);
        Files.writeString(
                Files.createDirectories(data.directory().resolve("a/b")).resolve("file"), "x");
        data.close();
        assertThat(data.directory()).doesNotExist();
    }

    @Test
    void isKeptWhenAFolderIsNamed() throws IOException {
        Path named = directory.resolve("new");
        try (Throwaway data = Throwaway.create(named)) {
            Files.writeString(data.directory().resolve("file"), "x");
        }
        assertThat(named.resolve("file")).exists();
    }

    @Test
    void takesNoFolderThatHasFiles() throws IOException {
        Files.writeString(directory.resolve("mine"), "x");
        assertThatThrownBy(() -> Throwaway.create(directory)).hasMessageContaining("is not empty");
        assertThat(directory.resolve("mine")).exists();
    }
}
