package io.binlogreplica.source.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private static final byte DOUBLE = 11;

    /** As MySQL 9.7 prints them: a replica that keeps documents as text must have the same text from the table and from the binlog. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0",
                "-0.0",
                "0.1",
                "2.5",
                "0.0000001",
                "-0.00000016102949018659274",
                "0.000000000000001",
                "1e-16",
                "1.5e-16",
                "100000000000000.0",
                "123456789012345.0",
                "1e15",
                "1234567890123456.5",
                "1.25e15",
                "123456789012345.6",
                "1e20",
                "2.2250738585072014e-308",
                "1.7976931348623157e308",
                "0.30000000000000004"
            })
    void numbersAreWrittenAsTheServerDoes(String text) {
        byte[] value = ByteBuffer.allocate(1 + Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(DOUBLE)
                .putDouble(Double.parseDouble(text))
                .array();
        assertThat(JsonText.of(value)).isEqualTo(text);
    }
}
