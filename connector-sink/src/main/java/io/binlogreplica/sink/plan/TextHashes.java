package io.binlogreplica.sink.plan;

import io.binlogreplica.record.ColumnType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the texts of one batch, the same for texts that their collation takes for equal. Texts of plain ASCII are folded here;
 * where a batch has others, the server is asked what each text weighs.
 */
final class TextHashes {

    /** It is not known what the text is equal to. */
    static final long UNKNOWN = Long.MIN_VALUE;

    /** For a batch of plain texts only. */
    static final TextHashes PLAIN = new TextHashes(null);

    private final @Nullable Map<Collation, Map<String, Long>> weights;

    private TextHashes(@Nullable Map<Collation, Map<String, Long>> weights) {
        this.weights = weights;
    }

    /**
     * How the texts of a column are compared.
     *
     * @param plain whether two texts of printable ASCII are equal only if they are after folding case and cutting trailing spaces.
     *     Some collations fold more (Swedish v and w, Lithuanian i and y).
     * @param binary whether two texts, whatever they have, are equal only if they are after cutting trailing spaces
     */
    record Collation(String charset, String name, boolean plain, boolean binary) {

        private static final Pattern PLAIN = Pattern.compile(
                ".*_bin|binary|.*_general_ci|.*_general_cs|.*_unicode_ci|.*_unicode_520_ci|.*_0900_.*|.*_uca1400_(nopad_)?a[is]_c[is]"
                        + "|latin1_swedish_ci|.*_nopad_bin");

        /** MySQL names collations of languages {@code utf8mb4_sv_0900_ai_ci}. */
        private static final Pattern OF_A_LANGUAGE = Pattern.compile("utf8mb4_[a-z]{2,3}(_[a-z]+)?_0900_.*");

        /** Null when it is not known how the column compares. */
        static @Nullable Collation of(ColumnType type) {
            String charset = type.charset();
            String name = type.collation();
            return charset == null || name == null
                    ? null
                    : new Collation(
                            charset,
                            name,
                            PLAIN.matcher(name).matches()
                                    && !OF_A_LANGUAGE.matcher(name).matches(),
                            name.endsWith("_bin"));
        }

        /** Whether what the text is equal to can be told without the server. */
        boolean isPlain(String text) {
            if (!plain) {
                return false;
            }
            for (int i = 0; i < text.length() && !binary; i++) {
                if (!isPrintableAscii(text.charAt(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Takes the texts of a batch. */
    static final class Collector {

        private final List<Collation> collations = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private boolean plain = true;

        void add(Collation collation, String text) {
            plain = plain && collation.isPlain(text);
            collations.add(collation);
            texts.add(text);
        }

        /** What the texts' hashes are. */
        TextHashes hashes(Weights server) throws SQLException {
            if (plain) {
                return PLAIN;
            }
            var wanted = new HashMap<Collation, Set<String>>();
            for (int i = 0; i < texts.size(); i++) {
                Set<String> ofCollation = wanted.computeIfAbsent(collations.get(i), c -> new LinkedHashSet<>());
                String text = texts.get(i).substring(0, trimmedLength(texts.get(i)));
                if (text.chars().allMatch(TextHashes::hasWeight)) {
                    ofCollation.add(text);
                }
            }
            var weights = new HashMap<Collation, Map<String, Long>>();
            for (Map.Entry<Collation, Set<String>> ofCollation : wanted.entrySet()) {
                Collation collation = ofCollation.getKey();
                weights.put(collation, server.of(collation.charset, collation.name, ofCollation.getValue()));
            }
            return new TextHashes(weights);
        }
    }

    /** Whether equal texts have the same number there and here. */
    boolean isComparableWith(TextHashes other) {
        return (weights == null) == (other.weights == null);
    }

    /** The number of a text that was collected; {@link #UNKNOWN} when it is not known what the text is equal to. */
    long hash(Collation collation, String text) {
        if (weights == null) {
            return plainHash(collation, text);
        }
        Map<String, Long> ofCollation = weights.get(collation);
        Long weight = ofCollation == null ? null : ofCollation.get(text.substring(0, trimmedLength(text)));
        return weight == null ? UNKNOWN : weight;
    }

    /**
     * Whether a character counts in every comparison, so that a space before it is none at the end, which collations may leave out.
     */
    private static boolean hasWeight(int character) {
        return character < 0x80
                ? isPrintableAscii(character)
                : character < Character.MIN_SURROGATE && Character.isLetterOrDigit(character);
    }

    private static boolean isPrintableAscii(int character) {
        return character >= ' ' && character <= '~';
    }

    private static long plainHash(Collation collation, String text) {
        if (!collation.plain) {
            return UNKNOWN;
        }
        int length = trimmedLength(text);
        long hash = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!collation.binary && !isPrintableAscii(c)) {
                return UNKNOWN;
            }
            boolean folded = !collation.binary && c >= 'A' && c <= 'Z';
            hash = hash * 1_099_511_628_211L ^ (folded ? c + ('a' - 'A') : c);
        }
        return hash;
    }

    private static int trimmedLength(String text) {
        int length = text.length();
        while (length > 0 && text.charAt(length - 1) == ' ') {
            length--;
        }
        return length;
    }
}
