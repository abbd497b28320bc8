package io.binlogreplica.source.binlog;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * MariaDB's GTID position: the last transaction of each domain, which stands for all before it in that domain.
 *
 * @param domains {@code domain-server-sequence} by domain
 */
record MariaDbGtidSet(SortedMap<Long, Gtid> domains) implements GtidSet {

    MariaDbGtidSet {
        domains = Collections.unmodifiableSortedMap(domains);
    }

    /** One transaction: replication domain, server that executed it first, number in the domain. */
    record Gtid(long domain, long server, long sequence) {

        static Gtid parse(String text) {
            String[] parts = text.trim().split("-", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("not a MariaDB GTID: " + text);
            }
            try {
                return new Gtid(
                        Long.parseUnsignedLong(parts[0]),
                        Long.parseUnsignedLong(parts[1]),
                        Long.parseUnsignedLong(parts[2]));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a MariaDB GTID: " + text, e);
            }
        }

        @Override
        public String toString() {
            return domain + "-" + server + "-" + Long.toUnsignedString(sequence);
        }
    }

    static MariaDbGtidSet parse(String text) {
        var domains = new TreeMap<Long, Gtid>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                Gtid gtid = Gtid.parse(part);
                domains.put(gtid.domain(), gtid);
            }
        }
        return new MariaDbGtidSet(domains);
    }

    @Override
    public MariaDbGtidSet with(String text) {
        Gtid gtid = Gtid.parse(text);
        var more = new TreeMap<>(domains);
        more.put(gtid.domain(), gtid);
        return new MariaDbGtidSet(more);
    }

    @Override
    public boolean containsAll(GtidSet other) {
        if (!(other instanceof MariaDbGtidSet set)) {
            throw new IllegalArgumentException("a MariaDB GTID position cannot be compared with " + other.text());
        }
        return set.domains.values().stream().allMatch(gtid -> {
            Gtid mine = domains.get(gtid.domain());
            return mine != null && Long.compareUnsigned(mine.sequence(), gtid.sequence()) >= 0;
        });
    }

    @Override
    public String text() {
        return domains.values().stream().map(Gtid::toString).collect(Collectors.joining(","));
    }
}
