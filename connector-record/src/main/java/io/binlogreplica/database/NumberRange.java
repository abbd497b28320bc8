package io.binlogreplica.database;

import org.apache.kafka.common.config.ConfigDef;

/**
 * Bounds of a number, both included. Unlike {@link ConfigDef.Range} it has nothing to say of a value that is no number: that was said
 * before, and one mistake is one error.
 */
public record NumberRange(long min, long max) implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, Object value) {
        if (value != null) {
            ConfigDef.Range.between(min, max).ensureValid(name, ((Number) value).longValue());
        }
    }

    @Override
    public String toString() {
        return "[" + min + ",...," + max + "]";
    }
}
