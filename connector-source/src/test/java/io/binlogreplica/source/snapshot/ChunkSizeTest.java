package io.binlogreplica.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkSizeTest {

    private static final int MEGABYTE = 1 << 20;

    @Test
    void narrowRowsComeAsManyAsTheUserAllows() {
        assertThat(new ChunkSize(2_000, 0).rows()).isEqualTo(2_000);
        assertThat(new ChunkSize(2_000, 100).rows()).isEqualTo(2_000);
    }

    @Test
    void wideRowsComeFewAtATimeAndTheWidestOneByOne() {
        assertThat(new ChunkSize(2_000, MEGABYTE).rows()).isEqualTo(4);
        assertThat(new ChunkSize(2_000, 16L * MEGABYTE).rows()).isEqualTo(1);
    }

    /** The server's guess may be wrong, or only some rows may be wide. */
    @Test
    void fewerAtOnceWhereRowsAreWideAndMoreByAndByBehindThem() {
        var size = new ChunkSize(2_000, 100);
        size.read(2_000, 2_000L * MEGABYTE);
        assertThat(size.rows()).isEqualTo(4);
        size.read(4, 400);
        assertThat(size.rows()).isEqualTo(8);
        for (int i = 0; i < 10; i++) {
            size.read(size.rows(), 100L * size.rows());
        }
        assertThat(size.rows()).isEqualTo(2_000);
        size.read(0, 0);
        assertThat(size.rows()).isEqualTo(2_000);
    }
}
