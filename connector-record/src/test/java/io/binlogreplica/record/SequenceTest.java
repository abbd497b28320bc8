package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class SequenceTest {

    @Property
    void textIsReadBack(@ForAll long epoch, @ForAll long transaction) {
        var sequence = new Sequence(epoch, transaction);
        assertThat(Sequence.parse(sequence.text())).isEqualTo(sequence);
    }

    @Test
    void aLaterEpochIsAfterEveryTransactionOfAnEarlierOne() {
        assertThat(new Sequence(2, 0)).isGreaterThan(new Sequence(1, Long.MAX_VALUE));
    }

    @Test
    void otherSourcesHaveNoneOrAnother() {
        assertThat(Sequence.parse(null)).isNull();
        assertThatThrownBy(() -> Sequence.parse("[\"24023119\",\"x\"]")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Sequence.parse("7")).isInstanceOf(DataException.class);
    }
}
