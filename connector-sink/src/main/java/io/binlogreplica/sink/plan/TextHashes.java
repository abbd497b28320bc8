package io.binlogreplica.sink.plan;

import io.binlogreplica.record.ColumnType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the texts of one batch, the same for texts that their collation takes for equal. Texts of plain ASCII are folded here;
 * where a batch has others, the server is asked what each text weighs.
 */
final class TextHashes {

    /**
     * Collations under which two texts of printable ASCII are equal only if they are after folding case and cutting trailing spaces.
     * Others fold more (Swedish v and w, Lithuanian i and y).
     */
    private static final Pattern PLAIN_COLLATION = Pattern.compile(
            ".*_bin|binary|.*_general_ci|.*_general_cs|.*_unicode_ci|.*_unicode_520_ci|.*_0900_.*|.*_uca1400_(nopad_)?a[is]_c[is]"
                    + "|latin1_swedish_ci|.*_nopad_bin");

    /** MySQL names collations of languages {@code utf8mb4_sv_0900_ai_ci}. */
    private static final Pattern LANGUAGE_COLLATION = Pattern.compile("utf8mb4_[a-z]{2,3}(_[a-z]+)?_0900_.*");

    /** For a batch of plain texts only. */
    static final TextHashes PLAIN = new TextHashes(null);

    private final @Nullable Map<Collation, Map<String, Long>> weights;

    private record Collation(String charset, String name) {}

    private TextHashes(@Nullable Map<Collation, Map<String, Long>> weights) {
        this.weights = weights;
    }

    /** Takes the texts of a batch. */
    static final class Collector {

        private final Map<Collation, Set<String>> texts = new HashMap<>();
        private boolean plain = true;

        void add(ColumnType type, String text) {
            Collation collation = collation(type);
            if (collation != null) {
                plain = plain && plainHash(collation, text) != null;
                texts.computeIfAbsent(collation, c -> new LinkedHashSet<>()).add(trimmed(text));
            }
        }

        /** What the texts' hashes are. */
        TextHashes hashes(Weights server) throws SQLException {
            if (plain) {
                return PLAIN;
            }
            var weights = new HashMap<Collation, Map<String, Long>>();
            for (Map.Entry<Collation, Set<String>> ofCollation : texts.entrySet()) {
                Collation collation = ofCollation.getKey();
                List<String> weighed = new ArrayList<>();
                for (String text : ofCollation.getValue()) {
                    if (text.chars().allMatch(TextHashes::hasWeight)) {
                        weighed.add(text);
                    }
                }
                weights.put(collation, server.of(collation.charset, collation.name, weighed));
            }
            return new TextHashes(weights);
        }
    }

    /** Whether equal texts have the same number there and here. */
    boolean isComparableWith(TextHashes other) {
        return (weights == null) == (other.weights == null);
    }

    /** Null when it is not known what the text is equal to. */
    @Nullable
    Long hash(ColumnType type, String text) {
        Collation collation = collation(type);
        if (collation == null) {
            return null;
        }
        if (weights == null) {
            return plainHash(collation, text);
        }
        Map<String, Long> ofCollation = weights.get(collation);
        return ofCollation == null ? null : ofCollation.get(trimmed(text));
    }

    private static @Nullable Collation collation(ColumnType type) {
        String charset = type.charset();
        String collation = type.collation();
        return charset == null || collation == null ? null : new Collation(charset, collation);
    }

    /**
     * Whether a character counts in every comparison, so that a space before it is none at the end, which collations may leave out.
     */
    private static boolean hasWeight(int character) {
        return character < 0x80
                ? character >= ' ' && character <= '~'
                : character < Character.MIN_SURROGATE && Character.isLetterOrDigit(character);
    }

    private static @Nullable Long plainHash(Collation collation, String text) {
        if (!PLAIN_COLLATION.matcher(collation.name).matches()
                || LANGUAGE_COLLATION.matcher(collation.name).matches()) {
            return null;
        }
        String compared = trimmed(text);
        boolean binary = collation.name.endsWith("_bin");
        for (int i = 0; i < compared.length() && !binary; i++) {
            char c = compared.charAt(i);
            if (c < ' ' || c > '~') {
                return null;
            }
        }
        return stringHash(binary ? compared : compared.toLowerCase(Locale.ROOT));
    }

    private static String trimmed(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static long stringHash(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = hash * 1_099_511_628_211L ^ text.charAt(i);
        }
        return hash;
    }
}
