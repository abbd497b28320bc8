package io.binlogreplica.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.binlogreplica.record.TableId;
import org.junit.jupiter.api.Test;

class TableCopyTest {

    private final TableCopy copy = new TableCopy(new TableId("shop", "orders"), TableCopy.Phase.COMPLETE, 0, null);

    /** Else each repair of a row would end the pass that found it. */
    @Test
    void aTableStaysWholeWhileSomeRowsAreReadOnceMore() {
        int generation = copy.generation();
        int version = copy.version();
        copy.reread("id = 5");
        assertThat(copy.version()).isNotEqualTo(version);
        assertThat(copy.isToDo()).isTrue();
        assertThat(copy.isWhole()).isTrue();
        copy.complete();
        copy.reread("id = 6");
        copy.stop();
        assertThat(copy.isWhole()).isTrue();
        assertThat(copy.generation()).isEqualTo(generation);
    }

    @Test
    void aTableThatIsCopiedAnewOrLeftOutIsNotWhatItWas() {
        int generation = copy.generation();
        copy.again();
        assertThat(copy.isWhole()).isFalse();
        copy.begin();
        copy.complete();
        assertThat(copy.isWhole()).isTrue();
        assertThat(copy.generation()).isNotEqualTo(generation);
        int copied = copy.generation();
        copy.leaveOut();
        assertThat(copy.isWhole()).isFalse();
        assertThat(copy.generation()).isNotEqualTo(copied);
    }
}
