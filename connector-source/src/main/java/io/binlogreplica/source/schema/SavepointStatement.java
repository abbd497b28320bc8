package io.binlogreplica.source.schema;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement about a savepoint.
 *
 * @param verb what it does
 * @param name the savepoint's name in lower case, since case does not matter
 */
public record SavepointStatement(Verb verb, String name) {

    private static final Pattern TEXT = Pattern.compile(
            "\\s*(?:(SAVEPOINT)|(ROLLBACK)\\s+(?:WORK\\s+)?TO(?:\\s+SAVEPOINT)?|RELEASE\\s+SAVEPOINT)\\s*(.*?)[\\s;]*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What is done with the savepoint. */
    public enum Verb {
        SET,
        ROLL_BACK_TO,
        RELEASE
    }

    /**
     * Reads a statement.
     *
     * @throws IllegalArgumentException when it is about no savepoint
     */
    public static SavepointStatement parse(String sql) {
        Matcher matcher = TEXT.matcher(sql);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a statement about a savepoint: " + sql);
        }
        Verb verb = matcher.group(1) != null ? Verb.SET : matcher.group(2) != null ? Verb.ROLL_BACK_TO : Verb.RELEASE;
        String name = matcher.group(3);
        boolean quoted = name.length() > 1 && name.startsWith("`") && name.endsWith("`");
        return new SavepointStatement(
                verb,
                (quoted ? name.substring(1, name.length() - 1).replace("``", "`") : name).toLowerCase(Locale.ROOT));
    }
}
