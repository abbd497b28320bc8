package io.binlogreplica.source;

import io.binlogreplica.database.DatabaseConfig;
import io.binlogreplica.database.Logins;
import io.binlogreplica.database.SqlErrors;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.GtidSet;
import io.binlogreplica.source.config.CaptureConfig;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds, among the servers that a user named, one that can be read from a position on. */
final class PrimaryFinder {

    private static final Logger log = LoggerFactory.getLogger(PrimaryFinder.class);

    private final List<DatabaseConfig> hosts;
    private final Logins logins;
    private final CaptureConfig capture;

    PrimaryFinder(List<DatabaseConfig> hosts, Logins logins, CaptureConfig capture) {
        this.hosts = List.copyOf(hosts);
        this.logins = logins;
        this.capture = capture;
    }

    /** Where to begin; depends on the family of the server, since GTIDs do. */
    interface Start {
        /** Null to begin anywhere. */
        @Nullable
        BinlogPosition on(Flavor flavor);
    }

    /** A server that can be read. */
    record Found(DatabaseConfig host, Flavor flavor, BinlogExtent extent) {}

    /** There is none now. */
    static final class NotFoundException extends Exception {
        private static final long serialVersionUID = 1;

        private final String reasons;
        private final boolean lost;
        private final boolean outage;

        private NotFoundException(String message, boolean lost, boolean outage) {
            super(message);
            this.reasons = message;
            this.lost = lost;
            this.outage = outage;
        }

        /** What is wrong with each server. */
        String reasons() {
            return reasons;
        }

        /** Whether waiting is of no use: all servers answered, and none has the position. */
        boolean isLost() {
            return lost;
        }

        /** Whether it may be otherwise in a while, without anybody changing a setting: a server did not answer. */
        boolean isOutage() {
            return outage;
        }
    }

    /**
     * The first that has the position, beginning with {@code preferred}; to begin anywhere, the one that has executed what the others
     * have.
     */
    Found find(Start start, @Nullable DatabaseConfig preferred) throws NotFoundException {
        var found = new ArrayList<Found>();
        var reasons = new ArrayList<String>();
        boolean lost = true;
        boolean outage = false;
        for (DatabaseConfig host : ordered(preferred)) {
            try (var primary = new Primary(host, logins)) {
                List<Preflight.Problem> problems = primary.preflight(capture);
                if (!problems.isEmpty()) {
                    lost = false;
                    reasons.add(host.address() + " cannot be captured: "
                            + problems.stream()
                                    .map(problem -> problem.setting() + " " + problem.message())
                                    .collect(Collectors.joining("; ")));
                    continue;
                }
                Flavor flavor = primary.flavor();
                BinlogExtent extent = primary.extent();
                BinlogPosition position = start.on(flavor);
                String gap = position == null ? null : extent.gap(position);
                String unseen = position == null || gap != null ? null : unseen(position, primary);
                if (gap != null || unseen != null) {
                    // what it does not show yet it will show in a moment
                    lost &= gap != null;
                    outage |= unseen != null;
                    reasons.add(host.address() + " cannot be read from " + position + " on: "
                            + (gap != null ? gap : unseen));
                    continue;
                }
                found.add(new Found(primary.host(), flavor, extent));
                if (position != null) {
                    break;
                }
            } catch (SQLException e) {
                lost = false;
                outage |= SqlErrors.isTransient(e);
                reasons.add(host.unreachable("primary", e));
            }
        }
        if (found.isEmpty()) {
            throw new NotFoundException(String.join("; ", reasons), lost, outage);
        }
        reasons.forEach(reason -> log.warn("Passing over a primary: {}", reason));
        return foremost(found);
    }

    /** A commit is among the executed transactions a moment before tables show it; whoever reads tables must see it. */
    private static @Nullable String unseen(BinlogPosition position, Primary primary) throws SQLException {
        GtidSet reached = position.gtids();
        if (reached == null) {
            return null;
        }
        GtidSet visible = primary.end().gtids();
        return visible == null || visible.containsAll(reached)
                ? null
                : "it does not show yet all that was read before: read " + reached.text() + ", visible "
                        + visible.text();
    }

    private List<DatabaseConfig> ordered(@Nullable DatabaseConfig preferred) {
        var ordered = new ArrayList<>(hosts);
        if (preferred != null) {
            ordered.removeIf(host -> host.address().equals(preferred.address()));
            ordered.add(0, preferred);
        }
        return ordered;
    }

    private static Found foremost(List<Found> candidates) {
        Found best = candidates.get(0);
        for (Found other : candidates) {
            if (isAhead(other, best)) {
                best = other;
            }
        }
        return best;
    }

    private static boolean isAhead(Found one, Found other) {
        return one.extent().executed() != null
                && other.extent().executed() != null
                && one.flavor() == other.flavor()
                && one.extent().executed().containsAll(other.extent().executed().set())
                && !other.extent()
                        .executed()
                        .containsAll(one.extent().executed().set());
    }
}
