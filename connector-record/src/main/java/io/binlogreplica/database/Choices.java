package io.binlogreplica.database;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a user interface may offer for a setting: its values where these are fixed, and whether it means anything beside what another
 * setting is.
 */
public final class Choices implements ConfigDef.Recommender {

    private final List<String> values;
    private final String other;
    private final List<String> othersValues;

    private Choices(List<String> values, String other, List<String> othersValues) {
        this.values = values;
        this.other = other;
        this.othersValues = othersValues;
    }

    /** A setting with these values, as they print themselves. */
    public static Choices of(Object... values) {
        return new Choices(texts(values), "", List.of());
    }

    /** A setting with values of any kind that is for when another setting is one of these. */
    public static Choices when(String other, Object... values) {
        return of().onlyWhen(other, values);
    }

    /** The same, but only for when another setting is one of these. */
    public Choices onlyWhen(String setting, Object... itsValues) {
        return new Choices(values, setting, texts(itsValues));
    }

    /** Takes the values, in any case. */
    public ConfigDef.Validator validator() {
        return ConfigDef.CaseInsensitiveValidString.in(values.toArray(String[]::new));
    }

    @Override
    public List<Object> validValues(String name, Map<String, Object> settings) {
        return List.copyOf(values);
    }

    @Override
    public boolean visible(String name, Map<String, Object> settings) {
        Object value = settings.get(other);
        return value == null || othersValues.stream().anyMatch(value.toString()::equalsIgnoreCase);
    }

    private static List<String> texts(Object... values) {
        return Arrays.stream(values).map(Object::toString).toList();
    }
}
