package io.binlogreplica.record;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How names are made fit for formats that take letters, digits and underscores only, and no digit first: Avro, Protobuf. */
public enum NameAdjustment {
    /** Names stay as they are. */
    NONE,
    /** Everything else becomes an underscore. Names that differed may then be the same. */
    AVRO,
    /** Everything else, and the underscore itself, becomes {@code _u} and the character's code, so that names stay different. */
    AVRO_UNICODE;

    private static final Pattern OTHER = Pattern.compile("[^a-zA-Z0-9_]");
    private static final Pattern DIGIT_FIRST = Pattern.compile("^(?=[0-9])");

    /** Of a name that has no parts: of a table, of a column. */
    String of(String name) {
        return switch (this) {
            case NONE -> name;
            case AVRO ->
                DIGIT_FIRST.matcher(OTHER.matcher(name).replaceAll("_")).replaceFirst("_");
            case AVRO_UNICODE -> {
                var adjusted = new StringBuilder();
                for (int i = 0; i < name.length(); i++) {
                    char c = name.charAt(i);
                    boolean fits = c < 128 && (i == 0 ? Character.isLetter(c) : Character.isLetterOrDigit(c));
                    adjusted.append(fits ? String.valueOf(c) : "_u%04x".formatted((int) c));
                }
                yield adjusted.toString();
            }
        };
    }

    /** Of a name of which each part between points is to fit. */
    String ofParts(String name) {
        return this == NONE
                ? name
                : Arrays.stream(name.split("[.]", -1)).map(this::of).collect(Collectors.joining("."));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
