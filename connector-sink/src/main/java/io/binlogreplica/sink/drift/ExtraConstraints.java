package io.binlogreplica.sink.drift;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a table of the replica demands of its rows and the primary's does not: it would refuse rows that the primary has. */
public final class ExtraConstraints {

    /** Of a table: {@code UNIQUE KEY `n` (`name`)}, {@code CONSTRAINT `c` CHECK (`n` < 5)}, {@code CONSTRAINT `f` FOREIGN KEY ...}. */
    private static final Pattern OF_TABLE = Pattern.compile("(?:UNIQUE|CONSTRAINT|CHECK)\\b.*");

    /** Of a column: {@code `j` longtext CHECK (json_valid(`j`))}. */
    private static final Pattern OF_COLUMN = Pattern.compile("(`(?:[^`]|``)+`) .*?( CHECK \\(.*)");

    private static final Pattern OF_JSON = Pattern.compile("(`(?:[^`]|``)+`) CHECK \\(json_valid\\(\\1\\)\\)");

    private static final Pattern CHECK = Pattern.compile("(?:^|.*? )CHECK (\\(.*)");

    private ExtraConstraints() {}

    /** From what {@code SHOW CREATE TABLE} prints on both sides. */
    public static List<String> of(String primary, String replica) {
        Set<String> known =
                constraints(primary).stream().map(ExtraConstraints::demand).collect(Collectors.toSet());
        return constraints(replica).stream()
                .filter(constraint -> !known.contains(demand(constraint)) && !isOfJson(constraint, primary))
                .toList();
    }

    /** MariaDB has JSON of MySQL as text that has to be JSON. */
    private static boolean isOfJson(String constraint, String primary) {
        Matcher json = OF_JSON.matcher(constraint);
        return json.matches() && primary.lines().anyMatch(line -> line.trim().startsWith(json.group(1) + " json"));
    }

    private static Set<String> constraints(String definition) {
        return Arrays.stream(definition.split("\n"))
                .map(line -> line.trim().replaceAll(",$", ""))
                .map(ExtraConstraints::constraint)
                .filter(constraint -> !constraint.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * The same for constraints that demand the same. One server has a CHECK with its column that another has with the table, with a
     * name, and parentheses around each part.
     */
    private static String demand(String constraint) {
        Matcher check = CHECK.matcher(constraint);
        return check.matches() ? check.group(1).replaceAll("[()]", "") : constraint;
    }

    /** Empty for a line that is none. */
    private static String constraint(String line) {
        if (OF_TABLE.matcher(line).matches()) {
            return line;
        }
        Matcher column = OF_COLUMN.matcher(line);
        return column.matches() ? column.group(1) + column.group(2) : "";
    }
}
