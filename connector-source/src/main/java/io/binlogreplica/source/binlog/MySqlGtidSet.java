package io.binlogreplica.source.binlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * MySQL's GTID set: intervals of transaction numbers for each source. A source is a server's UUID, or since 8.3 a UUID and a
 * tag.
 *
 * @param sources intervals by {@code uuid} or {@code uuid:tag}, in lower case; intervals in order, with gaps between them
 */
record MySqlGtidSet(SortedMap<String, List<Interval>> sources) implements GtidSet {

    MySqlGtidSet {
        sources = Collections.unmodifiableSortedMap(sources);
    }

    /** Transactions {@code first} to {@code last}, both included. */
    record Interval(long first, long last) {
        Interval {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("not an interval of a GTID set: " + first + "-" + last);
            }
        }
    }

    static MySqlGtidSet parse(String text) {
        var sources = new TreeMap<String, List<Interval>>();
        for (String source : text.split(",", -1)) {
            if (source.isBlank()) {
                continue;
            }
            String[] parts = source.trim().toLowerCase(Locale.ROOT).split(":", -1);
            if (parts.length < 2 || parts[0].length() != 36) {
                throw new IllegalArgumentException("not a MySQL GTID set: " + text);
            }
            String name = parts[0];
            for (int i = 1; i < parts.length; i++) {
                String part = parts[i].trim();
                if (part.isEmpty()) {
                    throw new IllegalArgumentException("not a MySQL GTID set: " + text);
                }
                if (Character.isDigit(part.charAt(0))) {
                    sources.merge(name, List.of(interval(part, text)), MySqlGtidSet::union);
                } else {
                    name = parts[0] + ":" + part;
                }
            }
        }
        return new MySqlGtidSet(sources);
    }

    @Override
    public MySqlGtidSet with(String gtid) {
        int colon = gtid.lastIndexOf(':');
        var more = new TreeMap<>(sources);
        more.merge(
                gtid.substring(0, colon).toLowerCase(Locale.ROOT),
                List.of(interval(gtid.substring(colon + 1), gtid)),
                MySqlGtidSet::union);
        return new MySqlGtidSet(more);
    }

    @Override
    public boolean containsAll(GtidSet other) {
        if (!(other instanceof MySqlGtidSet set)) {
            throw new IllegalArgumentException("a MySQL GTID set cannot be compared with " + other.text());
        }
        return set.sources.entrySet().stream().allMatch(source -> {
            List<Interval> mine = sources.getOrDefault(source.getKey(), List.of());
            return source.getValue().stream()
                    .allMatch(theirs ->
                            mine.stream().anyMatch(i -> i.first() <= theirs.first() && theirs.last() <= i.last()));
        });
    }

    @Override
    public String text() {
        var text = new StringBuilder();
        sources.forEach((source, intervals) -> {
            text.append(text.isEmpty() ? "" : ",").append(source);
            for (Interval interval : intervals) {
                text.append(':').append(interval.first());
                if (interval.last() != interval.first()) {
                    text.append('-').append(interval.last());
                }
            }
        });
        return text.toString();
    }

    private static Interval interval(String part, String whole) {
        int dash = part.indexOf('-');
        try {
            long first = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
            return new Interval(first, dash < 0 ? first : Long.parseLong(part.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a MySQL GTID set: " + whole, e);
        }
    }

    /** Joins intervals that touch or overlap. In the usual case, one transaction more, only the last one grows. */
    private static List<Interval> union(List<Interval> some, List<Interval> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        all.sort(Comparator.comparingLong(Interval::first));
        var joined = new ArrayList<Interval>();
        for (Interval next : all) {
            Interval last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && next.first() <= last.last() + 1) {
                joined.set(joined.size() - 1, new Interval(last.first(), Math.max(last.last(), next.last())));
            } else {
                joined.add(next);
            }
        }
        return List.copyOf(joined);
    }
}
