package io.binlogreplica.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugins' zips have the layout of plugin hubs, say what is in them, and do not tell when and where they were built. */
class PluginZipsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int END_OF_DIRECTORY_BYTES = 22;
    private static final int DIRECTORY_ENTRY_BYTES = 46;

    @ParameterizedTest
    @ValueSource(strings = {"connector-source", "connector-sink"})
    void haveTheLayoutOfHubs(String module) throws Exception {
        Path zip = zip(module);
        String root = zip.getFileName().toString().replaceFirst("\\.zip$", "");
        Map<String, byte[]> files = files(zip);
        assertThat(files.keySet()).allSatisfy(name -> assertThat(name).startsWith(root + "/"));
        assertThat(files)
                .containsKeys(
                        root + "/doc/README.md",
                        root + "/doc/LICENSE",
                        root + "/doc/dependencies.md",
                        root + "/doc/sbom.cdx.json",
                        root + "/etc/" + module.replace("connector-", "") + ".json");
        JsonNode manifest = JSON.readTree(files.get(root + "/manifest.json"));
        assertThat(root)
                .isEqualTo(manifest.at("/owner/username").asText() + "-"
                        + manifest.get("name").asText() + "-"
                        + manifest.get("version").asText());
        for (String key : List.of("title", "description", "component_types", "license", "requirements")) {
            assertThat(manifest.get(key).toString()).as(key).hasSizeGreaterThan(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connector-source", "connector-sink"})
    void listEveryJarWithItsHashAndLicense(String module) throws Exception {
        var shipped = new TreeMap<String, String>();
        JsonNode sbom = null;
        for (Map.Entry<String, byte[]> file : files(zip(module)).entrySet()) {
            String name = file.getKey();
            if (name.endsWith("/sbom.cdx.json")) {
                sbom = JSON.readTree(file.getValue());
            } else if (name.endsWith(".jar") && !name.contains("/" + module + "-")) {
                shipped.put(name.substring(name.lastIndexOf('/') + 1), sha256(file.getValue()));
            }
        }
        assertThat(sbom).isNotNull();
        var listed = new TreeMap<String, String>();
        for (JsonNode component : sbom.get("components")) {
            String jar = component.get("name").asText() + "-"
                    + component.get("version").asText() + ".jar";
            assertThat(component.get("licenses")).as(jar).isNotEmpty();
            for (JsonNode hash : component.get("hashes")) {
                if (hash.get("alg").asText().equals("SHA-256")) {
                    listed.put(jar, hash.get("content").asText());
                }
            }
        }
        assertThat(listed).isNotEmpty().isEqualTo(shipped);
        assertThat(sbom.at("/metadata/component/name").asText()).isEqualTo(module);
        assertThat(sbom.at("/metadata/timestamp").isMissingNode()).isTrue();
    }

    /** As {@code .ci/reproducible} shows by building twice. */
    @ParameterizedTest
    @ValueSource(strings = {"connector-source", "connector-sink"})
    void haveOneTimeAndNothingOfTheMachine(String module) throws Exception {
        Path zip = zip(module);
        LocalDateTime built = built();
        for (ZipEntry entry : entries(Files.readAllBytes(zip))) {
            assertThat(entry.getTimeLocal()).as(entry.getName()).isEqualTo(built);
        }
        for (Map.Entry<String, byte[]> file : files(zip).entrySet()) {
            if (file.getKey().matches(".*/connector-[^/]*\\.jar")) {
                List<ZipEntry> classes = entries(file.getValue());
                assertThat(classes).isNotEmpty();
                for (ZipEntry entry : classes) {
                    assertThat(entry.getTimeLocal()).as(entry.getName()).isEqualTo(built);
                }
            }
        }
        Map<String, Integer> modes = modes(zip);
        assertThat(modes).isNotEmpty();
        modes.forEach((name, mode) ->
                assertThat(Integer.toOctalString(mode)).as(name).isEqualTo(name.endsWith("/") ? "40755" : "100644"));
    }

    private static Path zip(String module) throws IOException {
        try (var found =
                Files.newDirectoryStream(EndToEnd.PROJECT.resolve(module).resolve("target"), "binlogreplica-*.zip")) {
            var zips = new ArrayList<Path>();
            found.forEach(zips::add);
            assertThat(zips).hasSize(1);
            return zips.get(0);
        }
    }

    private static LocalDateTime built() throws IOException {
        Matcher said = Pattern.compile("<project.build.outputTimestamp>(.*)Z</project.build.outputTimestamp>")
                .matcher(Files.readString(EndToEnd.PROJECT.resolve("pom.xml")));
        assertThat(said.find()).isTrue();
        return LocalDateTime.parse(said.group(1));
    }

    private static Map<String, byte[]> files(Path zip) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        try (var in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return files;
    }

    /** Of files and folders, as the zip's directory has them: Java's own classes do not tell. */
    private static Map<String, Integer> modes(Path zip) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(zip)).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.limit() - END_OF_DIRECTORY_BYTES;
        int at = bytes.getInt(end + 16);
        var modes = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < bytes.getShort(end + 10); i++) {
            int nameLength = bytes.getShort(at + 28);
            String name = new String(bytes.array(), at + DIRECTORY_ENTRY_BYTES, nameLength, StandardCharsets.UTF_8);
            modes.put(name, bytes.getInt(at + 38) >>> 16);
            at += DIRECTORY_ENTRY_BYTES + nameLength + bytes.getShort(at + 30) + bytes.getShort(at + 32);
        }
        return modes;
    }

    private static List<ZipEntry> entries(byte[] zip) throws IOException {
        var entries = new ArrayList<ZipEntry>();
        try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
