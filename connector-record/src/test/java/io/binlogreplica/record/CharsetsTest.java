package io.binlogreplica.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharsetsTest {

    @Property
    void bytesAreNeverLost(@ForAll byte[] bytes) {
        for (String charset : new String[] {"utf8mb4", "latin1", "sjis", "gbk", "ucs2", "utf32", "ascii", "dec8"}) {
            Object decoded = Charsets.decode(bytes, 0, bytes.length, Charsets.java(charset));
            byte[] back = decoded instanceof ExactValue exact
                    ? Charsets.exactBytes(exact)
                    : ((String) decoded).getBytes(Charsets.java(charset));
            assertThat(back).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"é\uFFFD😀", "", "plain"})
    void utf8StaysText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Charsets.decode(bytes, 0, bytes.length, Charsets.java("utf8mb4")))
                .isEqualTo(text);
    }
}
