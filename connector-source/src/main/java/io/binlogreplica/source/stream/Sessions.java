package io.binlogreplica.source.stream;

import io.binlogreplica.database.Collations;
import io.binlogreplica.database.SqlMode;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.record.StatementSession;
import io.binlogreplica.source.binlog.StatusVariables;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells of statements in which sessions they were run, in words that any server has. */
public final class Sessions {

    private final Flavor flavor;
    private final Collations collations;
    private final Supplier<Optional<String>> systemTimeZone;

    /**
     * Of the statements of one primary.
     *
     * @param collations of the primary, by number
     * @param systemTimeZone the time zone of its machine as a distance to UTC; empty when that is not always the same
     */
    public Sessions(Flavor flavor, Collations collations, Supplier<Optional<String>> systemTimeZone) {
        this.flavor = flavor;
        this.collations = collations;
        this.systemTimeZone = systemTimeZone;
    }

    StatementSession of(StatusVariables variables, long timestampSeconds) {
        return new StatementSession(
                timestampSeconds * 1_000_000 + variables.micros(),
                SqlMode.of(variables.sqlMode(), flavor).stream()
                        .map(SqlMode::name)
                        .toList(),
                timeZone(variables.timeZone()),
                name(variables.serverCollation()),
                charsetCollations(variables.charsetCollations()),
                variables.explicitDefaults());
    }

    private @Nullable String timeZone(@Nullable String name) {
        return StatementSession.SYSTEM.equals(name) ? systemTimeZone.get().orElse(StatementSession.SYSTEM) : name;
    }

    private @Nullable String name(int number) {
        Collations.Collation collation = collations.find(number);
        return collation == null ? null : collation.name();
    }

    private @Nullable String charsetCollations(Map<Integer, Integer> byNumber) {
        String text = byNumber.values().stream()
                .map(collations::find)
                .filter(Objects::nonNull)
                .map(collation -> collation.charset() + "=" + collation.name())
                .sorted()
                .collect(Collectors.joining(","));
        // MariaDB does not say that none are set, and has what they were before it could be said
        return text.isEmpty() && flavor == Flavor.MYSQL ? null : text;
    }
}
