package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinlogPositionTest {

    /** B7: a server goes on with binlog.1000000 behind binlog.999999. */
    @Test
    void filesCompareByTheirNumber() {
        var last = new BinlogPosition("binlog.999999", 500, null);
        var next = new BinlogPosition("binlog.1000000", 4, null);
        assertThat(next.reached(last)).isTrue();
        assertThat(last.reached(next)).isFalse();
        assertThat(new BinlogPosition("other.name.000010", 4, null)
                        .reached(new BinlogPosition("other.name.000009", 900, null)))
                .isTrue();
    }
}
