package io.binlogreplica.source.binlog;

import org.jspecify.annotations.Nullable;

/**
 * A place between two transactions of a server's binlog.
 *
 * @param file the binlog file's name
 * @param position byte in that file
 * @param gtids all transactions before this place; null where the server has no GTIDs
 */
public record BinlogPosition(
        String file, long position, @Nullable GtidSet gtids) {

    /**
     * Whether this place is at or behind that one in the same server's binlog. MySQL's places compare by their GTIDs, others by file
     * and position; files by their number: 999999 comes before 1000000.
     */
    public boolean reached(BinlogPosition other) {
        if (gtids instanceof MySqlGtidSet here && other.gtids instanceof MySqlGtidSet there) {
            return here.containsAll(there);
        }
        int byFile = Long.compare(fileNumber(file), fileNumber(other.file));
        return byFile > 0 || (byFile == 0 && position >= other.position);
    }

    /** File and position, and the GTIDs where there are some. */
    @Override
    public String toString() {
        return file + ":" + position + (gtids == null ? "" : " (" + gtids.text() + ")");
    }

    private static long fileNumber(String file) {
        return Long.parseLong(file, file.lastIndexOf('.') + 1, file.length(), 10);
    }
}
