package io.binlogreplica.source.snapshot;

/** How many rows of a table to read next: as many as are asked for, fewer where rows are wide. Of one thread, for one table. */
final class ChunkSize {

    /** Some chunks of each thread are in memory at a time. */
    private static final long BYTES_AIM = 4 << 20;

    /** Where rows are suddenly wide, a chunk ends here. */
    static final long BYTES_MAX = 4 * BYTES_AIM;

    private final int rowsMax;
    private int rows;

    /**
     * A first guess.
     *
     * @param rowsMax as many as the user allows
     * @param rowBytes what a row is likely to take; 0 when that is not known
     */
    ChunkSize(int rowsMax, long rowBytes) {
        this.rowsMax = rowsMax;
        this.rows = fitting(Math.max(1, rowBytes));
    }

    int rows() {
        return rows;
    }

    /** A chunk was read that took so many bytes. */
    void read(int chunkRows, long bytes) {
        if (chunkRows > 0) {
            int fit = fitting(Math.max(1, bytes / chunkRows));
            // wide rows may come in clusters: carefully up, at once down
            rows = Math.min(fit, (int) Math.min(rowsMax, rows * 2L));
        }
    }

    private int fitting(long rowBytes) {
        return (int) Math.max(1, Math.min(rowsMax, BYTES_AIM / rowBytes));
    }
}
