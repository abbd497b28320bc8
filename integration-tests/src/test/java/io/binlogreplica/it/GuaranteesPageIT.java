package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/guarantees.md} promises what tests show, and the tests leave out no hazard. */
class GuaranteesPageIT {

    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));
    private static final Path DOCS = PROJECT.resolve("docs");

    /** {@code [Class.method][Class]}. */
    private static final Pattern LINK = Pattern.compile("\\[(\\w+)\\.(\\w+)]\\[(\\w+)]");

    private static final Pattern TARGET = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");
    /** In a comment, or in a test's title. */
    private static final Pattern NAMED = Pattern.compile("\\b([FUOKT]\\d{1,2})\\b");

    private static final Pattern NAMED_BY_METHOD = Pattern.compile("void ([fuokt]\\d{1,2})[A-Z]");

    @Test
    void eachTestThatIsLinkedIsThere() throws IOException {
        String page = Files.readString(DOCS.resolve("guarantees.md"));
        Map<String, String> sources = new TreeMap<>();
        for (MatchResult target : TARGET.matcher(page).results().toList()) {
            assertThat(DOCS.resolve(target.group(2))).as(target.group()).exists();
            sources.put(target.group(1), Files.readString(DOCS.resolve(target.group(2))));
        }
        Set<String> linked = new TreeSet<>();
        for (MatchResult link : LINK.matcher(page).results().toList()) {
            assertThat(link.group(3)).as(link.group()).isEqualTo(link.group(1));
            assertThat(sources).as(link.group()).containsKey(link.group(1));
            assertThat(sources.get(link.group(1))).as(link.group()).contains("void " + link.group(2) + "(");
            linked.add(link.group(1));
        }
        assertThat(linked).isNotEmpty().isEqualTo(sources.keySet());
    }

    @Test
    void eachSentenceHasALink() throws IOException {
        assertThat(Files.readString(DOCS.resolve("guarantees.md"))
                        .lines()
                        .filter(line -> line.startsWith("| ") && !line.endsWith("Shown by |")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).containsPattern(LINK));
    }

    @Test
    void eachHazardHasATest() throws IOException {
        Set<String> named = new TreeSet<>();
        tests().map(GuaranteesPageIT::text)
                .flatMap(String::lines)
                .filter(line -> line.matches(" *(/?\\*\\*? .*|Hazard\\.of\\(.*|void .*)"))
                .forEach(line -> {
                    NAMED.matcher(line).results().forEach(match -> named.add(match.group(1)));
                    NAMED_BY_METHOD
                            .matcher(line)
                            .results()
                            .forEach(match -> named.add(match.group(1).toUpperCase(Locale.ROOT)));
                });
        assertThat(named).containsAll(hazards());
    }

    private static Stream<Path> tests() throws IOException {
        var tests = new ArrayList<Path>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.map(path -> path.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                            .forEach(tests::add);
                }
            }
        }
        return tests.stream();
    }

    private static Set<String> hazards() {
        return Map.of("F", 6, "U", 6, "O", 2, "K", 20, "T", 14).entrySet().stream()
                .flatMap(kind -> IntStream.rangeClosed(1, kind.getValue()).mapToObj(i -> kind.getKey() + i))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
