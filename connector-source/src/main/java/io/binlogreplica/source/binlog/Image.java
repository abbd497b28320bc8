package io.binlogreplica.source.binlog;

/**
 * Which columns the row images of an event have.
 *
 * @param columns how many the table has
 * @param bits a bit for each, the least significant first
 */
record Image(int columns, byte[] bits) {

    static Image read(ByteCursor in, int columns) {
        return new Image(columns, in.take((columns + 7) / 8));
    }

    boolean has(int column) {
        return (bits[column / 8] >> column % 8 & 1) == 1;
    }

    boolean isComplete() {
        return firstMissing() < 0;
    }

    /** Index of the first column that is not there; -1 when all are. */
    int firstMissing() {
        for (int i = 0; i < columns; i++) {
            if (!has(i)) {
                return i;
            }
        }
        return -1;
    }
}
