package io.binlogreplica.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinlogExtentTest {

    private static final String FIRST = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String SECOND = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    @Test
    void gtidsThatAreOwnedAreToldWithoutTheirThreads() {
        assertThat(BinlogExtent.owned("")).isEmpty();
        assertThat(BinlogExtent.owned(FIRST + ":23#5:24#16," + SECOND + ":7#8"))
                .containsExactly(FIRST + ":23", FIRST + ":24", SECOND + ":7");
        assertThat(BinlogExtent.owned(FIRST + ":1#5:tag_1:2#6:3#7"))
                .containsExactly(FIRST + ":1", FIRST + ":tag_1:2", FIRST + ":tag_1:3");
    }
}
