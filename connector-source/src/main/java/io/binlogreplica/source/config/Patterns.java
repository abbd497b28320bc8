package io.binlogreplica.source.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Settings that are lists of regular expressions, each for a whole name. */
final class Patterns {

    /** What such a setting takes. */
    static final ConfigDef.Validator VALID =
            ConfigDef.LambdaValidator.with(Patterns::require, () -> "regular expressions");

    private Patterns() {}

    static List<Pattern> of(List<String> texts) {
        return texts.stream().map(Patterns::compile).toList();
    }

    static boolean match(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private static void require(String name, Object value) {
        for (Object text : (List<?>) value) {
            try {
                Pattern.compile(text.toString());
            } catch (PatternSyntaxException e) {
                throw new ConfigException(name, text, "is not a regular expression: " + e.getDescription());
            }
        }
    }

    private static Pattern compile(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new ConfigException(text + " is not a regular expression: " + e.getDescription());
        }
    }
}
