package io.binlogreplica.record;

import java.util.Locale;

/** How tables share topics: {@code topic.layout} of both connectors. */
public enum TopicLayout {
    /** All changes of the primary in one topic with one partition, in commit order. */
    ORDERED,
    /** A topic for each table, its records keyed. */
    TABLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
