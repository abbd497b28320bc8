package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ValueSizeTest {

    @Property
    void bytesAreAsLongAsTheyAreBoundHoweverTheyTravel(@ForAll byte[] bytes) {
        Object text = Charsets.decode(bytes, 0, bytes.length, null);
        assertThat(ValueSize.length(text)).isEqualTo(2 + 2 * bytes.length);
        assertThat(ValueSize.parameter(text)).isBetween((long) bytes.length, bytes.length + 1L);
        assertThat(ValueSize.length(bytes)).isEqualTo(bytes.length);
        assertThat(ValueSize.parameter(bytes)).isEqualTo(bytes.length);
    }

    @Property
    void charactersTakeUpToFourBytes(@ForAll String text) {
        assertThat(ValueSize.length(text)).isEqualTo(text.length());
        assertThat(ValueSize.parameter(text))
                .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(ValueSize.parameterAtMost(text));
    }

    @Test
    void otherValuesAreShort() {
        assertThat(ValueSize.length(5L)).isZero();
        assertThat(ValueSize.parameter(null)).isZero();
        assertThat(ValueSize.parameter(new ExactValue("0000-00-00"))).isEqualTo(10);
    }
}
