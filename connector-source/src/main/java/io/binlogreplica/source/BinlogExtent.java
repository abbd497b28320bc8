package io.binlogreplica.source;

import io.binlogreplica.database.Database;
import io.binlogreplica.record.Flavor;
import io.binlogreplica.source.binlog.BinlogPosition;
import io.binlogreplica.source.binlog.ExecutedGtids;
import io.binlogreplica.source.binlog.GtidSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From where to where a server's binlog reaches.
 *
 * @param files the binlog's files with their lengths, the oldest first
 * @param executed all transactions that it has or had, those included that it is about to commit; null where the server has no GTIDs
 * @param purged those that it has no more; null where the server has no GTIDs
 */
record BinlogExtent(
        List<BinlogFile> files,
        @Nullable ExecutedGtids executed,
        @Nullable GtidSet purged) {

    private static final Pattern OWNED =
            Pattern.compile("(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})|(:[a-z_]\\w*)|(:\\d+)#\\d+");

    BinlogExtent {
        files = List.copyOf(files);
    }

    /** One file of a binlog. */
    record BinlogFile(String name, long length) {}

    static BinlogExtent of(Connection connection) throws SQLException {
        List<BinlogFile> files = files(connection);
        Flavor flavor = Database.flavor(connection);
        String executed = null;
        String purged = null;
        if (flavor == Flavor.MARIADB) {
            executed = text(connection, "SELECT @@GLOBAL.gtid_binlog_state");
            purged = files.isEmpty() ? "" : before(files.get(0), connection);
        } else if ("ON".equals(text(connection, "SELECT @@GLOBAL.gtid_mode"))) {
            // first what is in the binlog, and may have been read from there, and not executed yet: what leaves it is
            // in the other then
            List<String> owned = owned(Objects.requireNonNullElse(text(connection, "SELECT @@GLOBAL.gtid_owned"), ""));
            executed = Stream.concat(Stream.of(text(connection, "SELECT @@GLOBAL.gtid_executed")), owned.stream())
                    .collect(Collectors.joining(","));
            purged = text(connection, "SELECT @@GLOBAL.gtid_purged");
        }
        return new BinlogExtent(
                files,
                executed == null ? null : ExecutedGtids.parse(flavor, executed),
                purged == null ? null : GtidSet.parse(flavor, purged));
    }

    /** GTIDs of {@code uuid:tag:number#thread:number#thread,...}, whose parts but the numbers need not be there again. */
    static List<String> owned(String text) {
        var owned = new ArrayList<String>();
        String source = "";
        String tag = "";
        Matcher parts = OWNED.matcher(text);
        while (parts.find()) {
            if (parts.group(1) != null) {
                source = parts.group(1);
                tag = "";
            } else if (parts.group(2) != null) {
                tag = parts.group(2);
            } else {
                owned.add(source + tag + parts.group(3));
            }
        }
        return owned;
    }

    /** Where the oldest file begins: not behind any place that the binlog has. */
    BinlogPosition begin(@Nullable GtidSet gtids) throws SQLException {
        if (files.isEmpty()) {
            throw new SQLException("the server has no binlog");
        }
        return new BinlogPosition(files.get(0).name(), 4, gtids);
    }

    /**
     * Why the server cannot give what comes behind a position.
     *
     * @return null when it can
     */
    @Nullable
    String gap(BinlogPosition position) {
        GtidSet reached = position.gtids();
        if (reached == null) {
            return gapByFile(position);
        }
        if (executed == null || purged == null) {
            return "the saved position is GTIDs (" + reached.text() + "), and the server has none: gtid_mode is OFF";
        }
        if (!executed.containsAll(reached)) {
            return "the server has not executed all that was read before: read " + text(reached) + ", executed here "
                    + executed + "; its history is another one, or it is behind";
        }
        return reached.containsAll(purged)
                ? null
                : "the binlog that is needed was purged: read " + text(reached) + ", purged here " + text(purged)
                        + ", executed here " + executed;
    }

    private @Nullable String gapByFile(BinlogPosition position) {
        boolean there = files.stream()
                .anyMatch(file -> file.name().equals(position.file()) && file.length() >= position.position());
        String range = files.isEmpty()
                ? "none"
                : files.get(0).name() + " to " + files.get(files.size() - 1).name();
        return there
                ? null
                : "the binlog has no position " + position + "; its files are " + range
                        + ": it was purged, reset, or is another server's";
    }

    private static String text(GtidSet set) {
        return set.text().isEmpty() ? "none" : set.text();
    }

    private static List<BinlogFile> files(Connection connection) throws SQLException {
        var files = new ArrayList<BinlogFile>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
            while (rows.next()) {
                files.add(new BinlogFile(rows.getString(1), rows.getLong(2)));
            }
        }
        return files;
    }

    /** MariaDB knows a file's first state by its list of GTIDs. */
    private static @Nullable String before(BinlogFile file, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, 4)")) {
            statement.setString(1, file.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    private static @Nullable String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }
}
