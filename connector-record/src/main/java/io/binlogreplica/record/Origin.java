package io.binlogreplica.record;

import org.jspecify.annotations.Nullable;

/**
 * Where a change comes from: the envelope's {@code source} block without what is the same for all records of a connector.
 *
 * @param tsMicros when the change was made, by the primary's clock, in microseconds since 1970
 * @param snapshot {@code false} for a change from the binlog; otherwise how the row was read
 * @param table the changed table; its table name is empty for a change of a whole database
 * @param sequence order within the stream; null in records of other sources
 * @param serverId the server that first executed the change; 0 for rows read from a table
 * @param gtid the transaction's GTID; null without GTIDs
 * @param file binlog file
 * @param pos position in that file: of the change's event, or of the read view that a row was read in
 * @param row number of the row in its event, from 0
 * @param query the statement, where the server logs it; null otherwise
 */
public record Origin(
        long tsMicros,
        String snapshot,
        TableId table,
        @Nullable Sequence sequence,
        long serverId,
        @Nullable String gtid,
        String file,
        long pos,
        int row,
        @Nullable String query) {

    /** {@link #snapshot} of a change that was streamed. */
    public static final String STREAMED = "false";

    /** {@link #snapshot} of a row that was read from its table while the stream went on. */
    public static final String COPIED = "incremental";

    public boolean streamed() {
        return snapshot.equals(STREAMED);
    }

    /** The same place, for what is said of a table's copy there. */
    public Origin ofCopy(TableId copied) {
        return new Origin(tsMicros, COPIED, copied, sequence, serverId, gtid, file, pos, row, null);
    }

    /** The place in words, for messages: GTID if there is one, file and position. */
    public String place() {
        String position = file + ":" + pos + (row > 0 ? " row " + row : "");
        return gtid == null ? position : gtid + " (" + position + ")";
    }
}
