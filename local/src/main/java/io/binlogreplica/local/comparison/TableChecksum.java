package io.binlogreplica.local.comparison;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.BitSet;

/**
 * A table's rows in little space: they are dealt out to buckets by their keys, and each bucket has the number of its rows and the
 * sum of their hashes. The order in which rows are added does not matter, so servers may read them in any; duplicates count as
 * often as they are there. Two tables with equal checksums are equal, but for a chance of one in 2^64 a bucket.
 */
final class TableChecksum {

    private static final Hasher64 HASHER = Hashing.xxh3_64();
    private static final int BUCKET_BITS = 16;

    private final long[] rowsOfBucket = new long[1 << BUCKET_BITS];
    private final long[] sumOfBucket = new long[1 << BUCKET_BITS];
    private long rows;

    static int bucket(RowImage row) {
        return (int) (HASHER.hashBytesToLong(row.bytes(), 0, row.keyEnd()) >>> (Long.SIZE - BUCKET_BITS));
    }

    void add(RowImage row) {
        int bucket = bucket(row);
        rowsOfBucket[bucket]++;
        sumOfBucket[bucket] += HASHER.hashBytesToLong(row.bytes(), 0, row.end());
        rows++;
    }

    long rows() {
        return rows;
    }

    long rows(int bucket) {
        return rowsOfBucket[bucket];
    }

    /** The buckets in which a row must differ. */
    BitSet differingFrom(TableChecksum other) {
        var differing = new BitSet();
        for (int bucket = 0; bucket < rowsOfBucket.length; bucket++) {
            if (rowsOfBucket[bucket] != other.rowsOfBucket[bucket]
                    || sumOfBucket[bucket] != other.sumOfBucket[bucket]) {
                differing.set(bucket);
            }
        }
        return differing;
    }
}
