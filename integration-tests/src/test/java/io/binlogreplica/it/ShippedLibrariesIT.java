package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/dependencies.md} lists every jar that the plugins ship, with its license. */
class ShippedLibrariesIT {

    @Test
    void everyLibraryIsListedWithItsLicense() throws Exception {
        var shipped = new TreeSet<String>();
        for (String module : List.of("connector-source", "connector-sink")) {
            try (Stream<Path> files =
                    Files.walk(EndToEnd.PROJECT.resolve(module).resolve("target/plugin"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".jar") && !name.startsWith("connector-"))
                        .forEach(shipped::add);
            }
        }
        assertThat(shipped).isNotEmpty();
        assertThat(Pattern.compile("(?m)^\\| `(.*\\.jar)` \\| [A-Za-z]+-\\S+ \\| .+ \\|$")
                        .matcher(Files.readString(EndToEnd.PROJECT.resolve("docs/dependencies.md")))
                        .results()
                        .map(line -> line.group(1)))
                .containsExactlyInAnyOrderElementsOf(shipped);
    }
}
